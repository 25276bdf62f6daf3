// SPDX-License-Identifier: GPL-2.0-only
/*
 * order - tests of a series of samples for what only their order shows.
 * Why: see order.h.
 */
#include "report/stats/order.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "common/err.h"

/* All pairs of so many take a hundredth of a second; of a million they would take hours. */
enum { PAIRED_MOST = 2000, ENDS_MOST = 64 };

static const struct pb_order_test silent = { .p = 1 };

int pb_order_ranks(const double *values, size_t nr, double *ret_ranks)
{
	_cleanup_free_ size_t *order = calloc(nr, sizeof(*order));

	if (!order)
		return pb_fail(-ENOMEM, "out of memory");
	gsl_sort_index(order, values, 1, nr);
	for (size_t i = 0, end; i < nr; i = end) {
		for (end = i + 1; end < nr && values[order[end]] == values[order[i]]; end++)
			;
		for (size_t j = i; j < end; j++)
			ret_ranks[order[j]] = (double)(i + end + 1) / 2;
	}
	return 0;
}

/*
 * What is asked of all pairs is asked of means of neighbours where there are too many: a series
 * rises if they do. Newly allocated; NULL: out of memory.
 */
static double *thin(const double *values, size_t nr, size_t *ret_nr)
{
	size_t each = (nr + PAIRED_MOST - 1) / PAIRED_MOST, kept = each ? nr / each : 0;
	double *means = calloc(kept + 1, sizeof(*means));

	for (size_t i = 0; means && i < kept; i++)
		for (size_t j = 0; j < each; j++)
			means[i] += values[i * each + j] / (double)each;
	*ret_nr = means ? kept : 0;
	return means;
}

/* What tied values take from the variance of Kendall's S: sum of t (t - 1) (2 t + 5). */
static double ties_of(const double *values, size_t nr)
{
	_cleanup_free_ double *sorted = calloc(nr, sizeof(*sorted));
	double sum = 0;

	for (size_t i = 0; sorted && i < nr; i++)
		sorted[i] = values[i];
	if (sorted)
		gsl_sort(sorted, 1, nr);
	for (size_t i = 0, end; sorted && i < nr; i = end) {
		double t;

		for (end = i + 1; end < nr && sorted[end] == sorted[i]; end++)
			;
		t = (double)(end - i);
		sum += t * (t - 1) * (2 * t + 5);
	}
	return sum;
}

struct pb_order_test pb_order_trend(const double *all, size_t nr_all)
{
	size_t nr;
	_cleanup_free_ double *values = thin(all, nr_all, &nr);
	struct pb_order_test test = silent;
	double n = (double)nr, s = 0, variance;

	for (size_t i = 0; i < nr; i++)
		for (size_t j = 0; j < i; j++)
			s += (values[i] > values[j]) - (values[i] < values[j]);
	variance = (n * (n - 1) * (2 * n + 5) - ties_of(values, nr)) / 18;
	if (variance <= 0 || s == 0)
		return test;
	test.p = 2 * gsl_cdf_ugaussian_Q((fabs(s) - 1) / sqrt(variance));
	return test;
}

/* The cumulative sum of what ranks are above the middle one, its extremes and where they are. */
struct excursion {
	double high, low;
	size_t high_at, low_at; /* samples before it */
	double scale;           /* standard deviation of a rank, times the root of their number */
};

static struct excursion excursion_of(const double *ranks, size_t nr)
{
	struct excursion e = { 0 };
	double sum = 0, squares = 0;

	for (size_t i = 0; i < nr; i++) {
		double from_middle = ranks[i] - ((double)nr + 1) / 2;

		sum += from_middle;
		squares += from_middle * from_middle;
		if (sum > e.high) {
			e.high = sum;
			e.high_at = i + 1;
		}
		if (sum < e.low) {
			e.low = sum;
			e.low_at = i + 1;
		}
	}
	e.scale = sqrt(squares);
	return e;
}

struct pb_order_test pb_order_step(const double *ranks, size_t nr)
{
	struct excursion e = excursion_of(ranks, nr);
	struct pb_order_test test = silent;
	bool falls = e.high > -e.low;
	double reach = (falls ? e.high : -e.low) / e.scale;

	if (!(e.scale > 0))
		return test;
	test.at = falls ? e.high_at : e.low_at;
	/*
	 * Pettitt's 2 exp(-6 K^2 / (n^3 + n^2)), with the ranks' own variance where there are ties.
	 */
	test.p = fmin(1, 2 * exp(-2 * reach * reach));
	return test;
}

struct pb_order_test pb_order_stretch(const double *ranks, size_t nr)
{
	struct excursion e = excursion_of(ranks, nr);
	struct pb_order_test test = silent;
	double reach = (e.high - e.low) / e.scale, p = 0;

	if (!(e.scale > 0) || reach < 1)
		return test;
	for (int j = 1; j < 20; j++) {
		double square = (double)(j * j) * reach * reach;

		p += 2 * (4 * square - 1) * exp(-2 * square);
	}
	test.p = fmin(1, p);
	test.at = e.high_at < e.low_at ? e.high_at : e.low_at;
	test.nr = e.high_at < e.low_at ? e.low_at - e.high_at : e.high_at - e.low_at;
	return test;
}

/* Chance that @m of @n samples in random order make @runs runs or fewer. */
static double runs_p(size_t n, size_t m, size_t runs)
{
	double all = gsl_sf_lnchoose((unsigned int)n, (unsigned int)m), p = 0;

	for (size_t r = 1; r <= runs && r <= m && r <= n - m + 1; r++)
		p += exp(gsl_sf_lnchoose((unsigned int)(m - 1), (unsigned int)(r - 1)) +
			 gsl_sf_lnchoose((unsigned int)(n - m + 1), (unsigned int)r) - all);
	return fmin(1, p);
}

static struct pb_order_test bursts_of(const double *values, size_t nr, double median, double reach,
				      double sign)
{
	struct pb_order_test test = silent;
	size_t far = 0, runs = 0, len = 0;

	for (size_t i = 0; i < nr; i++) {
		bool is_far = sign * (values[i] - median) > reach;

		far += is_far;
		runs += is_far && !len;
		len = is_far ? len + 1 : 0;
		if (len > test.nr) {
			test.nr = len;
			test.at = i + 1 - len;
		}
	}
	if (far > 1 && far < nr)
		test.p = fmin(1, 2 * runs_p(nr, far, runs));
	return test;
}

struct pb_order_test pb_order_bursts(const double *values, size_t nr, double median, double reach)
{
	struct pb_order_test above = bursts_of(values, nr, median, reach, 1);
	struct pb_order_test below = bursts_of(values, nr, median, reach, -1);

	if (below.p == above.p)
		return below.nr > above.nr ? below : above;
	return below.p < above.p ? below : above;
}

/* The lower middle one of the distances, so that one outlier of two or three is none. */
static double end_middle(const double *values, size_t nr, double median, double *room)
{
	bool above;

	for (size_t i = 0; i < nr; i++)
		room[i] = values[i] - median;
	gsl_sort(room, 1, nr);
	above = room[nr / 2] + room[(nr - 1) / 2] > 0;
	return above ? room[(nr - 1) / 2] : -room[nr / 2];
}

struct pb_order_test pb_order_ends(const double *values, size_t nr, double median, double deviation)
{
	/* A median's deviation is 1.25 times a mean's, of plain noise. */
	const double median_to_mean = 1.2533;
	size_t most = nr / 3 < ENDS_MOST ? nr / 3 : ENDS_MOST;
	struct pb_order_test test = silent;
	double room[ENDS_MOST], furthest = 0;

	for (size_t k = 2; k <= most; k++) {
		const double *ends[] = { values, values + nr - k };

		for (size_t e = 0; e < 2; e++) {
			double far = end_middle(ends[e], k, median, room) * sqrt((double)k);

			if (!(far > furthest))
				continue;
			furthest = far;
			test.at = e ? nr - k : 0;
			test.nr = k;
		}
	}
	if (!test.nr || !(deviation > 0))
		return silent;
	/* The deviation is an estimate of few samples, too: its tails are Student's. */
	test.p = fmin(1, 2 * (double)most * 2 *
				 gsl_cdf_tdist_Q(furthest / (median_to_mean * deviation),
						 (double)nr / 3));
	return test;
}

double pb_order_slope(const double *all, size_t nr_all)
{
	size_t nr, kept = 0;
	_cleanup_free_ double *values = thin(all, nr_all, &nr);
	_cleanup_free_ double *slopes = calloc(nr * nr / 2 + 1, sizeof(*slopes));

	if (!values || !slopes || nr < 2)
		return NAN;
	for (size_t i = 0; i < nr; i++)
		for (size_t j = 0; j < i; j++)
			slopes[kept++] = (values[i] - values[j]) / (double)(i - j);
	gsl_sort(slopes, 1, kept);
	return gsl_stats_median_from_sorted_data(slopes, 1, kept) * (double)(nr - 1) /
	       (double)(nr_all - 1);
}
