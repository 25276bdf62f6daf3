/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trimmed - trimmed means, their winsorised variance, correlation in time, resamples.
 * Why: the parts of pb_effect_estimate() that know one set of samples only.
 */
#ifndef REPORT_STATS_TRIMMED_H
#define REPORT_STATS_TRIMMED_H

#include <stddef.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "common/cleanup.h"

/* One set of samples, with its order worked out once for thousands of resamples. */
struct pb_trimmed {
	size_t nr;
	size_t cut;     /* samples left out at each end */
	double *sorted; /* owned */
	size_t *order;  /* owned: sorted[i] is sample order[i] */
	double mean;
	double variance; /* of the mean, by Yuen */
	double df;
	double autocorr; /* lag 1 of the samples in time, winsorised; bias of 1/n removed */
	double step;     /* least distance of two samples; 0 where all are equal */
};

int pb_trimmed_init(const double *values, size_t nr, double trim,
		    struct pb_trimmed *ret_trimmed) pb_must_check;
void pb_trimmed_done(struct pb_trimmed *trimmed);

/* Draws nr samples with replacement: how often each one came is added up in @counts. */
void pb_resample(gsl_rng *random, uint32_t *counts, size_t nr);

/* The trimmed mean of such a resample. */
double pb_trimmed_of(const struct pb_trimmed *trimmed, const uint32_t *counts);

#endif
