/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters - further passes over a cell in which counters run around whole calls.
 * Why: the timed windows are too short to read a counter in, so that counters are given passes of
 * their own and the times stay free of them.
 *
 * A sample of a pass is one PB_IOC_RUN of N + 1 calls between two readings: series of phase `call`.
 * `harness-call` is the same with one call: what the readings, the ioctl, the strategy's own
 * preparations and one call add up to. N, by which they differ, is the series `counted` / `calls`.
 */
#ifndef BENCH_AGENT_COUNTERS_H
#define BENCH_AGENT_COUNTERS_H

#include <stdio.h>

#include "bench/agent/plan.h"
#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"
#include "kmods/uapi/pinbench.h"

struct pb_counting;

/*
 * Finds out what of plan->counters this machine counts, and writes a fact for each: its event, or
 * why it is refused. A plan without counters gives NULL.
 */
int pb_counting_begin(const struct pb_agent_plan *plan, FILE *records,
		      struct pb_counting **ret_counting) pb_must_check;
void pb_counting_free(struct pb_counting *counting);

/*
 * Adds the series of every counter to a cell that was measured with @run. A counter that cannot be
 * had, or that did not run, has NULLs, and a line in result->detail says why. -errno only where the
 * agent cannot go on.
 */
int pb_counting_cell(struct pb_counting *counting, int device, const struct pb_cell *cell,
		     const struct pb_run *run, struct pb_cell_result *result) pb_must_check;

PB_DEFINE_CLEANUP(pb_counting_freep, struct pb_counting *, pb_counting_free);

#endif
