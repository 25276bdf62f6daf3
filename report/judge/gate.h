/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gate - may this run pass, held against a baseline? For CI and `git bisect run`.
 * Why: a comparison shows what it can; a gate answers for all of it, and what was not measured has
 * not passed.
 *
 * Each phase of each cell is judged by itself: acquire and release lie on different paths. Exact
 * evidence is worse when it costs more than the base by more than `max`; evidence with noise when
 * its whole interval lies above `max` (by default: above zero, and the change reaches the noise
 * threshold). An interval that reaches beyond the tolerance cannot tell: it would not have seen
 * such a regression. What was simulated has a row for each metric that is judged instead
 * (report/judge/drawn.h): worse when all its interleavings cost more by more than `max`, passed when
 * none of them reaches beyond `max` or the tolerance. Neither can a cell that was refused, failed or was never reached on either
 * side, one that only one side has, a counter that never ran, or too few samples.
 */
#ifndef REPORT_JUDGE_GATE_H
#define REPORT_JUDGE_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "common/grid/document.h"
#include "report/judge/comparison.h"

struct pb_gate_options {
	double max;       /* relative growth that is allowed: 0.01 */
	bool max_set;     /* false: max is 0, and noise has its threshold */
	double tolerance; /* growth that must be ruled out where there is noise; 0: PB_TOLERANCE */
	uint64_t seed;    /* of the bootstrap */
	/*
	 * "STRATEGY[,MEMORY[,PAGES]]": only these cells, and not those; NULL-terminated or empty.
	 */
	char **cells;
	size_t nr_cells;
	char **except;
	size_t nr_except;
};

/* One phase of one cell, or, where that is not known to have phases, the cell. */
struct pb_gate_row {
	struct pb_cell cell;
	const char *phase; /* or what was judged of whole calls; NULL: the whole cell */
	enum pb_verdict verdict;
	double base; /* per page; NaN: unknown, as the three below */
	double head;
	double change; /* relative; infinite where base is 0 */
	double lower;
	double upper;
	char *reason; /* why it cannot tell, or which field moved most, owned; else NULL */
};

struct pb_gate {
	struct pb_comparison comparison; /* owned */
	struct pb_gate_options options;
	enum pb_verdict verdict;
	char *reason; /* why the gate as a whole cannot tell, owned; NULL: look at the rows */
	size_t nr_cells;
	size_t nr_worse; /* rows */
	size_t nr_better;
	size_t nr_unknown;
	size_t nr_rows;
	struct pb_gate_row *rows; /* worse first, then what cannot tell, biggest change first */
};

/*
 * Errors are those of pb_compare(), and -EINVAL: both sides are the same run, or no cell of either
 * is meant by the options.
 */
int pb_gate_judge(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
		  int64_t head_run, const struct pb_gate_options *options,
		  struct pb_gate *ret_gate) pb_must_check;
void pb_gate_done(struct pb_gate *gate);

/* Is this cell to be judged, by --cell and --except? */
bool pb_gate_means(const struct pb_gate_options *options, const struct pb_cell *cell);

/* The verdict in one sentence, newly allocated. NULL: out of memory. */
char *pb_gate_quote(const struct pb_gate *gate) pb_must_check;

/* Verdict first, then the cells behind it, at most @max_rows (0: all, also those that passed). */
int pb_gate_document(const struct pb_gate *gate, size_t max_rows,
		     struct pb_document *document) pb_must_check;

#endif
