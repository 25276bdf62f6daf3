/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * edivisive - change points of a noisy series of runs.
 * Why: a regression that came months ago is one step between two runs, and the rest is noise.
 *
 * E-divisive means (Matteson and James 2014): the split with the greatest energy distance between
 * what lies before and after it, then the same within both parts. A split counts if fewer than one
 * in 1,000 random orders of its part have one as good; a part so short that its few orders cannot
 * be that rare is judged by Student's t test at the same level, times
 * the number of splits that were tried. Then steps that are smaller than the
 * least magnitude are taken out, the smallest first. A level has two runs or more: one run by
 * itself is an outlier until the next one confirms it.
 */
#ifndef REPORT_STATS_EDIVISIVE_H
#define REPORT_STATS_EDIVISIVE_H

#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "report/stats/effect.h"

struct pb_edivisive_options {
	double p;         /* significance of a change point; 0.001 */
	double magnitude; /* least relative step; 0.01 */
	uint64_t seed;    /* of the random orders */
};

extern const struct pb_edivisive_options pb_edivisive_defaults;

struct pb_change_point {
	size_t at;     /* index of the first run of the new level */
	double before; /* mean of the runs' locations in the level before, and after */
	double after;
	double change; /* (after - before) / |before| */
	double p;      /* by permutation or t test */
};

/*
 * @runs: the samples of each run, in the order of history; a run counts by the trimmed mean of its
 * samples, and one without samples is passed over (it is part of no level). The change points come
 * newly allocated, in order. Fewer than four runs have none. -ENOMEM.
 */
int pb_edivisive(const struct pb_samples *runs, size_t nr_runs,
		 const struct pb_edivisive_options *options, struct pb_change_point **ret_points,
		 size_t *ret_nr) pb_must_check;

#endif
