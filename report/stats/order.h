/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * order - tests of a series of samples for what only their order shows.
 * Why: a ramp, a jump and a burst have an average like any other samples, and it stands for
 * nothing.
 *
 * All of them use ranks or signs, so that no outlier makes or hides a finding.
 */
#ifndef REPORT_STATS_ORDER_H
#define REPORT_STATS_ORDER_H

#include <stddef.h>

#include "common/cleanup.h"

struct pb_order_test {
	double p;  /* 1 where the test says nothing: all samples equal, or too few */
	size_t at; /* index of the first sample behind the change; of a burst, its first */
	size_t nr; /* samples in the burst */
};

/* Ranks of @values from 1 to @nr, ties sharing their mean rank. */
int pb_order_ranks(const double *values, size_t nr, double *ret_ranks) pb_must_check;

/*
 * Mann 1945, Kendall 1975: does the series rise or fall? Normal approximation, corrected for ties.
 */
struct pb_order_test pb_order_trend(const double *values, size_t nr);

/* Pettitt 1979: is there one point before which samples are smaller, or larger, than behind it? */
struct pb_order_test pb_order_step(const double *ranks, size_t nr);

/*
 * The range of the ranks' cumulative sum, as Kuiper 1960 has it for distributions: a level that is
 * left and comes back. .at and .nr are the stretch between.
 */
struct pb_order_test pb_order_stretch(const double *ranks, size_t nr);

/*
 * Wald and Wolfowitz 1940: samples further from the median than @reach, do they come in fewer runs
 * than chance makes? .at and .nr are the longest run, p of either side of the median.
 */
struct pb_order_test pb_order_bursts(const double *values, size_t nr, double median, double reach);

/*
 * Do the first or the last few samples lie apart? Of 2 to a third of them the median is held
 * against all samples' @median and @deviation: of so few no rank test makes anything. .at and .nr
 * are they.
 */
struct pb_order_test pb_order_ends(const double *values, size_t nr, double median,
				   double deviation);

/* Theil 1950, Sen 1968: the median of all slopes, a sample. NaN: out of memory. */
double pb_order_slope(const double *values, size_t nr);

#endif
