// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_counters - counters around whole calls in a guest without a PMU.
 * Why: the kernel's own counters really count there, and what it lacks must be NULL, not 0.
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

static char *words[] = { "task-clock", "page-faults", "basic", "mine=NO_SUCH_EVENT:X" };

static const struct guest_plan plan = {
	.strategies = "noop,ref,pin-fast",
	.memory = "anon",
	.nr_pages = 8,
	.nr_samples = 10,
	.counters = words,
	.nr_counters = PB_ARRAY_SIZE(words),
};
static struct guest_run run;

static int boot(void **state)
{
	static const struct pb_vm_options none;

	(void)state;
	guest_boot(&plan, &none, &run);
	return run.code;
}

static int done(void **state)
{
	(void)state;
	guest_done(&run);
	return 0;
}

/* Nanoseconds a call, which under icount are instructions. */
static double clock_of(const struct pb_cell_result *cell)
{
	return (guest_least(guest_series_needed(cell, "call", "task-clock")) -
		guest_least(guest_series_needed(cell, "harness-call", "task-clock"))) /
	       guest_series_needed(cell, "counted", "calls")->values[0];
}

static double windows_of(const struct pb_cell_result *cell)
{
	return guest_least(guest_series_needed(cell, "acquire", "instructions")) +
	       guest_least(guest_series_needed(cell, "release", "instructions")) -
	       2 * guest_series_needed(cell, "harness", "instructions")->values[0];
}

/*
 * What a strategy's call has more than noop's, by the clock around 256 calls and by the windows
 * inside. One call in some takes another path, so that they agree within a hundredth.
 */
static void the_clock_agrees_with_the_windows(void **state)
{
	(void)state;
	assert_int_equal(run.nr_cells, 3);
	for (size_t i = 1; i < run.nr_cells; i++) {
		double clock = clock_of(&run.cells[i]) - clock_of(&run.cells[0]);
		double windows = windows_of(&run.cells[i]) - windows_of(&run.cells[0]);

		print_message("%s: %.2f by the clock, %.2f by the windows\n",
			      run.cells[i].cell.strategy, clock, windows);
		assert_true(windows > 50);
		assert_true(fabs(clock - windows) < 2 + windows / 100);
	}
}

static void a_zero_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < run.nr_cells; i++) {
		const struct pb_series *faults =
			guest_series_needed(&run.cells[i], "call", "page-faults");

		assert_int_equal(run.cells[i].state, PB_CELL_MEASURED);
		assert_int_equal(faults->nr_values, plan.nr_samples);
		for (size_t s = 0; s < faults->nr_values; s++)
			assert_true(faults->values[s] == 0);
	}
}

static void an_absence_is_null_with_its_reason(void **state)
{
	static const struct {
		const char *metric, *reason;
	} absent[] = {
		{ "cycles", "counter cycles: data/events/ has no 'cycles' for this CPU" },
		{ "instructions", "counter instructions: " },
		{ "mine", "counter mine: event 'NO_SUCH_EVENT:X' is unknown to libpfm4" },
	};

	(void)state;
	for (size_t i = 0; i < run.nr_cells; i++)
		for (size_t a = 0; a < PB_ARRAY_SIZE(absent); a++) {
			const struct pb_series *series =
				guest_series_needed(&run.cells[i], "call", absent[a].metric);

			assert_int_equal(series->nr_values, plan.nr_samples);
			assert_true(isnan(guest_least(series)));
			assert_non_null(strstr(run.cells[i].detail, absent[a].reason));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_clock_agrees_with_the_windows),
		cmocka_unit_test(a_zero_is_counted),
		cmocka_unit_test(an_absence_is_null_with_its_reason),
	};

	return cmocka_run_group_tests(tests, boot, done);
}
