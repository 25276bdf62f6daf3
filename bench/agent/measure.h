/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure - one cell, from its words to its series.
 * Why: each way in which a cell can end has its state, its errno and a sentence, decided in one
 * place.
 */
#ifndef BENCH_AGENT_MEASURE_H
#define BENCH_AGENT_MEASURE_H

#include <sched.h>

#include "bench/agent/counters.h"
#include "bench/agent/modules.h"
#include "bench/agent/plan.h"
#include "collect/cell.h"
#include "common/cleanup.h"
#include "kmods/uapi/pinbench.h"

/* What all cells of a run share. */
struct pb_bed {
	int device;
	int kmsg;
	cpu_set_t allowed;                 /* CPUs that the agent may use at all */
	uint32_t cpus[PB_MAX_WORKERS + 1]; /* for threads in this order, and then for a load */
	size_t nr_cpus;
	unsigned int late_us; /* for a test: the last of several threads starts so late */
	struct pb_info info;
	struct pb_modules modules;
	const struct pb_agent_plan *plan;
	struct pb_counting *counting; /* NULL: only the clock is read */
};

/*
 * Runs @cell and fills in *result, whose state is then one of measured, refused and failed. Returns
 * -errno with a message only for what makes further cells senseless, as being out of memory.
 */
int pb_measure(const struct pb_bed *bed, const struct pb_cell *cell,
	       struct pb_cell_result *result) pb_must_check;

#endif
