/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * outcome - what the runs of a cell yielded, put together, and the series that are made of it.
 * Why: a cell may take many runs, one a batch or one a thread, and is still one result.
 */
#ifndef BENCH_AGENT_OUTCOME_H
#define BENCH_AGENT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/agent/plan.h"
#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"
#include "kmods/uapi/pinbench.h"

/* What the load did meanwhile. */
struct pb_load_tally {
	uint64_t nr_steps;
	uint64_t nr_errors;
	uint64_t elapsed_ns; /* of the machine's own clock */
};

struct pb_outcome {
	uint32_t nr_workers;
	uint32_t nr_samples;       /* of each worker */
	struct pb_sample *samples; /* worker after worker */
	struct pb_sample *twice;   /* windows of two operations */
	uint32_t nr_twice;
	uint64_t *acquire; /* calls by bucket, PB_NR_BUCKETS; NULL: no histogram is wanted */
	uint64_t *release;
	bool any; /* a run was added */
	uint64_t empty_ticks;
	uint64_t setup_ticks;
	uint64_t teardown_ticks;
	uint64_t retries;
	uint64_t invalidations;
	uint64_t nr_partial;
	uint64_t nr_faults; /* page faults that calls took, as getrusage() has them */
	uint64_t nr_discarded;
	uint64_t first_start_ticks;
	uint64_t last_start_ticks;
	struct pb_failure failures[PB_MAX_ERRORS];
	bool loaded;
	struct pb_load_tally load;
};

/*
 * Room for @nr_workers times @nr_samples samples, @nr_twice windows of two, and, with @histogram,
 * for the buckets. All of it is touched and locked, so that copying into it faults nothing in.
 */
int pb_outcome_init(struct pb_outcome *outcome, uint32_t nr_workers, uint32_t nr_samples,
		    uint32_t nr_twice, bool histogram) pb_must_check;
void pb_outcome_done(struct pb_outcome *outcome);

/* Takes in what the device answered to a run; its samples are in place already. */
void pb_outcome_add(struct pb_outcome *outcome, const struct pb_run *run,
		    const struct pb_run_histogram *histogram);

/* The failure that most calls had; error 0: none failed. */
struct pb_failure pb_outcome_failure(const struct pb_outcome *outcome);

/* Makes the result's series and histograms. */
int pb_outcome_result(const struct pb_outcome *outcome, const struct pb_agent_plan *plan,
		      struct pb_cell_result *result) pb_must_check;

#endif
