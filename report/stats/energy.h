/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * energy - the split of a series whose sides are furthest apart, by energy distance.
 * Why: a permutation test asks for it a thousand times, so it takes O(n log n) and not O(n^3).
 */
#ifndef REPORT_STATS_ENERGY_H
#define REPORT_STATS_ENERGY_H

#include <stddef.h>

#include "common/cleanup.h"

/* Room for series of up to .nr values; reused from call to call. */
struct pb_energy {
	size_t nr;
	size_t *ranks; /* of the values in place, 1 to nr; permuted together with them */
	double *count; /* Fenwick trees by rank: how many values, and their sum */
	double *sum;
	double *before; /* [i]: sum of all distances between the first i values */
};

int pb_energy_init(struct pb_energy *energy, size_t nr) pb_must_check;
void pb_energy_done(struct pb_energy *energy);

/* Sets .ranks for these values. -ENOMEM. */
int pb_energy_rank(struct pb_energy *energy, const double *values, size_t nr) pb_must_check;

/*
 * The best split: the first @ret_at values against the rest, no side shorter than @least. Returns
 * its statistic; with fewer than 2 * @least values -1.
 */
double pb_energy_split(struct pb_energy *energy, const double *values, size_t nr, size_t least,
		       size_t *ret_at);

#endif
