/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tracking - runs held against one base, as a page: verdicts first, then the cells behind them.
 * Why: who follows a kernel wants the answer in one line, and its evidence one step below.
 */
#ifndef REPORT_PAGE_TRACKING_H
#define REPORT_PAGE_TRACKING_H

#include <stddef.h>

#include "common/cleanup.h"
#include "report/judge/gate.h"
#include "report/page/html.h"

/*
 * Writes @dir/tracking.html: each of @heads judged against @base as `pinbench gate` does
 * (report/judge/gate.h), in the order given. A run that cannot be judged at all (another evidence
 * class, the base itself) stands there as "cannot tell" with the reason. Makes @dir if missing.
 * *ret_path is newly allocated. Errors: -EINVAL (no head), -ENOENT (no such run), and those of
 * writing files.
 */
int pb_tracking_write(const struct pb_report_run *base, const struct pb_report_run *heads,
		      size_t nr_heads, const struct pb_gate_options *options, const char *dir,
		      char **ret_path) pb_must_check;

#endif
