// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stats_level - samples of no one level are seen, and no verdict is made of them.
 * Why: a head that became four times slower while it ran was "no difference".
 *
 * Deterministic: seeds are fixed. tests/bench/levels_power counts the same with more comparisons.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>

#include <gsl/gsl_randist.h>

#include "common/err.h"
#include "report/stats/level.h"
#include "tests/report/levels.h"

enum { NR = 40, MATRICES = 60, PAIRS = 300 };

static struct pb_level level_of(const double *values, size_t nr)
{
	struct pb_level_options options = { .step = 1e-6, .cut = nr / 10 };
	struct pb_level level;
	double even[NR];
	int ret = pb_level_find(values, nr, &options, even, &level);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return level;
}

/* 100 with noise of 1 %, always the same. */
static void plain(double *values, size_t nr)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);

	for (size_t i = 0; i < nr; i++)
		values[i] = 100 + gsl_ran_gaussian_ziggurat(random, 1);
	gsl_rng_free(random);
}

static void shapes_are_named(void **state)
{
	double values[NR];
	struct pb_level level;

	(void)state;
	plain(values, NR);
	assert_int_equal(level_of(values, NR).kind, PB_LEVEL_ONE);
	for (size_t i = 0; i < NR; i++)
		values[i] *= 1 + 3.0 * (double)i / NR;
	level = level_of(values, NR);
	assert_int_equal(level.kind, PB_LEVEL_TREND);
	assert_true(fabs(level.from - 100) < 10 && fabs(level.to - 400) < 20);
	plain(values, NR);
	for (size_t i = 25; i < NR; i++)
		values[i] *= 1.2;
	level = level_of(values, NR);
	assert_true(level.kind != PB_LEVEL_ONE && fabs(level.range - 20) < 4);
	plain(values, NR);
	for (size_t i = 0; i < NR; i += 2)
		values[i] *= 1.2;
	level = level_of(values, NR);
	assert_int_equal(level.kind, PB_LEVEL_MODES);
	assert_true(fabs(level.from - 100) < 1 && fabs(level.to - 120) < 1);
	plain(values, NR);
	for (size_t i = 12; i < 20; i++)
		values[i] *= 1.5;
	level = level_of(values, NR);
	assert_int_equal(level.kind, PB_LEVEL_BURST);
	assert_int_equal(level.at, 12);
	assert_int_equal(level.nr, 8);
	plain(values, NR);
	for (size_t i = NR - 3; i < NR; i++)
		values[i] *= 4;
	assert_true(level_of(values, NR).range > 250);
}

/* What is all equal, or equal but for a clock's step, is of one level. */
static void constants_are_one_level(void **state)
{
	double values[NR];

	(void)state;
	for (size_t i = 0; i < NR; i++)
		values[i] = 0;
	assert_int_equal(level_of(values, NR).kind, PB_LEVEL_ONE);
	for (size_t i = 0; i < NR; i++)
		values[i] = -9e18;
	assert_int_equal(level_of(values, NR).kind, PB_LEVEL_ONE);
	assert_int_equal(level_of(values, 10).kind, PB_LEVEL_ONE);
}

/* The widest samples without two modes: by luck one in some hundred looks like two. */
static void rectangles_have_one_mode(void **state)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	size_t nr_modes = 0;

	(void)state;
	for (size_t t = 0; t < 2000; t++) {
		double values[20];

		for (size_t i = 0; i < 20; i++)
			values[i] = gsl_rng_uniform(random);
		nr_modes += level_of(values, 20).kind == PB_LEVEL_MODES;
	}
	gsl_rng_free(random);
	print_message("%zu of 2000 rectangles had two modes\n", nr_modes);
	assert_true(nr_modes <= 10);
}

static void verdicts_hold(void **state)
{
	(void)state;
	for (enum levels_kind kind = 0; kind < LEVELS_KINDS; kind++) {
		struct levels_setup setup = {
			.kind = kind, .nr_rows = 20, .nr_samples = 20, .tolerance = 0.05
		};
		struct levels_tally same = levels_run(&setup, MATRICES, 11), up, down;

		setup.nr_rows = 1;
		setup.shift = 0.1;
		up = levels_run(&setup, PAIRS, 12);
		setup.shift = -0.1;
		down = levels_run(&setup, PAIRS, 13);
		print_message(
			"%s: %zu of %d matrices with a false finding, %zu of %d shifts of 10 %% "
			"called none, %zu found\n",
			levels_names[kind], same.nr_worse, MATRICES,
			up.nr_row_same + down.nr_row_same, 2 * PAIRS, up.nr_found);
		/* 1 % of 60 and 600; two matrices are a chance of one in eight at 1 %. */
		assert_true(same.nr_worse <= 2);
		assert_true(up.nr_row_same + down.nr_row_same <= 2 * PAIRS / 100);
		if (kind == LEVELS_PLAIN || kind == LEVELS_HEAVY)
			assert_true(up.nr_found > PAIRS * 98 / 100 &&
				    same.nr_row_same >= MATRICES - 2);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shapes_are_named),
		cmocka_unit_test(constants_are_one_level),
		cmocka_unit_test(rectangles_have_one_mode),
		cmocka_unit_test(verdicts_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
