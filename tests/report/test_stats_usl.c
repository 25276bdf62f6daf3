// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_stats_usl - the scalability law finds what was put in, and its errors say how well.
 * Why: a fit always gives numbers; whether they mean anything is known only where the truth is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "common/err.h"
#include "common/str.h"
#include "report/stats/usl.h"

static const double threads[] = { 1, 2, 4, 8, 16, 32 };

static const struct truth {
	double cost, sigma, kappa;
} truths[] = {
	{ 100, 0, 0 }, { 80, 0.3, 0 }, { 250, 0.05, 0.01 }, { 12, 0.7, 0.2 }, { 1e6, 0, 0.001 },
};

static double cost_of(const struct truth *truth, double n)
{
	return truth->cost * (1 + truth->sigma * (n - 1) + truth->kappa * n * (n - 1));
}

static void close_to(double found, double want, double by)
{
	if (fabs(found - want) > by)
		fail_msg("%g, not %g (+- %g)", found, want, by);
}

static void finds_the_truth(void **state)
{
	(void)state;
	for (size_t t = 0; t < PB_ARRAY_SIZE(truths); t++) {
		for (size_t nr = PB_USL_LEAST; nr <= PB_ARRAY_SIZE(threads); nr++) {
			double costs[PB_ARRAY_SIZE(threads)];
			struct pb_usl usl;

			for (size_t i = 0; i < nr; i++)
				costs[i] = cost_of(&truths[t], threads[i]);
			assert_int_equal(pb_usl_fit(threads, costs, nr, &usl), 0);
			close_to(usl.cost / truths[t].cost, 1, 1e-9);
			close_to(usl.sigma, truths[t].sigma, 1e-9);
			close_to(usl.kappa, truths[t].kappa, 1e-9);
			close_to(pb_usl_cost(&usl, 4) / cost_of(&truths[t], 4), 1, 1e-9);
		}
	}
}

static void peak_is_where_throughput_falls(void **state)
{
	static const struct truth truth = { 100, 0.1, 0.009 };
	double costs[PB_ARRAY_SIZE(threads)];
	struct pb_usl usl;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(threads); i++)
		costs[i] = cost_of(&truth, threads[i]);
	assert_int_equal(pb_usl_fit(threads, costs, PB_ARRAY_SIZE(threads), &usl), 0);
	close_to(usl.peak, 10, 1e-6);
	for (double n = 2; n <= 20; n++) {
		double before = (n - 1) / pb_usl_cost(&usl, n - 1), here = n / pb_usl_cost(&usl, n);

		assert_true(n <= 10 ? here > before : here < before);
	}
}

/*
 * 1 % noise on six points, 400 times: what was put in lies within two of the reported errors about
 * as often as Student's t with three degrees of freedom says (86 %), and the estimate has no bias.
 */
static void errors_are_honest(void **state)
{
	static const struct truth truth = { 100, 0.2, 0.01 };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	double sum_sigma = 0, sum_kappa = 0;
	int sigma_held = 0, kappa_held = 0;
	enum { TIMES = 400 };

	(void)state;
	assert_non_null(random);
	for (int i = 0; i < TIMES; i++) {
		double costs[PB_ARRAY_SIZE(threads)];
		struct pb_usl usl;

		for (size_t p = 0; p < PB_ARRAY_SIZE(threads); p++)
			costs[p] = cost_of(&truth, threads[p]) *
				   (1 + gsl_ran_gaussian_ziggurat(random, 0.01));
		assert_int_equal(pb_usl_fit(threads, costs, PB_ARRAY_SIZE(threads), &usl), 0);
		sigma_held += fabs(usl.sigma - truth.sigma) < 2 * usl.sigma_error;
		kappa_held += fabs(usl.kappa - truth.kappa) < 2 * usl.kappa_error;
		sum_sigma += usl.sigma;
		sum_kappa += usl.kappa;
	}
	gsl_rng_free(random);
	assert_in_range(sigma_held, TIMES * 80 / 100, TIMES * 92 / 100);
	assert_in_range(kappa_held, TIMES * 80 / 100, TIMES * 92 / 100);
	close_to(sum_sigma / TIMES, truth.sigma, 0.003);
	close_to(sum_kappa / TIMES, truth.kappa, 0.0003);
}

static void refusals(void **state)
{
	static const double two[] = { 1, 2 }, twice[] = { 1, 2, 2, 4 }, costs[] = { 1, 2, 3, 4 };
	static const double nothing[] = { 1, 0, 3, 4 };
	struct pb_usl usl = { .cost = 7 };

	(void)state;
	assert_int_equal(pb_usl_fit(two, costs, 2, &usl), -EINVAL);
	assert_non_null(
		strstr(pb_fail_message(-EINVAL), "wants 4 numbers of threads; there are 2"));
	assert_int_equal(pb_usl_fit(twice, costs, 4, &usl), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "2 threads stand for two costs"));
	assert_int_equal(pb_usl_fit(threads, nothing, 4, &usl), -EINVAL);
	assert_true(usl.cost == 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_truth),
		cmocka_unit_test(peak_is_where_throughput_falls),
		cmocka_unit_test(errors_are_honest),
		cmocka_unit_test(refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
