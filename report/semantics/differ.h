/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * differ - which verdicts changed between two kernels, or two runs.
 * Why: "6.12 -> 7.3: 3 verdicts changed" is what a reader of a changelog wants, and what a gate asks.
 */
#ifndef REPORT_SEMANTICS_DIFFER_H
#define REPORT_SEMANTICS_DIFFER_H

#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "report/judge/comparison.h"
#include "report/semantics/rows.h"

struct pb_verdict_change {
	const struct pb_semantics_row *base, *head;
};

struct pb_verdict_changes {
	const char *base, *head; /* kernels */
	size_t nr_common;        /* cases that came to a verdict on both sides */
	size_t nr_lacking;       /* that the base has, and the head has not */
	size_t nr_failed;        /* that failed, or were not reached, on a side */
	size_t nr;
	struct pb_verdict_change *changes; /* in the order of tables */
};

/* Rows belong to @base and @head, and the result lasts no longer than these. */
int pb_verdicts_differ(const struct pb_semantics *base, const struct pb_semantics *head,
		       struct pb_verdict_changes *ret_changes) pb_must_check;
void pb_verdict_changes_done(struct pb_verdict_changes *changes);

/*
 * Same: none changed and none is missing. Worse: some changed. Unknown: nothing changed, but not every
 * case of the base came to a verdict on the other side.
 */
enum pb_verdict pb_verdict_changes_verdict(const struct pb_verdict_changes *changes);

/* Each change in a line, at most @max of them (0: all), then the sentence; @quiet: only that. */
int pb_verdict_changes_print(const struct pb_verdict_changes *changes, size_t max, bool quiet,
			     FILE *out) pb_must_check;

#endif
