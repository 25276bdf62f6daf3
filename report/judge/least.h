/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * least - the least samples of two exact series, of as many samples of each.
 * Why: of more samples the least is smaller or equal, on one and the same kernel: what happens in
 * every ninth call is among fifty samples and may not be among five.
 *
 * Exact samples are a sequence, not draws. So the first n of both are held against each other, n
 * being the shorter side's number. Where these differ, the phase in which a run met a cell may
 * still be all that does. It is, as far as anybody can say, if the longer side has a sample like
 * the shorter side's least somewhere, or keeps only its least (a baseline) and that is smaller:
 * then there is no answer. A value that the longer side never took is a difference.
 */
#ifndef REPORT_JUDGE_LEAST_H
#define REPORT_JUDGE_LEAST_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/store/store.h"
#include "collect/summary.h"
#include "common/cleanup.h"

struct pb_least_side {
	struct pb_store *store;
	const struct pb_summary_cell *cell;
	const struct pb_summary_series *series; /* NULL: the side has none */
};

struct pb_least {
	double base; /* NaN: no sample with a value */
	double head;
	size_t nr_base; /* samples that the side's least is of; a baseline's too */
	size_t nr_head;
	bool open; /* the values differ, and so do the numbers of samples: nobody can tell */
};

/* How many samples the series' least is of; a baseline keeps one of those that were taken. */
size_t pb_least_count(const struct pb_summary_cell *cell, const struct pb_summary_series *series);

/* -errno of reading samples. */
int pb_least_compare(const struct pb_least_side *base, const struct pb_least_side *head,
		     struct pb_least *ret_least) pb_must_check;

#endif
