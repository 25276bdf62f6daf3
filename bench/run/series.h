/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * series - one plan on several kernels, as many guests at once as there are CPUs.
 * Why: exact numbers do not mind company, and one kernel that fails must not stop the others. Timed
 * ones do mind: their guests run one after the other.
 */
#ifndef BENCH_RUN_SERIES_H
#define BENCH_RUN_SERIES_H

#include <stdbool.h>
#include <stddef.h>

#include "bench/cli/command.h"
#include "bench/run/runner.h"
#include "common/cleanup.h"

struct pb_series_entry {
	const char *kernel;
	int status; /* exit status, as `pinbench run` on that kernel alone would have */
	struct pb_runner_outcome outcome;
};

/*
 * Prepares the kernels one after the other, then runs each in a process of its own (@options with
 * its kernel). Returns the worst status of a kernel; fills in each kernel's own.
 */
int pb_series_run(const struct pb_runner_options *options, struct pb_series_entry *entries,
		  size_t nr_entries);

#endif
