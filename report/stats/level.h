/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * level - are these samples of one level, and if not, how far do their levels lie apart?
 * Why: an interval of samples that drift, jump or fall into two says nothing about either.
 *
 * Tests at PB_LEVEL_ALPHA each, named in pb_level_kinds[]. A finding is no verdict: what is added
 * to the interval is how far the levels lie apart, which is little where the noise alone made it.
 */
#ifndef REPORT_STATS_LEVEL_H
#define REPORT_STATS_LEVEL_H

#include <stddef.h>

#include "common/cleanup.h"
#include "report/stats/order.h"

#define PB_LEVEL_ALPHA 0.002

enum pb_level_kind {
	PB_LEVEL_ONE,
	PB_LEVEL_TREND,   /* rises or falls from first to last */
	PB_LEVEL_STEP,    /* one level before, another behind */
	PB_LEVEL_STRETCH, /* leaves its level and comes back */
	PB_LEVEL_BURST,   /* samples far from the rest stand together */
	PB_LEVEL_END,     /* the first or last few lie apart from the rest: warm-up, a late jump */
	PB_LEVEL_MODES,   /* two levels in no order */
	PB_NR_LEVEL_KINDS,
};

struct pb_level_kind_row {
	const char *test;  /* "Mann-Kendall" */
	const char *words; /* "drift" */
};

extern const struct pb_level_kind_row pb_level_kinds[PB_NR_LEVEL_KINDS];

struct pb_level {
	enum pb_level_kind kind; /* of what was found, the rarest */
	double p;
	size_t at;   /* first sample behind a step, or of a burst */
	size_t nr;   /* samples of a burst, a stretch or an end */
	double from; /* levels, in the order of time; of modes the lower and the upper */
	double to;
	double low;  /* medians of the lowest and the highest fifth of the run (of fewer parts, */
	double high; /* where samples are few), and the deviation of such a median by its noise */
	double part_error;
	double range; /* what all that was found says the levels lie apart, at most; 0: one level */
};

struct pb_level_options {
	double step; /* what the clock resolves: levels so near are one */
	size_t cut;  /* samples that the location leaves out at each end */
};

/*
 * @values: 10 or more, in the order in which they were taken. @ret_even gets as many: the samples
 * with their levels evened out, for what is left to be judged as noise; the same values where they
 * are of one level. -ENOMEM.
 */
int pb_level_find(const double *values, size_t nr, const struct pb_level_options *options,
		  double *ret_even, struct pb_level *ret_level) pb_must_check;

#endif
