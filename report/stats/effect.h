/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * effect - how far two sets of noisy samples lie apart, relative to the first, and how sure that
 * is. Why: a pure function of the samples and a seed, so that its error rates can be proved by
 * simulation.
 *
 * Location is the 10 % trimmed mean: an interrupt in a sample does not move it, and it finds nearly
 * what the mean finds, where the median needs far more samples (docs/methodology.md has the
 * figures). Its standard error comes from a bootstrap of the relative difference and,
 * independently, from Yuen's winsorised variance; the larger one is used, so that a lucky set of
 * resamples does not make a finding.
 *
 * Samples that are not of one level (report/stats/level.h) have no location. Their levels are
 * evened out, so that .error is of what is left, and .unsteady says how far they lie apart: the
 * change is known to within both together.
 */
#ifndef REPORT_STATS_EFFECT_H
#define REPORT_STATS_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "report/stats/level.h"

/* Fewer samples than this leave none to cut off at each end, and say nothing. */
enum { PB_EFFECT_SAMPLES_LEAST = 10 };

struct pb_samples {
	const double *values; /* in the order in which they were taken; no NaN */
	size_t nr;
};

struct pb_effect_options {
	double trim;   /* part cut off at each end, 0 to under 0.5; 0.1 */
	bool paired;   /* sample i of both sides was taken at the same time */
	double step;   /* what the clock resolves, in the values' unit; 0: everything */
	double floor;  /* the base is taken for at least this much, as what change relates to */
	uint64_t seed; /* of the resamples */
	size_t nr_resamples; /* 0: no bootstrap, Yuen's error alone */
};

extern const struct pb_effect_options pb_effect_defaults;

struct pb_effect {
	size_t nr_base;
	size_t nr_head;
	double base; /* location, in the values' unit */
	double head;
	double change; /* (head - base) / max(|base|, floor); infinite: from nothing to something */
	double error;  /* standard error of .change, if the samples were independent in time */
	double df;     /* degrees of freedom of .error */
	double autocorr;       /* lag 1, of both sides or of the pairs' differences; bias removed */
	double autocorr_error; /* what chance alone makes of it: one standard deviation */
	double blindness; /* differences up to this are the clock's rounding, relative as .change */
	bool paired;
	struct pb_level
		levels[2]; /* of base and of head; where paired, [1] is of the differences */
	bool mixed;        /* some part of one side lies where some part of the other one does */
	double unsteady;   /* how far the sides' own levels lie apart, relative as .change */
};

/* -EINVAL: too few samples, one that is no number, or pairs of unequal number. -ENOMEM. */
int pb_effect_estimate(const struct pb_samples *base, const struct pb_samples *head,
		       const struct pb_effect_options *options,
		       struct pb_effect *ret_effect) pb_must_check;

#endif
