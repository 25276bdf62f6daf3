// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_pmu - libperf, perf_event_open() and a PMU driver, on the PMU that QEMU's arm64 has.
 * Why: cycles that are exactly twice the instructions cannot come from anywhere but the counters.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/str.h"
#include "tests/vm/guest.h"

static char *words[] = { "basic", "basic:u", "cache", "mine=INST_RETIRED:u:k" };

static const struct guest_plan plan = {
	.strategies = "noop,ref,get,get-fast,pin,pin-fast,longterm,longterm-fast,follow,odp",
	.memory = "anon",
	.nr_pages = 8,
	.nr_samples = 10,
	.counters = words,
	.nr_counters = PB_ARRAY_SIZE(words),
};
static struct guest_run first;

static int boot(void **state)
{
	static const struct pb_vm_options none;

	(void)state;
	guest_boot(&plan, &none, &first);
	if (first.code)
		print_error("%s\n", first.message);
	return first.code;
}

static int done(void **state)
{
	(void)state;
	guest_done(&first);
	return 0;
}

/* Both counters stand in one group, so that they count the same instructions in each sample. */
static void assert_twice(const struct pb_cell_result *cell, const char *phase, const char *side)
{
	_cleanup_free_ char *cycles_name = pb_format("cycles%s", side);
	_cleanup_free_ char *instructions_name = pb_format("instructions%s", side);
	const struct pb_series *cycles = guest_series_needed(cell, phase, cycles_name);
	const struct pb_series *instructions = guest_series_needed(cell, phase, instructions_name);

	assert_true(cycles->nr_values == instructions->nr_values && cycles->nr_values >= 10);
	for (size_t i = 0; i < cycles->nr_values; i++) {
		assert_true(instructions->values[i] > 0);
		assert_true(cycles->values[i] == 2 * instructions->values[i]);
	}
}

/* icount's shift is 1: a cycle is half an instruction. */
static void cycles_are_twice_the_instructions(void **state)
{
	(void)state;
	assert_int_equal(first.nr_cells, 10);
	for (size_t i = 0; i < first.nr_cells; i++) {
		assert_int_equal(first.cells[i].state, PB_CELL_MEASURED);
		assert_twice(&first.cells[i], "call", "");
		assert_twice(&first.cells[i], "harness-call", "");
		assert_twice(&first.cells[i], "call", ":u");
	}
}

static double counted(const struct pb_cell_result *cell)
{
	return (guest_least(guest_series_needed(cell, "call", "instructions")) -
		guest_least(guest_series_needed(cell, "harness-call", "instructions"))) /
	       guest_series_needed(cell, "counted", "calls")->values[0];
}

static double timed(const struct pb_cell_result *cell)
{
	return guest_least(guest_series_needed(cell, "acquire", "instructions")) +
	       guest_least(guest_series_needed(cell, "release", "instructions"));
}

/* By the counter around 256 calls, and by the clock's windows inside: what is more than noop's. */
static void they_are_those_of_the_windows(void **state)
{
	(void)state;
	for (size_t i = 1; i < first.nr_cells; i++) {
		double counter = counted(&first.cells[i]) - counted(&first.cells[0]);
		double windows = timed(&first.cells[i]) - timed(&first.cells[0]);

		print_message("%s: %.2f by the counter, %.2f by the windows\n",
			      first.cells[i].cell.strategy, counter, windows);
		assert_true(windows > 50);
		assert_true(fabs(counter - windows) < 4 + windows / 100);
	}
}

/* The user's side is the same few instructions around every ioctl. */
static void sides_are_told_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < first.nr_cells; i++) {
		const struct pb_cell_result *cell = &first.cells[i];
		double user = guest_least(guest_series_needed(cell, "call", "instructions:u"));

		assert_true(user == guest_least(guest_series_needed(cell, "harness-call",
								    "instructions:u")));
		assert_true(user <
			    guest_least(guest_series_needed(cell, "call", "instructions")) / 10);
		/* In a group of its own, around readings of one counter and not of two. */
		assert_true(guest_least(guest_series_needed(cell, "call", "mine")) > user);
	}
}

/* QEMU counts no cache misses, and its PMU says so. */
static void what_the_pmu_lacks_is_null(void **state)
{
	static const char *const absent[] = { "l1d-misses", "l2-misses", "llc-misses" };

	(void)state;
	for (size_t i = 0; i < first.nr_cells; i++)
		for (size_t a = 0; a < PB_ARRAY_SIZE(absent); a++) {
			const struct pb_series *series =
				guest_series_needed(&first.cells[i], "call", absent[a]);
			_cleanup_free_ char *reason =
				pb_format("counter %s: event 'arm_n1::", absent[a]);

			assert_int_equal(series->nr_values, plan.nr_samples);
			assert_true(isnan(guest_least(series)));
			assert_non_null(strstr(first.cells[i].detail, reason));
			assert_non_null(strstr(first.cells[i].detail, "does not count it"));
		}
}

static void two_boots_count_the_same(void **state)
{
	static const struct pb_vm_options none;
	struct guest_run second;

	(void)state;
	guest_boot(&plan, &none, &second);
	assert_int_equal(second.code, 0);
	assert_int_equal(second.nr_cells, first.nr_cells);
	for (size_t i = 0; i < first.nr_cells; i++) {
		assert_int_equal(second.cells[i].nr_series, first.cells[i].nr_series);
		for (size_t s = 0; s < first.cells[i].nr_series; s++) {
			const struct pb_series *a = &first.cells[i].series[s];
			const struct pb_series *b = &second.cells[i].series[s];

			assert_int_equal(a->nr_values, b->nr_values);
			for (size_t v = 0; v < a->nr_values; v++)
				assert_true(a->values[v] == b->values[v] ||
					    (isnan(a->values[v]) && isnan(b->values[v])));
		}
	}
	guest_done(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cycles_are_twice_the_instructions),
		cmocka_unit_test(they_are_those_of_the_windows),
		cmocka_unit_test(sides_are_told_apart),
		cmocka_unit_test(what_the_pmu_lacks_is_null),
		cmocka_unit_test(two_boots_count_the_same),
	};

	return cmocka_run_group_tests(tests, boot, done);
}
