// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stats_edivisive - change points are found where they were put, and nowhere else.
 * Why: a history that marks noise as a change is no longer looked at.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "common/err.h"
#include "report/stats/edivisive.h"
#include "report/stats/energy.h"

enum { RUNS_MOST = 400 };

struct history {
	double values[RUNS_MOST][3];
	struct pb_samples runs[RUNS_MOST];
	size_t nr;
};

/* Three samples a run, noise of 0.4 %; @level gives each run's cost. */
static void invent(struct history *h, size_t nr, const double *level, gsl_rng *random)
{
	h->nr = nr;
	for (size_t i = 0; i < nr; i++) {
		for (size_t s = 0; s < 3; s++)
			h->values[i][s] = level[i] * (1 + gsl_ran_gaussian_ziggurat(random, 0.004));
		h->runs[i] = (struct pb_samples){ h->values[i], 3 };
	}
}

static size_t find(const struct history *h, struct pb_change_point **ret_points)
{
	size_t nr;
	int ret = pb_edivisive(h->runs, h->nr, &pb_edivisive_defaults, ret_points, &nr);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return nr;
}

static gsl_rng *random_new(unsigned long seed)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	gsl_rng_set(random, seed);
	return random;
}

static void steps_are_found(void **state)
{
	static struct history h;
	gsl_rng *random = random_new(1);
	double level[60];
	struct pb_change_point *points;

	(void)state;
	for (size_t i = 0; i < 60; i++)
		level[i] = i < 20 ? 100 : i < 45 ? 103 : 98;
	invent(&h, 60, level, random);
	assert_int_equal(find(&h, &points), 2);
	assert_int_equal(points[0].at, 20);
	assert_int_equal(points[1].at, 45);
	assert_true(fabs(points[0].change - 0.03) < 0.003);
	assert_true(fabs(points[1].change + 5.0 / 103) < 0.003);
	assert_true(points[0].p <= 0.001 && points[1].p <= 0.001);
	free(points);
	gsl_rng_free(random);
}

/* Too few runs for a permutation to be rare: a t test finds a step that is far above the noise. */
static void few_runs(void **state)
{
	static const double level[] = { 100, 100, 100, 100, 120, 120, 120, 120 };
	static struct history h;
	gsl_rng *random = random_new(2);
	struct pb_change_point *points;

	(void)state;
	invent(&h, 8, level, random);
	assert_int_equal(find(&h, &points), 1);
	assert_int_equal(points[0].at, 4);
	free(points);
	/* One run by itself is no level yet. */
	invent(&h, 3, level + 2, random);
	assert_int_equal(find(&h, &points), 0);
	free(points);
	h.nr = 0;
	assert_int_equal(find(&h, &points), 0);
	free(points);
	gsl_rng_free(random);
}

static void small_steps_are_left_out(void **state)
{
	static struct history h;
	gsl_rng *random = random_new(3);
	double level[80];
	struct pb_change_point *points;

	(void)state;
	for (size_t i = 0; i < 80; i++)
		level[i] = i < 40 ? 100 : 100.6;
	invent(&h, 80, level, random);
	assert_int_equal(find(&h, &points), 0);
	free(points);
	gsl_rng_free(random);
}

static void runs_without_samples_are_passed_over(void **state)
{
	static struct history h;
	gsl_rng *random = random_new(4);
	double level[30];
	struct pb_change_point *points;

	(void)state;
	for (size_t i = 0; i < 30; i++)
		level[i] = i < 15 ? 100 : 110;
	invent(&h, 30, level, random);
	h.runs[15].nr = 0;
	h.runs[2].nr = 0;
	assert_int_equal(find(&h, &points), 1);
	assert_int_equal(points[0].at, 16);
	free(points);
	gsl_rng_free(random);
}

/* 300 histories of each length without a change: at one in 1,000 there is hardly one. */
static void noise_has_no_steps(void **state)
{
	static const size_t lengths[] = { 5, 8, 12, 20, 40, 100 };
	static struct history h;
	gsl_rng *random = random_new(5);
	double level[100];

	(void)state;
	for (size_t i = 0; i < 100; i++)
		level[i] = 100;
	for (size_t l = 0; l < sizeof(lengths) / sizeof(*lengths); l++) {
		size_t nr = 0;

		for (size_t i = 0; i < 300; i++) {
			struct pb_edivisive_options options = pb_edivisive_defaults;
			struct pb_change_point *points;
			size_t nr_points;

			/* Without the magnitude, which would hide them. */
			options.magnitude = 0;
			options.seed = i;
			invent(&h, lengths[l], level, random);
			assert_int_equal(pb_edivisive(h.runs, h.nr, &options, &points, &nr_points),
					 0);
			nr += nr_points > 0;
			free(points);
		}
		print_message("%zu runs: %zu of 300 histories have a false step\n", lengths[l], nr);
		assert_true(nr <= 3);
	}
	gsl_rng_free(random);
}

static double distances(const double *a, size_t nr_a, const double *b, size_t nr_b)
{
	double sum = 0;

	for (size_t i = 0; i < nr_a; i++)
		for (size_t j = 0; j < nr_b; j++)
			sum += fabs(a[i] - b[j]);
	return sum;
}

/* The definition, in cubic time. */
static double split_slowly(const double *values, size_t nr, size_t *ret_at)
{
	double best = -1;

	for (size_t at = 2; at + 2 <= nr; at++) {
		double m = (double)at, n = (double)(nr - at);
		const double *rest = values + at;
		double q = 2 * distances(values, at, rest, nr - at) / (m * n) -
			   distances(values, at, values, at) / (m * (m - 1)) -
			   distances(rest, nr - at, rest, nr - at) / (n * (n - 1));

		q *= m * n / (m + n);
		if (q > best) {
			best = q;
			*ret_at = at;
		}
	}
	return best;
}

static void energy_is_its_definition(void **state)
{
	gsl_rng *random = random_new(6);
	struct pb_energy energy;

	(void)state;
	assert_int_equal(pb_energy_init(&energy, 40), 0);
	for (size_t nr = 4; nr <= 40; nr++) {
		double values[40], fast, slow;
		size_t at = 0, slow_at = 0;

		/* With ties. */
		for (size_t i = 0; i < nr; i++)
			values[i] = (double)gsl_rng_uniform_int(random, 12) + (i > nr / 2 ? 3 : 0);
		assert_int_equal(pb_energy_rank(&energy, values, nr), 0);
		fast = pb_energy_split(&energy, values, nr, 2, &at);
		slow = split_slowly(values, nr, &slow_at);
		assert_true(fabs(fast - slow) <= 1e-9 * fmax(1, fabs(slow)));
		assert_true(at == slow_at || fabs(fast - slow) < 1e-9);
	}
	pb_energy_done(&energy);
	gsl_rng_free(random);
}

/* A year of runs, three a day: asked for by `pinbench history`, which answers at once. */
static void long_histories(void **state)
{
	static struct history h;
	gsl_rng *random = random_new(7);
	double level[RUNS_MOST];
	struct pb_change_point *points;

	(void)state;
	for (size_t i = 0; i < RUNS_MOST; i++)
		level[i] = i < 333 ? 100 : 101.5;
	invent(&h, RUNS_MOST, level, random);
	assert_int_equal(find(&h, &points), 1);
	assert_int_equal(points[0].at, 333);
	free(points);
	gsl_rng_free(random);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(energy_is_its_definition),
		cmocka_unit_test(steps_are_found),
		cmocka_unit_test(few_runs),
		cmocka_unit_test(small_steps_are_left_out),
		cmocka_unit_test(runs_without_samples_are_passed_over),
		cmocka_unit_test(noise_has_no_steps),
		cmocka_unit_test(long_histories),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
