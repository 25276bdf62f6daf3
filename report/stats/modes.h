/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modes - do samples fall into two heaps?
 * Why: the mean of two modes is a cost that no call has, and what moves it is how often each came.
 */
#ifndef REPORT_STATS_MODES_H
#define REPORT_STATS_MODES_H

#include <stdbool.h>
#include <stddef.h>

struct pb_modes {
	double lower; /* mean of each heap */
	double upper;
	double edge;  /* values above it belong to the upper one */
	double share; /* of the variance, that lies between the heaps */
};

/*
 * The best split in two by Otsu's criterion (1979), of @sorted less @cut at each end. True where
 * its share of the variance is above what even samples from a rectangle, the widest of all that
 * have no two modes, reach in one of 1,000 (counted: tests/report/test_stats_level.c).
 */
bool pb_modes_find(const double *sorted, size_t nr, size_t cut, struct pb_modes *ret_modes);

#endif
