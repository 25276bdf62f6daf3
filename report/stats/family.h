/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * family - many effects judged together: intervals and verdicts that hold for the whole matrix.
 * Why: of 160 comparisons at the usual 5 % eight are false alarms; a gate may have none.
 *
 * Holm's step-down correction: the k-th smallest of m p-values is held against alpha / (m - k + 1),
 * and its interval is drawn at that level, so that the interval lies outside of the bound exactly
 * where the test says so. Samples taken one after the other are not independent: standard errors
 * are widened by sqrt((1 + r) / (1 - r)), r being the matrix's common lag-1 autocorrelation, or the
 * row's own where that is clearly higher. An interval is widened by how far a side's own levels lie
 * apart, whole and not as an error that averages out.
 *
 * That nothing has changed is a claim about every row, and so each row is asked by itself at alpha
 * (an intersection-union test, Berger 1982; two one-sided tests, Schuirmann 1987): were one row's
 * true change beyond the tolerance, its own interval would lie within it in at most alpha of all
 * comparisons, whatever the other rows do.
 */
#ifndef REPORT_STATS_FAMILY_H
#define REPORT_STATS_FAMILY_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"
#include "report/stats/effect.h"

struct pb_family_options {
	double alpha;  /* chance of one false finding or more in the whole family */
	double bound;  /* changes up to this size are of no interest: 0, or what a gate allows */
	double effect; /* noise threshold: an estimate below it is no finding, however sure */
};

/*
 * alpha: half of the one per cent that is promised; the other half is for noise that is not what
 * the method assumes. effect: half of the one per cent that is to be found, and three to four
 * standard errors below it at 0.4 % noise and 20 samples.
 */
#define PB_FAMILY_DEFAULTS                                  \
	{                                                   \
		.alpha = 0.005, .bound = 0, .effect = 0.005 \
	}

extern const struct pb_family_options pb_family_defaults;

struct pb_judged {
	struct pb_effect effect;
	double lower; /* of the relative change; simultaneous over the family */
	double upper;
	double within_lower; /* of this row alone, each end at alpha: what equivalence is judged by
			      */
	double within_upper;
	double p;        /* of a change beyond the bound, for this row alone */
	double p_holm;   /* the same, corrected: below alpha where .outside */
	bool outside;    /* the interval lies wholly beyond +bound or -bound */
	bool negligible; /* outside, but below the noise threshold, or not in every part of the runs
			  */
};

/* Fills in everything but .effect. -ENOMEM. */
int pb_family_judge(struct pb_judged *rows, size_t nr,
		    const struct pb_family_options *options) pb_must_check;

#endif
