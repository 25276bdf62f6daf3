/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * task - a cell at work: what the steps from its words to its series share.
 * Why: each way to run a cell (plain, in batches, by several threads, under a load) is a file of
 * its own and starts from the same things.
 */
#ifndef BENCH_AGENT_TASK_H
#define BENCH_AGENT_TASK_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/agent/context.h"
#include "bench/agent/outcome.h"
#include "bench/agent/region.h"
#include "bench/load/action.h"
#include "bench/memory/memory.h"
#include "collect/axes.h"
#include "collect/cell.h"
#include "kmods/uapi/pinbench.h"

struct pb_task {
	const struct pb_context *context;
	const struct pb_cell *cell;
	const struct pb_memory_type *type;
	const struct pb_load_action *load; /* NULL: none */
	uint32_t load_rate;                /* operations a second */
	struct pb_region region;
	size_t nr_memories; /* one, or one a thread where each has pages of its own */
	struct pb_memory *memories;
	struct pb_run request; /* what each PB_IOC_RUN begins from; without addr and samples */
	struct pb_outcome outcome;
};

/* Takes the cell's words apart: strategy, load, region, request. What it refuses is -EOPNOTSUPP,
 * -E2BIG or -EINVAL with a message; what it made is released by pb_task_done(). */
int pb_task_init(struct pb_task *task, const struct pb_context *context,
		 const struct pb_cell *cell) pb_must_check;
void pb_task_done(struct pb_task *task);

/* Makes the memory and asks the kernel whether it is what it should be. */
int pb_task_memory(struct pb_task *task) pb_must_check;

/* Is it what it should be? What cannot be seen here is no fault, and is kept in pb_task_proof(). */
int pb_task_verify(const struct pb_task *task, const struct pb_memory *memory) pb_must_check;

/* The least that showed any cell's memory to be what it should be. */
const struct pb_memory_proof *pb_task_proof(void);

/* Where the pages of this worker begin. */
void *pb_task_addr(const struct pb_task *task, uint32_t worker);

/* PB_IOC_RUN. -errno with a message that names the call, and the pages that it got if too few. */
int pb_task_run(const struct pb_task *task, struct pb_run *run) pb_must_check;

/*
 * Tells a plugin that watches the guest which cell the next run is for; PB_MARK_NO_CELL: for none.
 */
void pb_task_mark(uint32_t index);

/* Brings each worker's pages where they stay; nothing of it is counted. */
int pb_task_warm(const struct pb_task *task) pb_must_check;

#endif
