/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history_html - the part of a page that is about all its runs.
 * Why: which kernel changed a cost is asked before what each of them costs.
 */
#ifndef REPORT_PAGE_HISTORY_HTML_H
#define REPORT_PAGE_HISTORY_HTML_H

#include <stdio.h>

#include "common/cleanup.h"
#include "report/judge/history/history.h"
#include "report/page/options.h"

/*
 * The part of a page in folder @dir that is about all runs: the sentence, the steps, the figures
 * (drawn into figures/history/), and links to pb_history_pairs(). @serial is the number of the
 * page's next figure.
 */
int pb_history_html(const struct pb_history_run *runs, size_t nr_runs, const char *dir,
		    const struct pb_report_options *options, unsigned int *serial,
		    FILE *out) pb_must_check;

/*
 * Writes @dir/A-to-B.html for each two kernels that follow each other, and a list of links to @out.
 */
int pb_history_pairs(const struct pb_history *history, const char *dir, FILE *out) pb_must_check;

#endif
