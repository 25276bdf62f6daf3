/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history - the same cells over several kernels, and the steps between one kernel and the next.
 * Why: a change of cost is seen with its size and its place: which strategy, from where to where.
 *
 * The value of a phase is its least sample per page (collect/summary.h). Under exact evidence every
 * difference is real, so that each is a step; how many of them are worth showing is for the reader.
 * Evidence with noise is shown by its median, and has a step only where chance makes none like it;
 * what was simulated, where all its interleavings agree.
 */
#ifndef REPORT_JUDGE_HISTORY_HISTORY_H
#define REPORT_JUDGE_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "common/grid/document.h"

/* One rung: a run of one kernel. */
struct pb_history_kernel {
	struct pb_store *store; /* borrowed: where the run lies */
	struct pb_summary summary;
	size_t store_at; /* which of the stores it lies in, as they were named */
	char *label;     /* short and unique in the history: "6.12", cleaned */
	char *name;      /* what the command line calls it: kernel.name, its release, or the uuid */
};

/* A cell of the plan on every kernel. */
struct pb_history_cell {
	const struct pb_cell *cell;
	const struct pb_summary_cell **at; /* one a kernel; NULL: not in that run's plan */
};

/* One phase of one cell, from the last kernel that has a value to the next one. */
struct pb_history_step {
	const struct pb_history_cell *cell;
	const char *phase;
	size_t from; /* indexes of kernels; not always neighbours */
	size_t to;
	double before; /* per page */
	double after;
	double change;
};

/* Neighbours of one phase of one cell that cannot be compared, and why. */
struct pb_history_doubt {
	const struct pb_history_cell *cell;
	const char *phase;
	size_t from;
	size_t to;
	char why[256];
};

struct pb_history {
	const char *metric;
	bool noisy; /* values are medians, and steps what report/judge/history/intervals.c finds */
	bool drawn; /* simulated: likewise, and steps what report/judge/history/drawn.c finds */
	char *refused; /* drawn: why neighbours are no pairs, owned; NULL: all are */
	size_t nr_kernels;
	struct pb_history_kernel *kernels; /* in the order of their releases */
	size_t nr_cells;
	struct pb_history_cell *cells; /* by memory, pages (falling), strategy */
	size_t nr_steps;
	size_t nr_unsure; /* noisy neighbours, no step, that may differ by more than PB_TOLERANCE */
	size_t nr_doubts;
	struct pb_history_doubt *doubts; /* neighbours that may differ or not: nobody can tell */
	struct pb_history_step *steps;   /* by pages (falling), biggest change first */
};

/*
 * Which cells; an empty list lets all pass, but without pages these are the most and the fewest of
 * the runs.
 */
struct pb_history_filter {
	char **strategies;
	size_t nr_strategies;
	char **memory;
	size_t nr_memory;
	uint64_t *pages;
	size_t nr_pages;
	/* "STRATEGY[,MEMORY[,PAGES]]": instead of the three above. */
	char **cells;
	size_t nr_cells;
	const char *metric; /* NULL: the evidence's own */
};

/* Is this cell meant? And the failure when none is, with the words that would be valid. */
bool pb_history_wants(const struct pb_history_filter *filter, const struct pb_cell *cell);
int pb_history_wants_fail(const struct pb_history_filter *filter,
			  const struct pb_summary *summary) pb_must_check;

/*
 * Is it safe to be copied from a terminal into a shell? An imported run may be called anything.
 */
bool pb_history_word_is_plain(const char *word);

/* A run in its store. */
struct pb_history_run {
	struct pb_store *store;
	int64_t run_id;
};

/*
 * Kernel releases as they came out: 5.10 < 6.1 < 6.12-rc1 < 6.12 < 6.12.107 < 7.2. Like strcmp().
 */
int pb_release_compare(const char *a, const char *b);

/*
 * The runs that make the history of a database: of each release the newest complete run (or the
 * newest at all, where none is complete) of one evidence class, one architecture and one set of
 * cells, that which the most releases share. Newly allocated; *ret_left_out tells of releases that
 * have no such run, NULL where there are none. -ENOENT: nothing is stored.
 */
int pb_history_runs(struct pb_store *store, int64_t **ret_run_ids, size_t *ret_nr,
		    char **ret_left_out) pb_must_check;

/*
 * Errors: -EINVAL (runs of different evidence, a filter that fits no cell:
 * the message says what there is), pb_summary_load()'s.
 */
int pb_history_load(const struct pb_history_run *runs, size_t nr_runs,
		    const struct pb_history_filter *filter,
		    struct pb_history *ret_history) pb_must_check;
void pb_history_done(struct pb_history *history);

/* Adds a step; they are sorted when all are there. */
int pb_history_step_add(struct pb_history *history,
			const struct pb_history_step *step) pb_must_check;

/* Likewise what is no step for that it cannot be told; of @step only the places are looked at. */
int pb_history_doubt_add(struct pb_history *history, const struct pb_history_step *step,
			 const char *why) pb_must_check;

/*
 * What was not judged, in one clause: cells that failed, were never reached or are not in a run's
 * plan, and doubts. Empty where there is nothing; newly allocated. NULL: out of memory.
 */
char *pb_history_lacks(const struct pb_history *history) pb_must_check;

/* Every one of them, at most @most (0: all). Part of pb_history_document(). */
int pb_history_lacks_add(const struct pb_history *history, size_t most,
			 struct pb_document *document) pb_must_check;

/*
 * Adds the steps of evidence with noise: change points by E-divisive means of twenty runs or more
 * (report/stats/edivisive.h); of fewer, neighbours whose intervals lie apart, corrected for all of
 * them (report/stats/family.h).
 */
int pb_history_noisy_steps(struct pb_history *history) pb_must_check;

/*
 * Adds the steps of what was simulated: neighbours that differ in all pairs of interleavings, of
 * whole calls (report/judge/drawn.h). Fills in .refused.
 */
int pb_history_drawn_steps(struct pb_history *history) pb_must_check;

/* The value of a phase on a kernel, per page; NaN where there is none. */
double pb_history_value(const struct pb_history *history, const struct pb_history_cell *cell,
			size_t kernel, const char *phase);

/* Of acquiring and releasing together; simulated, of whole calls. */
double pb_history_total(const struct pb_history *history, const struct pb_history_cell *cell,
			size_t kernel);

/* The step's share of what was there before, 0.01 for a hundredth; INFINITY where that was 0. */
double pb_history_share(const struct pb_history_step *step);

struct pb_history_style {
	double least_share; /* steps smaller than this are only counted */
	size_t max_steps;   /* 0: all */
};

/* A group of columns a kernel: what each strategy costs there. Part of pb_history_document(). */
int pb_history_table(const struct pb_history *history, struct pb_document *document) pb_must_check;

/* The cell of the strategy that this one builds on, or NULL. */
const struct pb_history_cell *pb_history_floor(const struct pb_history *history,
					       const struct pb_history_cell *cell);

/* What each strategy adds to its floor, a column a kernel. Part of pb_history_document(). */
int pb_history_adds(const struct pb_history *history, struct pb_document *document) pb_must_check;

/* Kernels, table, steps, the sentence, and the commands that explain the big steps. */
int pb_history_document(const struct pb_history *history, const struct pb_history_style *style,
			struct pb_document *document) pb_must_check;

/* The sentence that a person would quote, newly allocated. NULL: out of memory. */
char *pb_history_quote(const struct pb_history *history) pb_must_check;

#endif
