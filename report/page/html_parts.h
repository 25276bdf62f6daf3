/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html_parts - the parts of the page, written one after the other.
 * Why: each file of the page knows one part; only html.c knows their order.
 */
#ifndef REPORT_PAGE_HTML_PARTS_H
#define REPORT_PAGE_HTML_PARTS_H

#include <stdio.h>

#include "common/cleanup.h"
#include "common/encode/html.h"
#include "report/draw/figure.h"
#include "report/runs/view.h"

/*
 * Writes what @write makes of @page to @path, whole or not at all. Returns 0, what @write returned,
 * or -errno.
 */
int pb_html_save(const char *path, int (*write)(FILE *out, void *page), void *page) pb_must_check;

/* "On Linux 6.1.0, pin-fast costs 266 instructions a page on anon, ...": one sentence, owned. */
char *pb_html_lead(const struct pb_view *view) pb_must_check;

/* All of them return 0 or -errno; the stream's own errors are found when it is closed. */
int pb_html_tables(FILE *out, const struct pb_view *view) pb_must_check;
/* What report/runs/annotations.h has of a setting; nothing where it has nothing. */
int pb_html_beside(FILE *out, const struct pb_view *view,
		   const struct pb_setting *setting) pb_must_check;
/* What counters said of the setting's calls; nothing where none were asked for. */
int pb_html_counters(FILE *out, const struct pb_view *view,
		     const struct pb_setting *setting) pb_must_check;
int pb_html_absences(FILE *out, const struct pb_view *view) pb_must_check;
/* What was watched of held pages in that store, beside this run's prices; nothing where none was. */
int pb_html_held(FILE *out, struct pb_store *store, const struct pb_summary *summary) pb_must_check;
/* What users of GUP that are in that store cost and call; nothing where there are none. */
int pb_html_users(FILE *out, struct pb_store *store) pb_must_check;
void pb_html_fingerprint(FILE *out, const struct pb_summary *summary);

#endif
