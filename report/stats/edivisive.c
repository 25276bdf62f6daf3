// SPDX-License-Identifier: GPL-2.0-only
/*
 * edivisive - change points of a noisy series of runs.
 * Why: see edivisive.h.
 */
#include "report/stats/edivisive.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_gamma.h>

#include "common/err.h"
#include "report/stats/energy.h"
#include "report/stats/trimmed.h"

enum { LEVEL_RUNS_LEAST = 2 };

const struct pb_edivisive_options pb_edivisive_defaults = {
	.p = 0.001,
	.magnitude = 0.01,
	.seed = 1,
};

struct search {
	const struct pb_edivisive_options *options;
	struct pb_energy energy;
	gsl_rng *random;
	size_t nr;
	double *values; /* locations of the runs that have samples */
	size_t *at;     /* which runs they are */
	double *shuffled;
	size_t nr_points;
	struct pb_change_point *points; /* .at counts values until the end */
};

static void search_done(struct search *s)
{
	pb_energy_done(&s->energy);
	if (s->random)
		gsl_rng_free(s->random);
	free(s->values);
	free(s->at);
	free(s->shuffled);
	free(s->points);
}

static int search_init(struct search *s, const struct pb_samples *runs, size_t nr_runs)
{
	int ret = pb_energy_init(&s->energy, nr_runs);

	if (ret)
		return ret;
	s->random = gsl_rng_alloc(gsl_rng_mt19937);
	s->values = calloc(nr_runs + 1, sizeof(*s->values));
	s->at = calloc(nr_runs + 1, sizeof(*s->at));
	s->shuffled = calloc(nr_runs + 1, sizeof(*s->shuffled));
	s->points = calloc(nr_runs + 1, sizeof(*s->points));
	if (!s->random || !s->values || !s->at || !s->shuffled || !s->points)
		return pb_fail(-ENOMEM, "out of memory");
	gsl_rng_set(s->random, (unsigned long)s->options->seed);
	for (size_t i = 0; i < nr_runs; i++) {
		struct pb_trimmed run;

		if (!runs[i].nr)
			continue;
		ret = pb_trimmed_init(runs[i].values, runs[i].nr, pb_effect_defaults.trim, &run);
		if (ret)
			return ret;
		s->at[s->nr] = i;
		s->values[s->nr++] = run.mean;
		pb_trimmed_done(&run);
	}
	return 0;
}

/* The mean, and the sum of squares about it. */
static double moments(const double *values, size_t nr, double *ret_squares)
{
	double mean = 0, squares = 0;

	for (size_t i = 0; i < nr; i++)
		mean += values[i] / (double)nr;
	for (size_t i = 0; i < nr; i++)
		squares += (values[i] - mean) * (values[i] - mean);
	*ret_squares = squares;
	return mean;
}

/*
 * Student's t test between two sets of runs, with their variances pooled: two runs that agree by
 * luck, as the best of many splits may well have, say nothing about the variance.
 */
static double student(const double *values, size_t nr_first, size_t nr)
{
	double squares[2], first, second, error, df = (double)nr - 2;
	double m = (double)nr_first, n = (double)(nr - nr_first);

	first = moments(values, nr_first, &squares[0]);
	second = moments(values + nr_first, nr - nr_first, &squares[1]);
	error = sqrt((squares[0] + squares[1]) / df * (1 / m + 1 / n));
	if (error <= 0)
		return first == second ? 1 : 0;
	return 2 * gsl_cdf_tdist_Q(fabs(second - first) / error, df);
}

/* Fisher and Yates; a value keeps its rank. */
static void shuffle(struct search *s, size_t nr)
{
	for (size_t i = nr; i-- > 1;) {
		size_t j = gsl_rng_uniform_int(s->random, i + 1);
		double value = s->shuffled[i];
		size_t rank = s->energy.ranks[i];

		s->shuffled[i] = s->shuffled[j];
		s->shuffled[j] = value;
		s->energy.ranks[i] = s->energy.ranks[j];
		s->energy.ranks[j] = rank;
	}
}

/*
 * The part of random orders whose best split is as good. One that is ends the test where that
 * already makes p too large: parts without a change point cost a few orders and not a thousand.
 */
static double permute(struct search *s, const double *values, size_t nr, double best)
{
	double most = s->options->p;
	size_t nr_orders = (size_t)ceil(1 / most) - 1, as_good = 0;

	memcpy(s->shuffled, values, nr * sizeof(*values));
	for (size_t i = 0; i < nr_orders; i++) {
		size_t at;

		shuffle(s, nr);
		as_good += pb_energy_split(&s->energy, s->shuffled, nr, LEVEL_RUNS_LEAST, &at) >=
			   best * (1 - 1e-12);
		if ((double)(as_good + 1) / (double)(nr_orders + 1) > most * (1 + 1e-12))
			return (double)(as_good + 1) / (double)(i + 2);
	}
	return (double)(as_good + 1) / (double)(nr_orders + 1);
}

/*
 * Can a random order be rarer than p? Each split has its mirror image, and orders within a side do
 * not count: 2 in (nr over at). Ten times as many as 1 / p, so that chance does not decide.
 */
static bool orders_suffice(size_t nr, size_t at, double p)
{
	return gsl_sf_lnchoose((unsigned int)nr, (unsigned int)at) > log(20 / p);
}

/* Looks for change points between two values, the second excluded. */
static int divide(struct search *s, size_t from, size_t to)
{
	const double *values = s->values + from;
	size_t nr = to - from, at = 0;
	double best, p;
	int ret;

	if (nr < (size_t)2 * LEVEL_RUNS_LEAST)
		return 0;
	ret = pb_energy_rank(&s->energy, values, nr);
	if (ret)
		return ret;
	best = pb_energy_split(&s->energy, values, nr, LEVEL_RUNS_LEAST, &at);
	if (best <= 0)
		return 0;
	if (orders_suffice(nr, at, s->options->p))
		p = permute(s, values, nr, best);
	else /* The split was chosen as the best one of many. */
		p = fmin(1,
			 student(values, at, nr) * (double)(nr - (size_t)2 * LEVEL_RUNS_LEAST + 1));
	if (p > s->options->p * (1 + 1e-12))
		return 0;
	ret = divide(s, from, from + at);
	if (ret)
		return ret;
	s->points[s->nr_points++] = (struct pb_change_point){ .at = from + at, .p = p };
	return divide(s, from + at, to);
}

static void measure(struct search *s)
{
	for (size_t i = 0; i < s->nr_points; i++) {
		struct pb_change_point *point = &s->points[i];
		size_t from = i ? point[-1].at : 0;
		size_t to = i + 1 < s->nr_points ? point[1].at : s->nr;
		double unused;

		point->before = moments(s->values + from, point->at - from, &unused);
		point->after = moments(s->values + point->at, to - point->at, &unused);
		point->change = (point->after - point->before) / fabs(point->before);
		if (point->after == point->before)
			point->change = 0;
	}
}

/* Takes out the smallest step that is too small; the levels beside it become one. */
static bool drop_smallest(struct search *s)
{
	size_t least = 0;

	measure(s);
	for (size_t i = 1; i < s->nr_points; i++)
		if (fabs(s->points[i].change) < fabs(s->points[least].change))
			least = i;
	if (!s->nr_points || fabs(s->points[least].change) >= s->options->magnitude)
		return false;
	memmove(&s->points[least], &s->points[least + 1],
		(--s->nr_points - least) * sizeof(*s->points));
	return true;
}

int pb_edivisive(const struct pb_samples *runs, size_t nr_runs,
		 const struct pb_edivisive_options *options, struct pb_change_point **ret_points,
		 size_t *ret_nr)
{
	pb_cleanup(search_done) struct search s = { .options = options };
	int ret = search_init(&s, runs, nr_runs);

	if (!ret)
		ret = divide(&s, 0, s.nr);
	if (ret)
		return ret;
	while (drop_smallest(&s))
		;
	for (size_t i = 0; i < s.nr_points; i++)
		s.points[i].at = s.at[s.points[i].at];
	*ret_nr = s.nr_points;
	*ret_points = pb_steal(s.points);
	return 0;
}
