/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html - runs as one page that needs nothing else: figures, numbers, absences, fingerprint.
 * Why: a result that is to be believed is read together with how it came about.
 */
#ifndef REPORT_PAGE_HTML_H
#define REPORT_PAGE_HTML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "report/page/options.h"

/*
 * Writes @dir/index.html and @dir/figures/ for runs of one or several databases, each in a section
 * of its own; makes @dir if missing and replaces what an earlier report left under the same names,
 * when all of it is there (common/stage.h): a report that fails leaves the earlier one.
 * *ret_index_path is newly allocated. Errors: -EINVAL (no run; runs of different evidence classes,
 * which are never shown together), -ENOENT (no such run; gnuplot is not installed), and those of
 * writing files.
 */
int pb_report_write(const struct pb_report_run *runs, size_t nr_runs, const char *dir,
		    const struct pb_report_options *options, char **ret_index_path) pb_must_check;

#endif
