/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan - fio-style job files, or flags, expanded to an ordered list of cells.
 * Why: what is measured is data that can be kept beside the results and run again.
 *
 *   [global]              # values for every job; may be left out
 *   samples = 60
 *   [name]                # each other section is a job
 *   strategy = all        # words of `pinbench list`, comma-separated; `all` for every one
 *   memory = anon, thp
 *   pages = 1, 8, 64, 512 # pages a call
 *   threads = 1
 *   sharing = private
 *   load = none, fork:100 # NAME[:RATE], operations a second
 *   residency = warm      # and the other axes of collect/axes.def: intent, hold, release
 *   warmup = 8            # calls before the first sample
 *   ops = 0               # calls counted in a histogram, the samples among them; 0: none
 *
 * Cells come in this order: job, memory, pages, threads, the axes in their table's order, strategy.
 * A cell that an earlier job has already is not repeated. docs/plans.md says it for users.
 */
#ifndef BENCH_RUN_PLAN_H
#define BENCH_RUN_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include "bench/cli/options.h"
#include "collect/axes.h"
#include "collect/cell.h"
#include "common/cleanup.h"

struct pb_plan {
	char name[PB_WORD_LEN];
	struct pb_cell *cells;
	size_t nr_cells;
};

/* What the command line sets; an empty list or 0 leaves the plan's own. */
struct pb_plan_overrides {
	struct pb_word_list strategy, memory, pages, threads, axes[PB_NR_AXES];
	uint64_t samples, ops;
};

/*
 * Loads a plan by name (data/plans/NAME.plan) or by path (a word with '/' or ending in .plan).
 * -ENOENT (message lists the plans there are), -EINVAL (message names file, line and word).
 */
int pb_plan_load(const char *name, const struct pb_plan_overrides *overrides,
		 struct pb_plan *ret_plan) pb_must_check;

void pb_plan_done(struct pb_plan *plan);

/* Calls @row with each shipped plan's name and first comment line, by name, until one fails. */
int pb_plan_list(int (*row)(void *data, const char *name, const char *summary),
		 void *data) pb_must_check;

#endif
