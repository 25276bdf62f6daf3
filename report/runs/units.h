/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * units - is a metric read in one unit everywhere?
 * Why: a run may come from elsewhere, and 1 us is not better than 900 ns.
 */
#ifndef REPORT_RUNS_UNITS_H
#define REPORT_RUNS_UNITS_H

#include "collect/summary.h"
#include "common/cleanup.h"

/*
 * -EINVAL: what is subtracted from, or held against, another number of @metric is read in another
 * unit. @b may be @a. @who begins the message: "history: ", or is empty.
 */
int pb_units_check(const struct pb_summary *a, const struct pb_summary *b, const char *metric,
		   const char *who) pb_must_check;

#endif
