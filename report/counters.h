/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters - what counters said of whole calls, as tables: strategies down, counters across.
 * Why: a run with counters shows them where it shows its other numbers, and says what it lacks.
 */
#ifndef REPORT_COUNTERS_H
#define REPORT_COUNTERS_H

#include <stdio.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "report/notes.h"
#include "report/table.h"
#include "report/view.h"

/*
 * Prints a table for each setting and number of pages that has counters; nothing for a run without.
 * Reasons go to @notes. Returns 0 or -errno.
 */
int pb_counters_table(const struct pb_view *view, const struct pb_table_style *style,
		      struct pb_notes *notes, FILE *out) pb_must_check;

/*
 * Why @cell has no value of counter @metric: the cell's own words, or the run's; newly allocated.
 * NULL: out of memory.
 */
char *pb_counter_why(const struct pb_summary *summary, const struct pb_summary_cell *cell,
		     const char *metric) pb_must_check;

#endif
