/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters - what counters said of whole calls, as tables: strategies down, counters across.
 * Why: a run with counters shows them where it shows its other numbers, and says what it lacks.
 */
#ifndef REPORT_RUNS_COUNTERS_H
#define REPORT_RUNS_COUNTERS_H

#include <stdio.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "report/runs/notes.h"
#include "report/runs/style.h"
#include "report/runs/view.h"

/*
 * Prints a table for each setting and number of pages that has counters; nothing for a run without.
 * Reasons go to @notes. Returns 0 or -errno.
 */
int pb_counters_table(const struct pb_view *view, const struct pb_table_style *style,
		      struct pb_notes *notes, FILE *out) pb_must_check;

/* The counters of the cells with these pages, in the order of their series; newly allocated. */
int pb_counters_names(const struct pb_view *view, const struct pb_setting *setting,
		      uint64_t nr_pages, const char ***ret_names, size_t *ret_nr) pb_must_check;

enum { PB_COUNTER_TEXT_LEN = 48 };

/*
 * What stands for a cell's counter: "20.50", "~20.50" where it was scaled, a dash with its footnote
 * "[1]" where it is NULL, "" where it was not asked for. Reasons go to @notes.
 */
int pb_counter_text(const struct pb_view *view, const struct pb_summary_cell *cell,
		    const char *metric, struct pb_notes *notes, char *ret_text) pb_must_check;

/* What "~" means, for below a table. */
extern const char pb_counters_scaled[];

/*
 * Why @cell has no value of counter @metric: the cell's own words, or the run's; newly allocated.
 * NULL: out of memory.
 */
char *pb_counter_why(const struct pb_summary *summary, const struct pb_summary_cell *cell,
		     const char *metric) pb_must_check;

#endif
