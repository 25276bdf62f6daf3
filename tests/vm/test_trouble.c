// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_trouble - guests that panic, hang, are killed, warn, or lack what a cell wants.
 * Why: whatever happens, what was measured is kept and every other cell says why it was not.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "common/cleanup.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/vm/guest.h"

static char *tmp; /* what a guest in trouble leaves behind for a person is put there */

static const struct guest_plan three = {
	.strategies = "noop,pin,get",
	.memory = "anon",
	.nr_pages = 8,
	.nr_samples = 10,
};

static void assert_tells(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("'%s' does not say '%s'", text ? text : "(nothing)", words);
}

static void assert_broken_at_the_second(const struct guest_run *run, const char *reason)
{
	assert_int_equal(run->code, 0);
	assert_int_equal(run->nr_cells, 3);
	assert_int_equal(run->cells[0].state, PB_CELL_MEASURED);
	assert_int_equal(guest_series(&run->cells[0], "acquire")->nr_values,
			 run->cells[0].cell.nr_samples);
	assert_int_equal(run->cells[1].state, PB_CELL_FAILED);
	assert_tells(run->cells[1].reason, reason);
	assert_int_equal(run->cells[2].state, PB_CELL_MISSING);
	assert_tells(run->cells[2].reason, reason);
}

static void a_panic_keeps_what_was_measured(void **state)
{
	const struct pb_vm_options options = { .fault = PB_FAULT_PANIC, .fault_cell = 1 };
	struct guest_run run;

	(void)state;
	guest_boot(&three, &options, &run);
	assert_broken_at_the_second(&run, "the guest panicked: sysrq triggered crash");
	assert_tells(run.cells[1].detail, "Call Trace");
	guest_done(&run);
}

static void a_hang_ends_at_the_limit(void **state)
{
	const struct pb_vm_options options = { .fault = PB_FAULT_HANG, .fault_cell = 1 };
	struct guest_plan plan = three;
	struct guest_run run;

	(void)state;
	plan.cell_limit_s = 6;
	guest_boot(&plan, &options, &run);
	assert_broken_at_the_second(&run, "no answer from the guest for 6 s");
	guest_done(&run);
}

static void kill_at_second(uint32_t index, pid_t qemu)
{
	if (index == 1)
		kill(qemu, SIGKILL);
}

static void a_killed_qemu_is_told(void **state)
{
	static const struct pb_vm_options none;
	struct guest_plan plan = three;
	struct guest_run run;

	(void)state;
	/* Long cells, so that the kill comes while the second one runs. */
	plan.nr_pages = 512;
	plan.nr_samples = 2000;
	plan.cell_started = kill_at_second;
	guest_boot(&plan, &none, &run);
	assert_broken_at_the_second(&run, "QEMU was killed by signal 9");
	guest_done(&run);
}

static volatile bool interrupted;

static void interrupt_at_second(uint32_t index, pid_t qemu)
{
	(void)qemu;
	interrupted = index >= 1;
}

static void an_interrupt_keeps_what_was_measured(void **state)
{
	static const struct pb_vm_options none;
	struct guest_plan plan = three;
	struct guest_run run;

	(void)state;
	plan.nr_pages = 512;
	plan.nr_samples = 2000;
	plan.cell_started = interrupt_at_second;
	plan.interrupt = &interrupted;
	guest_boot(&plan, &none, &run);
	assert_int_equal(run.code, -EINTR);
	assert_int_equal(run.nr_cells, 3);
	assert_int_equal(run.cells[0].state, PB_CELL_MEASURED);
	assert_int_equal(run.cells[1].state, PB_CELL_MISSING);
	assert_int_equal(run.cells[2].state, PB_CELL_MISSING);
	guest_done(&run);
}

static void a_warning_fails_its_cell_alone(void **state)
{
	const struct pb_vm_options options = { .fault = PB_FAULT_WARNING, .fault_cell = 1 };
	struct guest_run run;

	(void)state;
	guest_boot(&three, &options, &run);
	assert_int_equal(run.code, 0);
	assert_int_equal(run.cells[0].state, PB_CELL_MEASURED);
	assert_int_equal(run.cells[1].state, PB_CELL_FAILED);
	assert_tells(run.cells[1].detail, "a warning on purpose");
	assert_int_equal(run.cells[2].state, PB_CELL_MEASURED);
	guest_done(&run);
}

static void a_splat_fails_its_cell_alone(void **state)
{
	_cleanup_free_ char *module = guest_module("fault", tmp);
	const struct pb_vm_options options = {
		.machine = { .fault_module = module },
		.fault = PB_FAULT_SPLAT,
		.fault_cell = 1,
	};
	struct guest_run run;

	(void)state;
	guest_boot(&three, &options, &run);
	assert_int_equal(run.code, 0);
	assert_int_equal(run.cells[0].state, PB_CELL_MEASURED);
	assert_int_equal(run.cells[1].state, PB_CELL_FAILED);
	assert_tells(run.cells[1].detail, "a splat on purpose");
	assert_tells(run.cells[1].detail, "Call Trace");
	assert_int_equal(run.cells[2].state, PB_CELL_MEASURED);
	guest_done(&run);
}

static void huge_pages_that_are_off_are_refused(void **state)
{
	const struct pb_vm_options options = {
		.machine = { .cmdline = "transparent_hugepage=never" },
	};
	struct guest_plan plan = three;
	struct guest_run run;

	(void)state;
	plan.memory = "thp";
	guest_boot(&plan, &options, &run);
	assert_int_equal(run.code, 0);
	for (size_t i = 0; i < run.nr_cells; i++) {
		assert_int_equal(run.cells[i].state, PB_CELL_REFUSED);
		assert_int_equal(run.cells[i].error, EOPNOTSUPP);
		assert_tells(run.cells[i].reason, "switched off");
		assert_int_equal(run.cells[i].nr_series, 0);
	}
	guest_done(&run);
}

static void a_guest_without_init_is_an_error(void **state)
{
	const struct pb_vm_options options = {
		.machine = { .cmdline = "rdinit=/none" },
	};
	struct guest_run run;

	(void)state;
	guest_boot(&three, &options, &run);
	assert_int_equal(run.code, -EIO);
	assert_int_equal(run.nr_cells, 0);
	assert_tells(run.message, "the guest panicked");
	assert_tells(run.message, "before the first cell");
	guest_done(&run);
}

static int tmp_make(void **state)
{
	(void)state;
	tmp = strdup("/tmp/pinbench-test.XXXXXX");
	return !tmp || !mkdtemp(tmp) || setenv("TMPDIR", tmp, 1);
}

static int tmp_remove(void **state)
{
	int ret = pb_tree_remove(tmp);

	(void)state;
	free(tmp);
	return ret;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_panic_keeps_what_was_measured),
		cmocka_unit_test(a_hang_ends_at_the_limit),
		cmocka_unit_test(a_killed_qemu_is_told),
		cmocka_unit_test(an_interrupt_keeps_what_was_measured),
		cmocka_unit_test(a_warning_fails_its_cell_alone),
		cmocka_unit_test(a_splat_fails_its_cell_alone),
		cmocka_unit_test(huge_pages_that_are_off_are_refused),
		cmocka_unit_test(a_guest_without_init_is_an_error),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, tmp_make, tmp_remove);
}
