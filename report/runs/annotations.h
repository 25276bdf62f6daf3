/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * annotations - what stands beside a cell's number: the harness by two ways, events, the slow calls.
 * Why: terminal and page say the same of a cell, in the same words, and only where there is any.
 */
#ifndef REPORT_RUNS_ANNOTATIONS_H
#define REPORT_RUNS_ANNOTATIONS_H

#include <stdbool.h>

#include "common/cleanup.h"
#include "report/runs/view.h"

/*
 * What the harness costs a call in both phases, by the empty window and by the difference of
 * windows with one and two operations: "84/80". "" where the cell has no such windows. Returns
 * @buf, which has room for 2 * PB_WORD_LEN.
 */
const char *pb_harness_words(const struct pb_view *view, const struct pb_summary_cell *cell,
			     char *buf);

/* Has any cell of the setting such windows? */
bool pb_harness_is_known(const struct pb_view *view, const struct pb_setting *setting);

/*
 * How much of the cheapest strategy's number is what noop shows: "noop is 3.8 % of the cheapest,
 * ref, with 1 page, 0.1 % of it with 512 pages; by difference at most 0.0 %". By difference is what
 * is left once windows of one and of two operations have told the harness apart. NULL without a
 * message where that is not known.
 */
char *pb_noop_words(const struct pb_view *view, const struct pb_setting *setting) pb_must_check;

/*
 * What happened while the cell was measured: "failed-EBUSY 3, partial 1, load 97.3 of 100 a
 * second". "" where nothing did; counts of 0 are left out. NULL: out of memory.
 */
char *pb_events_words(const struct pb_summary_cell *cell) pb_must_check;

enum { PB_TAIL_WORDS = 4 + PB_NR_QUANTILES };

/* The heads of those words: "strategy", "pages", "phase", "calls", "p50", ... */
extern const char *const pb_tail_heads[PB_TAIL_WORDS];

/*
 * Tells a row for each histogram of the setting, in the metric that the run is judged by. @row
 * returns 0 or -errno, which stops the telling.
 */
int pb_tails_tell(const struct pb_view *view, const struct pb_setting *setting,
		  int (*row)(void *data, const char *const words[PB_TAIL_WORDS]),
		  void *data) pb_must_check;

/* Tells the events of each cell of the setting that has any, with "pin, 8 pages". */
int pb_events_tell(const struct pb_view *view, const struct pb_setting *setting,
		   int (*row)(void *data, const char *cell, const char *events),
		   void *data) pb_must_check;

#endif
