/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runner - one plan on one backend into one database.
 * Why: whatever ends a run, each of its cells is stored with its samples or with its reason.
 */
#ifndef BENCH_RUN_RUNNER_H
#define BENCH_RUN_RUNNER_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/backends/backend.h"
#include "bench/run/plan.h"
#include "common/cleanup.h"

struct pb_runner_options {
	const char *database;
	const struct pb_backend *backend;
	const char *kernel; /* NULL where the backend has but one */
	const struct pb_plan *plan;
	unsigned int nr_runs; /* in turns, where the backend can; 0: one */
	unsigned int nr_cpus; /* of a guest that is not counted; 0: as many as the plan wants */
	unsigned int inject;
	unsigned int cell_limit_s;
	char *const *counters; /* words of --counters; NULL: none */
	size_t nr_counters;
	bool multiplex;
	bool profile;
	const struct pb_model_options *model; /* evidence model; else NULL */
	const struct pb_control *control;     /* NULL, or what is asked of the machine */
	const volatile bool *interrupt;
};

struct pb_runner_outcome {
	char uuid[37];
	int64_t run_id;
	uint32_t nr_measured;
	uint32_t nr_refused;
	uint32_t nr_failed;
	uint32_t nr_missing;
};

/*
 * Returns 0 when the plan was gone through, whatever became of its cells; -EINTR when interrupted;
 * another -errno (message set) when nothing could be run or stored. *ret_outcomes, one for each
 * run, counts what was stored in each of these cases.
 */
int pb_runner_run(const struct pb_runner_options *options,
		  struct pb_runner_outcome *ret_outcomes) pb_must_check;

/* The exit status that a run deserves, from what pb_runner_run() returned and counted. */
int pb_runner_status(int ret, const struct pb_runner_outcome *outcome);

#endif
