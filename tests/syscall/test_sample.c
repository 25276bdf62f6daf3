// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_sample - the order of calls in a block, on a consumer that only writes down who called.
 * Why: a baseline that is not interleaved, or buffers that are not swapped, look right and are not.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/backends/syscall/clock.h"
#include "bench/backends/syscall/sample.h"
#include "common/err.h"

enum { ROUND_CALLS = 11 };

static char calls[8 * PB_SAMPLE_MIN_ROUNDS * ROUND_CALLS];
static int acquire_fails;

static int note(struct pb_use *use, char *buffer, char lower)
{
	size_t len = strlen(calls);

	if (len + 1 < sizeof(calls))
		calls[len] = buffer == use->buffers[1] ? (char)(lower - 'a' + 'A') : lower;
	return 0;
}

static int fake_before(struct pb_use *use, char *buffer)
{
	return note(use, buffer, 'i');
}

static int fake_acquire(struct pb_use *use, char *buffer)
{
	note(use, buffer, 'a');
	return acquire_fails;
}

static int fake_release(struct pb_use *use, char *buffer)
{
	return note(use, buffer, 'r');
}

static int fake_base(struct pb_use *use, char *buffer)
{
	return note(use, buffer, 'b');
}

static int fake_pair(struct pb_use *use, char *buffer)
{
	return note(use, buffer, 'p');
}

static int fake_pair_base(struct pb_use *use, char *buffer)
{
	return note(use, buffer, 'q');
}

static const struct pb_user fake = {
	.name = "fake",
	.before = fake_before,
	.acquire = fake_acquire,
	.release = fake_release,
	.base_acquire = fake_base,
	.pair_call = fake_pair,
	.pair_base = fake_pair_base,
};

static void calls_clear(void)
{
	memset(calls, 0, sizeof(calls));
	acquire_fails = 0;
}

static void test_order(void **state)
{
	char buffers[2];
	struct pb_use use = { .buffers = { &buffers[0], &buffers[1] }, .nr_pages = 1 };
	struct pb_sample_times times;

	(void)state;
	calls_clear();
	assert_int_equal(pb_sample_take(&fake, &use, 0, &times), 0);
	/* Operation, baseline, pair; and back. Capitals are the second buffer. */
	assert_int_equal(strncmp(calls,
				 "iarbPQqpbIAR"
				 "IARBpqQPBiar",
				 24),
			 0);
	assert_int_equal(strlen(calls), PB_SAMPLE_MIN_ROUNDS * 12);
	assert_true(times.acquire >= 0 && times.base_acquire >= 0 && times.pair >= 0 &&
		    times.base_pair >= 0);
	assert_false(isnan(times.release));
	assert_true(isnan(times.base_release));
}

static void test_failure(void **state)
{
	char buffers[2];
	struct pb_use use = { .buffers = { &buffers[0], &buffers[1] }, .nr_pages = 1 };
	struct pb_sample_times times = { .acquire = 7 };

	(void)state;
	calls_clear();
	acquire_fails = -EFAULT;
	assert_int_equal(pb_sample_take(&fake, &use, 0, &times), -EFAULT);
	assert_string_equal(calls, "ia"); /* and nothing after it */
	assert_true(times.acquire == 7);
	assert_non_null(strstr(pb_fail_message(-EFAULT), "a call of fake failed"));
}

static void test_warm(void **state)
{
	char buffers[2];
	struct pb_use use = { .buffers = { &buffers[0], &buffers[1] }, .nr_pages = 1 };

	(void)state;
	calls_clear();
	assert_int_equal(pb_sample_warm(&fake, &use), 0);
	assert_string_equal(calls, "iarIAR");
}

static void test_middle(void **state)
{
	double odd[] = { 9, 1, 5 }, even[] = { 4, 1, 2, 3 };
	double outliers[] = { 1000, 10, 11, 12, 13, 0, 11, 900 };
	double one[] = { 3 };

	(void)state;
	assert_true(pb_sample_median(odd, 3) == 5);
	assert_true(pb_sample_median(even, 4) == 2.5);
	assert_true(isnan(pb_sample_median(NULL, 0)));
	assert_true(isnan(pb_sample_middle(NULL, 0)));
	assert_true(pb_sample_middle(one, 1) == 3);
	assert_true(pb_sample_middle(outliers, 8) == (11 + 11 + 12 + 13) / 4.0);
}

/* On the core that this runs on: some GHz, and more than one addition a cycle. */
static void test_core(void **state)
{
	double tick_ns = pb_clock_calibrate();
	struct pb_core core = pb_sample_core();
	double ghz = 1 / (core.cycle * tick_ns);

	(void)state;
	print_message("%.2f GHz, filled in %.0f cycles\n", ghz, core.fill);
	assert_true(ghz > 0.2 && ghz < 10);
	/* 8192 additions; the dependent ones would take as many cycles. */
	assert_true(core.fill > 8192 / 16.0 && core.fill < 8192);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order), cmocka_unit_test(test_failure),
		cmocka_unit_test(test_warm),  cmocka_unit_test(test_middle),
		cmocka_unit_test(test_core),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
