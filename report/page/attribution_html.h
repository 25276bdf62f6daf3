/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attribution_html - what each strategy adds to the one it builds on, by function, for the page.
 * Why: that a pin costs more than a get is a number; what it pays for are names.
 */
#ifndef REPORT_PAGE_ATTRIBUTION_HTML_H
#define REPORT_PAGE_ATTRIBUTION_HTML_H

#include <stdio.h>

#include "collect/store/store.h"
#include "common/cleanup.h"
#include "report/judge/attribution/runs.h"
#include "report/runs/view.h"

/*
 * For every strategy, its floor and every setting, at the most pages a call: a table a phase,
 * folded up. Writes nothing, and no heading, for a run without profiles. @level is the heading's: 2
 * or 3.
 */
int pb_html_where(FILE *out, struct pb_store *store, const struct pb_view *view,
		  unsigned int level) pb_must_check;

/* One pair as such a table: for pages that compare two kernels. */
int pb_html_where_pair(FILE *out, const struct pb_where_pair *pair) pb_must_check;

#endif
