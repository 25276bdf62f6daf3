/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * others - do the samples beside the least agree, too?
 * Why: see least.h.
 */
#ifndef REPORT_JUDGE_OTHERS_H
#define REPORT_JUDGE_OTHERS_H

#include "report/judge/least.h"

/*
 * May a cost of @least a page, on one and the same kernel, be @value in the least of @nr samples?
 * Not where more of them than what meets single calls would all have to lie above it.
 */
bool pb_others_reach(const struct pb_cell *cell, size_t nr, double least, double value);

/* Sets .doubt and .why of @least, whose values were found. Errors as pb_least_compare(). */
int pb_others_judge(const struct pb_least_side *base, const struct pb_least_side *head,
		    double growth, struct pb_least *least) pb_must_check;

#endif
