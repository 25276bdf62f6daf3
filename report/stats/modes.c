// SPDX-License-Identifier: GPL-2.0-only
/*
 * modes - do samples fall into two heaps?
 * Why: see modes.h.
 */
#include "report/stats/modes.h"

#include <math.h>

#include <gsl/gsl_statistics_double.h>

enum { LEAST = 8 };

/*
 * A rectangle's best split has three quarters of its variance; few samples may have more by luck.
 */
static double threshold(size_t nr)
{
	return 0.75 + 0.7 / sqrt((double)nr);
}

bool pb_modes_find(const double *sorted, size_t nr, size_t cut, struct pb_modes *ret_modes)
{
	const double *values = sorted + cut;
	size_t kept = nr - 2 * cut, best = 0;
	double mean, variance, sum = 0, lower = 0, most = 0, n = (double)kept;

	if (kept < LEAST)
		return false;
	mean = gsl_stats_mean(values, 1, kept);
	variance = gsl_stats_variance_m(values, 1, kept, mean) * (n - 1) / n;
	for (size_t i = 1; i < kept; i++) {
		double k = (double)i, apart, between;

		sum += values[i - 1] - mean;
		/* Means of both parts, from the whole's. */
		apart = sum / k + sum / (n - k);
		between = k * (n - k) / (n * n) * apart * apart;
		if (between <= most)
			continue;
		most = between;
		best = i;
		lower = mean + sum / k;
	}
	if (!best || !(variance > 0) || most / variance < threshold(kept))
		return false;
	*ret_modes = (struct pb_modes){
		.lower = lower,
		.upper = mean + (mean - lower) * (double)best / (n - (double)best),
		.edge = (values[best - 1] + values[best]) / 2,
		.share = most / variance,
	};
	return true;
}
