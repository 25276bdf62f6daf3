// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_exact - the same plan gives the same samples, and one instruction more is one more.
 * Why: every conclusion that is drawn from an exact count rests on these two.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "common/str.h"
#include "tests/vm/guest.h"

static const struct guest_plan small = {
	.strategies = "noop,ref,get,get-fast,pin,pin-fast,longterm,longterm-fast,follow,odp",
	.memory = "thp",
	.nr_pages = 8,
	.nr_samples = 40,
};
static struct guest_run first;

static double least(const struct pb_series *series)
{
	double min = series->values[0];

	for (size_t i = 1; i < series->nr_values; i++)
		if (series->values[i] < min)
			min = series->values[i];
	return min;
}

static int first_boot(void **state)
{
	static const struct pb_vm_options none;

	(void)state;
	guest_boot(&small, &none, &first);
	return first.code;
}

static int first_free(void **state)
{
	(void)state;
	guest_done(&first);
	return 0;
}

static void every_strategy_is_measured(void **state)
{
	(void)state;
	assert_int_equal(first.nr_cells, 10);
	for (size_t i = 0; i < first.nr_cells; i++) {
		const struct pb_cell_result *cell = &first.cells[i];

		if (cell->reason)
			print_error("%s: %s\n", cell->cell.strategy, cell->reason);
		assert_int_equal(cell->state, PB_CELL_MEASURED);
		assert_int_equal(guest_series(cell, "acquire")->nr_values, small.nr_samples);
		assert_int_equal(guest_series(cell, "release")->nr_values, small.nr_samples);
		assert_int_equal(guest_series(cell, "harness")->nr_values, 1);
	}
}

static void odp_counts_its_notifier_apart(void **state)
{
	const struct pb_cell_result *odp = &first.cells[9], *pin = &first.cells[4];

	(void)state;
	assert_string_equal(odp->symbol, "hmm_range_fault");
	assert_true(guest_series(odp, "setup")->values[0] > 0);
	assert_true(guest_series(odp, "teardown")->values[0] > 0);
	assert_null(guest_series(pin, "setup"));
}

static void two_boots_give_the_same_samples(void **state)
{
	static const struct pb_vm_options none;
	struct guest_run second;

	(void)state;
	guest_boot(&small, &none, &second);
	assert_int_equal(second.code, 0);
	guest_assert_same(&first, &second);
	guest_done(&second);
}

static void one_instruction_more_is_one_more(void **state)
{
	static const struct pb_vm_options none;
	struct guest_plan plan = small;
	struct guest_run injected;

	(void)state;
	plan.inject = 1;
	guest_boot(&plan, &none, &injected);
	assert_int_equal(injected.code, 0);
	for (size_t i = 0; i < first.nr_cells; i++) {
		const struct pb_cell_result *before = &first.cells[i], *after = &injected.cells[i];
		double more = least(guest_series(after, "acquire")) -
			      least(guest_series(before, "acquire"));
		double release = least(guest_series(after, "release")) -
				 least(guest_series(before, "release"));

		if (more != 1 || release != 0)
			fail_msg("%s: acquire %+g, release %+g", before->cell.strategy, more,
				 release);
	}
	guest_done(&injected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_strategy_is_measured),
		cmocka_unit_test(odp_counts_its_notifier_apart),
		cmocka_unit_test(two_boots_give_the_same_samples),
		cmocka_unit_test(one_instruction_more_is_one_more),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, first_boot, first_free);
}
