// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stats - the method is held to its promises on noise whose truth is known.
 * Why: a gate that cries wolf is switched off, and one that sleeps is worse than none.
 *
 * Deterministic: seeds are fixed, so that a failure is a change of the method and not bad luck.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "report/stats/family.h"
#include "report/stats/trimmed.h"
#include "tests/report/noise.h"

enum { COMPARISONS = 1000 };

static void false_alarms(enum noise_kind kind, bool paired, double effect)
{
	struct noise_setup setup;
	struct noise_tally tally;

	noise_setup_defaults(&setup);
	setup.kind = kind;
	setup.paired = paired;
	setup.family.effect = effect;
	tally = noise_run(&setup, COMPARISONS, 42);
	print_message("%s, %s%s: %zu of %zu matrices alarmed\n", noise_names[kind],
		      paired ? "paired" : "apart", effect > 0 ? "" : ", no threshold",
		      tally.nr_alarmed, tally.nr);
	assert_true(tally.nr_alarmed <= COMPARISONS / 100);
}

static void no_false_alarms(void **state)
{
	(void)state;
	/* The correction alone, with no help from the noise threshold. */
	false_alarms(NOISE_NORMAL, false, 0);
	for (enum noise_kind kind = NOISE_NORMAL + 1; kind < NOISE_KINDS; kind++)
		false_alarms(kind, kind == NOISE_DRIFT, pb_family_defaults.effect);
}

static double power(enum noise_kind kind, bool paired, size_t nr_samples, double shift)
{
	/* The matrix of many samples needs fewer repetitions to be sure. */
	size_t nr = nr_samples > 50 ? 40 : 200;
	struct noise_setup setup;
	struct noise_tally tally;

	noise_setup_defaults(&setup);
	setup.kind = kind;
	setup.paired = paired;
	setup.nr_samples = nr_samples;
	setup.shift = shift;
	tally = noise_run(&setup, nr, 7);
	print_message("%s, %s, n %zu, shift %g: found in %zu of %zu, mean estimate %.4f\n",
		      noise_names[kind], paired ? "paired" : "apart", nr_samples, shift,
		      tally.nr_found, tally.nr, tally.sum_change / (double)tally.nr);
	/* What was put in is found at its size: to within four standard errors of this mean. */
	if (kind != NOISE_DRIFT)
		assert_true(fabs(tally.sum_change / (double)tally.nr - shift) <
			    4 * 0.004 * sqrt(2.0 / (double)(nr_samples * nr)) * 1.1);
	return (double)tally.nr_found / (double)tally.nr;
}

static void one_per_cent_is_found(void **state)
{
	double few, some, enough;

	(void)state;
	few = power(NOISE_NORMAL, false, 10, 0.01);
	some = power(NOISE_NORMAL, false, 14, 0.01);
	enough = power(NOISE_NORMAL, false, 20, 0.01);
	assert_true(few < some && some < enough);
	assert_true(enough >= 0.95);
	assert_true(power(NOISE_HEAVY, false, 20, 0.01) >= 0.95);
	assert_true(power(NOISE_NORMAL, false, 50, 0.01) == 1);
	assert_true(power(NOISE_NORMAL, false, 20, -0.01) >= 0.95);
	/* Half of what the threshold lets through stays unreported, however many samples. */
	assert_true(power(NOISE_NORMAL, false, 200, 0.0025) == 0);
}

/* A machine that gets slower: interleaved runs share that, and lose nothing by it. */
static void pairs_survive_drift(void **state)
{
	double apart, paired;

	(void)state;
	apart = power(NOISE_DRIFT, false, 30, 0.01);
	paired = power(NOISE_DRIFT, true, 30, 0.01);
	assert_true(paired >= 0.95);
	assert_true(apart < paired);
}

/* The shortcut of the simulation changes no verdict. */
static void screen_is_exact(void **state)
{
	static struct pb_judged all[NOISE_ROWS_MOST], some[NOISE_ROWS_MOST];
	struct noise_setup setup;
	gsl_rng *first = gsl_rng_alloc(gsl_rng_mt19937), *second = gsl_rng_alloc(gsl_rng_mt19937);

	(void)state;
	noise_setup_defaults(&setup);
	setup.nr_rows = 40;
	setup.shift = 0.007;
	setup.kind = NOISE_HEAVY;
	for (size_t i = 0; i < 20; i++) {
		setup.screen = false;
		noise_compare(&setup, first, all);
		setup.screen = true;
		noise_compare(&setup, second, some);
		for (size_t r = 0; r < setup.nr_rows; r++) {
			assert_int_equal(all[r].outside, some[r].outside);
			assert_true(all[r].effect.error >= some[r].effect.error);
		}
	}
	gsl_rng_free(first);
	gsl_rng_free(second);
}

static const double steady[] = { 10, 11, 9, 10.5, 9.5, 10, 10.2, 9.8, 11, 9, 10, 10 };

static struct pb_effect effect_of(const double *base, const double *head, size_t nr,
				  struct pb_effect_options options)
{
	struct pb_samples before = { base, nr }, after = { head, nr };
	struct pb_effect effect;
	int ret = pb_effect_estimate(&before, &after, &options, &effect);

	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	return effect;
}

static void same_seed_same_answer(void **state)
{
	struct pb_effect_options options = pb_effect_defaults;
	double head[12];
	struct pb_effect a, b, c;

	(void)state;
	for (size_t i = 0; i < 12; i++)
		head[i] = steady[(i * 5) % 12] + 0.3;
	a = effect_of(steady, head, 12, options);
	b = effect_of(steady, head, 12, options);
	options.seed = 2;
	c = effect_of(steady, head, 12, options);
	assert_memory_equal(&a, &b, sizeof(a));
	assert_true(a.change == c.change);
	assert_true(fabs(a.error / c.error - 1) < 0.1);
	assert_true(fabs(a.change - 0.03) < 0.0005);
}

static void outliers_do_not_count(void **state)
{
	double head[12];

	(void)state;
	memcpy(head, steady, sizeof(head));
	/* The largest sample becomes an interrupt: it was cut off before and is cut off now. */
	head[1] = 5000;
	assert_true(effect_of(steady, head, 12, pb_effect_defaults).change == 0);
}

static struct pb_judged judge_one(struct pb_effect effect)
{
	struct pb_judged row = { .effect = effect };

	assert_int_equal(pb_family_judge(&row, 1, &pb_family_defaults), 0);
	return row;
}

/* A clock of 1 ns that reads 60 on one side and 61 on the other has not seen 1.7 per cent. */
static void one_tick_is_no_finding(void **state)
{
	struct pb_effect_options options = pb_effect_defaults;
	double base[12], head[12];

	(void)state;
	options.step = 1;
	for (size_t i = 0; i < 12; i++) {
		base[i] = 60;
		head[i] = 61;
	}
	assert_false(judge_one(effect_of(base, head, 12, options)).outside);
	for (size_t i = 0; i < 12; i++)
		head[i] = 70;
	assert_true(judge_one(effect_of(base, head, 12, options)).outside);
	assert_false(judge_one(effect_of(base, base, 12, options)).outside);
}

/* A base of nearly nothing: the change relates to the floor, and stays a number. */
static void nothing_as_base(void **state)
{
	struct pb_effect_options options = pb_effect_defaults;
	double base[12] = { 0 };
	struct pb_effect effect;

	(void)state;
	options.floor = 20;
	effect = effect_of(base, steady, 12, options);
	assert_true(fabs(effect.change - 0.5) < 0.01);
	options.floor = 0;
	assert_true(isinf(effect_of(base, steady, 12, options).change));
	assert_true(effect_of(base, base, 12, options).change == 0);
}

static void too_few_samples(void **state)
{
	struct pb_samples few = { steady, PB_EFFECT_SAMPLES_LEAST - 1 }, enough = { steady, 12 };
	struct pb_effect_options options = pb_effect_defaults;
	struct pb_effect effect;

	(void)state;
	assert_int_equal(pb_effect_estimate(&few, &enough, &options, &effect), -EINVAL);
	assert_int_equal(pb_effect_estimate(&enough, &few, &options, &effect), -EINVAL);
	few.nr = PB_EFFECT_SAMPLES_LEAST;
	assert_int_equal(pb_effect_estimate(&enough, &few, &options, &effect), 0);
	options.paired = true;
	assert_int_equal(pb_effect_estimate(&enough, &few, &options, &effect), -EINVAL);
}

/* Holm, against the four p-values of a worked example: 0.01, 0.04, 0.03, 0.005 at 5 %. */
static void holm_steps_down(void **state)
{
	/* Normal quantiles of p/2: what Student's distribution gives with endless freedom. */
	static const double z[] = { 2.575829304, 2.053748911, 2.170090378, 2.807033768 };
	static const double corrected[] = { 0.03, 0.06, 0.06, 0.02 };
	struct pb_family_options options = { .alpha = 0.05 };
	struct pb_judged rows[4] = { 0 };

	(void)state;
	for (size_t i = 0; i < 4; i++)
		rows[i].effect = (struct pb_effect){ .change = z[i], .error = 1, .df = 1e9 };
	assert_int_equal(pb_family_judge(rows, 4, &options), 0);
	for (size_t i = 0; i < 4; i++) {
		assert_true(fabs(rows[i].p_holm - corrected[i]) < 1e-4);
		assert_int_equal(rows[i].outside, corrected[i] < 0.05);
		/* The interval says what the test says. */
		assert_int_equal(rows[i].lower > 0, rows[i].outside);
	}
	/* Changes up to 0.5 are allowed: what is left of the largest is not significant. */
	options.bound = 0.5;
	assert_int_equal(pb_family_judge(rows, 4, &options), 0);
	assert_false(rows[3].outside);
}

static void correlation_widens(void **state)
{
	struct pb_effect effect = { .change = 5, .error = 1, .df = 40 };
	struct pb_judged free_rows, bound_rows;

	(void)state;
	free_rows = judge_one(effect);
	effect.autocorr = 0.6; /* (1 + 0.6) / (1 - 0.6) = 4: errors twice as wide */
	bound_rows = judge_one(effect);
	assert_true(free_rows.outside);
	assert_false(bound_rows.outside);
	assert_true(bound_rows.upper - 5 > 2 * (free_rows.upper - 5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_seed_same_answer),  cmocka_unit_test(outliers_do_not_count),
		cmocka_unit_test(one_tick_is_no_finding), cmocka_unit_test(nothing_as_base),
		cmocka_unit_test(too_few_samples),        cmocka_unit_test(holm_steps_down),
		cmocka_unit_test(correlation_widens),     cmocka_unit_test(screen_is_exact),
		cmocka_unit_test(no_false_alarms),        cmocka_unit_test(one_per_cent_is_found),
		cmocka_unit_test(pairs_survive_drift),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
