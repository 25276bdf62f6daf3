/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table - a run as a table on the terminal: acquire, release and both, for each strategy.
 * Why: the result is on the screen when the run ends, with no browser in between.
 */
#ifndef REPORT_RUNS_TABLE_H
#define REPORT_RUNS_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "collect/summary.h"
#include "common/cleanup.h"
#include "report/runs/style.h"

/* Returns 0 or -errno. */
int pb_table_print(const struct pb_summary *summary, const struct pb_table_style *style,
		   FILE *out) pb_must_check;

/* Likewise, for a run in a database. -ENOENT: no such run. */
int pb_table_print_run(struct pb_store *store, int64_t run_id, const struct pb_table_style *style,
		       FILE *out) pb_must_check;

#endif
