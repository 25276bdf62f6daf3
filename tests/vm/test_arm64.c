// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_arm64 - a guest of arm64: what counts there, and what it says no to.
 * Why: the numbers are only as good as the counter that is taken for a clock, and that is another
 * one on each architecture. test_exact runs on such a guest, too.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/str.h"
#include "tests/vm/guest.h"

static void expect_words(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("'%s' lacks '%s'", text ? text : "", words);
}

/* An empty window of two jumps: the clock's own cost is gone, and cycles are not taken for it. */
static void noop_is_its_two_jumps(void **state)
{
	static const struct guest_plan plan = {
		.strategies = "noop", .memory = "anon", .nr_pages = 1, .nr_samples = 20
	};
	static const struct pb_vm_options none;
	struct guest_run run;

	(void)state;
	guest_boot(&plan, &none, &run);
	assert_int_equal(run.code, 0);
	assert_int_equal(run.cells[0].state, PB_CELL_MEASURED);
	for (uint32_t i = 0; i < plan.nr_samples; i++) {
		double harness = guest_series(&run.cells[0], "harness")->values[0];

		assert_true(guest_series(&run.cells[0], "acquire")->values[i] - harness <= 4);
		assert_true(guest_series(&run.cells[0], "release")->values[i] == harness);
	}
	guest_done(&run);
}

/* The clock falls back to the generic timer, and nothing is stored that is no instruction. */
static void without_a_pmu_nothing_is_measured(void **state)
{
	static const struct guest_plan plan = {
		.strategies = "noop", .memory = "anon", .nr_pages = 1, .nr_samples = 5
	};
	static const struct pb_vm_options options = { .machine.cpu = "neoverse-n1,pmu=off" };
	struct guest_run run;

	(void)state;
	guest_boot(&plan, &options, &run);
	assert_int_equal(run.code, -EIO);
	assert_int_equal(run.nr_cells, 0);
	expect_words(run.message, "is cntvct, which does not count instructions");
	guest_done(&run);
}

static void memory_that_it_lacks_is_refused(void **state)
{
	static const struct guest_plan plan = { .strategies = "pin",
						.memory = "devdax,file-private,anon",
						.nr_pages = 8,
						.nr_samples = 5 };
	static const struct pb_vm_options none;
	struct guest_run run;

	(void)state;
	guest_boot(&plan, &none, &run);
	assert_int_equal(run.code, 0);
	assert_int_equal(run.nr_cells, 3);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(run.cells[i].state, PB_CELL_REFUSED);
		expect_words(run.cells[i].reason, "no persistent memory on arm64");
	}
	assert_int_equal(run.cells[2].state, PB_CELL_MEASURED);
	guest_done(&run);
}

static void profile_is_refused_before_it_boots(void **state)
{
	static const struct pb_vm_options none;
	static const struct pb_record_sink sink;
	struct pb_cell cell = { .nr_pages = 1, .nr_threads = 1, .nr_samples = 1 };
	const struct pb_backend_request request = {
		.kernel = guest_kernel(), .cells = &cell, .nr_cells = 1, .profile = true
	};

	(void)state;
	assert_int_equal(pb_vm_run(&request, &none, &sink, NULL), -EOPNOTSUPP);
	expect_words(pb_fail_message(-EOPNOTSUPP), "are x86's");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(noop_is_its_two_jumps),
		cmocka_unit_test(without_a_pmu_nothing_is_measured),
		cmocka_unit_test(memory_that_it_lacks_is_refused),
		cmocka_unit_test(profile_is_refused_before_it_boots),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
