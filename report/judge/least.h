/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * least - the least samples of two exact series, of as many samples of each, and whether they may
 * stand for the others.
 * Why: of more samples the least is smaller or equal, on one and the same kernel: what happens in
 * every ninth call is among fifty samples and may not be among five. And one cheap call of twenty
 * would hide that all others became dearer.
 *
 * Exact samples are a sequence, not draws. So the first n of both are held against each other, n
 * being the shorter side's number. Where these differ, the phase in which a run met a cell may
 * still be all that does. It is, as far as anybody can say, if the longer side has a sample like
 * the shorter side's least somewhere, or keeps only its least (a baseline) and that is smaller:
 * then there is no answer. A value that the longer side never took is a difference, and so is one
 * further off than what meets single calls of one kernel can move all of the shorter side's.
 *
 * What may move single samples of one kernel comes at regular distances: a counter of the CPU that
 * overflows, a timer tick. Of n calls each hits as many as of any other n, but for one. So of no
 * value more than a few of the first n samples may lie above it on one side and not on the other
 * (pb_least_allowed()), nor of all samples a larger share. Where more do, the least is no answer.
 * Of a baseline, which has no others, the other side's median must lie near its own least.
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
	const struct pb_summary *run;
	const struct pb_summary_cell *cell;
	const struct pb_summary_series *series; /* NULL: the side has none */
};

enum pb_least_doubt {
	PB_LEAST_CLEAR,
	PB_LEAST_OTHERS, /* not dearer by the least, but the other samples lie apart */
	PB_LEAST_VOID,   /* the numbers themselves are not to be trusted */
};

struct pb_least {
	double base; /* NaN: no sample with a value */
	double head;
	size_t nr_base; /* samples that the side's least is of; a baseline's too */
	size_t nr_head;
	bool open; /* the values differ, and so do the numbers of samples: nobody can tell */
	enum pb_least_doubt doubt;
	char why[256]; /* of the doubt, in words; else empty */
};

/* The side's run is a baseline, which keeps one value a series, the least of those taken. */
bool pb_least_is_kept(const struct pb_least_side *side);

/* How many samples with a value the side's series has; of a baseline, how many were taken. */
size_t pb_least_count(const struct pb_least_side *side);

/* How many samples a phase of the cell must have. */
size_t pb_least_wanted(const struct pb_summary *run, const struct pb_summary_cell *cell);

/* How many of @nr samples of the cell may lie above a value on one side alone. */
size_t pb_least_allowed(const struct pb_cell *cell, size_t nr);

/*
 * "head has 1 of the 20 samples that were asked for", empty where it has all: written into @why.
 * Returns whether anything was.
 */
bool pb_least_short(const struct pb_least_side *side, const char *name, char *why, size_t size);

/*
 * @growth: what head's samples may cost more (0.01), for gates, which also allow others to be
 * cheaper; negative: not at all, and neither may they be cheaper where the least are the same.
 * -errno of reading samples.
 */
int pb_least_compare(const struct pb_least_side *base, const struct pb_least_side *head,
		     double growth, struct pb_least *ret_least) pb_must_check;

#endif
