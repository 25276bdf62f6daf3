/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * others - do the samples beside the least agree, too?
 * Why: see least.h.
 */
#ifndef REPORT_JUDGE_OTHERS_H
#define REPORT_JUDGE_OTHERS_H

#include "report/judge/least.h"

/* Sets .doubt and .why of @least, whose values were found. Errors as pb_least_compare(). */
int pb_others_judge(const struct pb_least_side *base, const struct pb_least_side *head,
		    double growth, struct pb_least *least) pb_must_check;

#endif
