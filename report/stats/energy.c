// SPDX-License-Identifier: GPL-2.0-only
/*
 * energy - the split of a series whose sides are furthest apart, by energy distance.
 * Why: in one dimension the sum of all distances to a new value needs only counts and sums by rank.
 */
#include "report/stats/energy.h"

#include <errno.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "common/err.h"

int pb_energy_init(struct pb_energy *energy, size_t nr)
{
	struct pb_energy e = { .nr = nr };

	e.ranks = calloc(nr + 1, sizeof(*e.ranks));
	e.count = calloc(nr + 1, sizeof(*e.count));
	e.sum = calloc(nr + 1, sizeof(*e.sum));
	e.before = calloc(nr + 1, sizeof(*e.before));
	if (!e.ranks || !e.count || !e.sum || !e.before) {
		pb_energy_done(&e);
		return pb_fail(-ENOMEM, "out of memory");
	}
	*energy = e;
	return 0;
}

void pb_energy_done(struct pb_energy *energy)
{
	free(energy->ranks);
	free(energy->count);
	free(energy->sum);
	free(energy->before);
	*energy = (struct pb_energy){ 0 };
}

int pb_energy_rank(struct pb_energy *energy, const double *values, size_t nr)
{
	_cleanup_free_ size_t *order = calloc(nr + 1, sizeof(*order));

	if (!order)
		return pb_fail(-ENOMEM, "out of memory");
	gsl_sort_index(order, values, 1, nr);
	for (size_t i = 0; i < nr; i++)
		energy->ranks[order[i]] = i + 1;
	return 0;
}

/* Adds a value to the trees and returns the sum of its distances to those that were there. */
static double distances_add(struct pb_energy *e, size_t nr, size_t rank, double value, double all,
			    double total)
{
	double below = 0, sum_below = 0;

	for (size_t i = rank; i; i &= i - 1) {
		below += e->count[i];
		sum_below += e->sum[i];
	}
	for (size_t i = rank; i <= nr; i += i & -i) {
		e->count[i] += 1;
		e->sum[i] += value;
	}
	return value * below - sum_below + (total - sum_below) - value * (all - below);
}

static void trees_clear(struct pb_energy *e, size_t nr)
{
	memset(e->count, 0, (nr + 1) * sizeof(*e->count));
	memset(e->sum, 0, (nr + 1) * sizeof(*e->sum));
}

/* m n / (m + n) times the energy distance of both sides, from sums of distances. */
static double statistic(double within_first, double within_second, double all, double m, double n)
{
	double between = all - within_first - within_second;
	double distance = 2 * between / (m * n) - 2 * within_first / (m * (m - 1)) -
			  2 * within_second / (n * (n - 1));

	return m * n / (m + n) * distance;
}

double pb_energy_split(struct pb_energy *energy, const double *values, size_t nr, size_t least,
		       size_t *ret_at)
{
	double within = 0, total = 0, best = -1;

	trees_clear(energy, nr);
	energy->before[0] = 0;
	for (size_t i = 0; i < nr; i++) {
		within += distances_add(energy, nr, energy->ranks[i], values[i], (double)i, total);
		total += values[i];
		energy->before[i + 1] = within;
	}
	trees_clear(energy, nr);
	within = total = 0;
	for (size_t i = nr; i-- > least;) {
		size_t behind = nr - i - 1;
		double q;

		within += distances_add(energy, nr, energy->ranks[i], values[i], (double)behind,
					total);
		total += values[i];
		if (behind + 1 < least)
			continue;
		q = statistic(energy->before[i], within, energy->before[nr], (double)i,
			      (double)(behind + 1));
		if (q > best) {
			best = q;
			*ret_at = i;
		}
	}
	return best;
}
