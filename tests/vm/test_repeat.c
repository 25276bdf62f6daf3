// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_repeat WAKE - every load, on a host that leaves QEMU alone and on one that does not.
 * Why: a guest whose clock hangs on when the host runs which of QEMU's threads repeats most of the
 * time, and a number that repeats most of the time is not exact.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/file.h"
#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_SAMPLES = 10, NR_PAGES = 8 };

static const struct pb_cell cells[] = {
	{ .strategy = "pin", .load = PB_LOAD_fork },
	{ .strategy = "pin", .load = PB_LOAD_fork, .intent = PB_INTENT_WRITE },
	{ .strategy = "pin-fast", .load = PB_LOAD_AT(fork, 1000) },
	{ .strategy = "odp", .load = PB_LOAD_munmap },
	{ .strategy = "pin", .load = PB_LOAD_migrate },
	{ .strategy = "odp", .load = PB_LOAD_migrate },
	{ .strategy = "pin", .load = PB_LOAD_reclaim },
	{ .strategy = "follow", .load = PB_LOAD_reclaim }, /* each call fails: refused */
	{ .strategy = "odp", .load = PB_LOAD_mprotect },
	{ .strategy = "pin",
	  .memory = PB_MEMORY_file_shared,
	  .load = PB_LOAD_writeback,
	  .intent = PB_INTENT_WRITE },
	{ .strategy = "pin-fast", .memory = PB_MEMORY_file_shared, .load = PB_LOAD_reclaim },
	{ .strategy = "pin",
	  .memory = PB_MEMORY_fsdax,
	  .load = PB_LOAD_writeback,
	  .intent = PB_INTENT_WRITE },
};

static const struct guest_plan plan = {
	.nr_pages = NR_PAGES,
	.nr_samples = NR_SAMPLES,
	.cells = cells,
	.nr_cells = PB_ARRAY_SIZE(cells),
};
static const struct pb_vm_options none;
static const char *wake;
static struct guest_run run;

static int first_boot(void **state)
{
	(void)state;
	guest_boot(&plan, &none, &run);
	if (run.code)
		print_error("%s\n", run.message);
	return run.code;
}

static int run_free(void **state)
{
	(void)state;
	guest_done(&run);
	return 0;
}

/* Without its operations a load's cell would repeat for nothing. */
static void every_load_was_at_work(void **state)
{
	size_t nr_measured = 0;

	(void)state;
	assert_int_equal(run.nr_cells, plan.nr_cells);
	for (size_t i = 0; i < run.nr_cells; i++) {
		const struct pb_cell_result *cell = &run.cells[i];

		if (cell->state == PB_CELL_REFUSED) {
			print_message("%s on %s under load %s: %s\n", cell->cell.strategy,
				      pb_memory_name(cell->cell.memory),
				      pb_load_name(cell->cell.load), cell->reason);
			continue;
		}
		assert_int_equal(cell->state, PB_CELL_MEASURED);
		nr_measured++;
		assert_true(guest_value(cell, "events", "load-operations") >= NR_SAMPLES);
		assert_true(guest_value(cell, "load", "rate") > 0);
	}
	/* Where there is no persistent memory, three cells have no file. */
	assert_true(nr_measured >= plan.nr_cells - 4);
}

/* Rates, too: they say to the nanosecond how the guest's clock went on while it was idle. */
static void a_restless_host_changes_nothing(void **state)
{
	char dir[] = "/tmp/pinbench-repeat.XXXXXX";
	_cleanup_free_ char *mark = NULL;
	struct guest_run second;

	(void)state;
	assert_non_null(mkdtemp(dir));
	mark = pb_format("%s/mark", dir);
	assert_non_null(mark);
	setenv("WAKE_MARK", mark, 1);
	setenv("LD_PRELOAD", wake, 1);
	guest_boot(&plan, &none, &second);
	unsetenv("LD_PRELOAD");
	unsetenv("WAKE_MARK");
	if (second.code)
		fail_msg("%s", second.message);
	assert_true(pb_file_exists(mark)); /* else nobody woke anybody */
	assert_int_equal(pb_tree_remove(dir), 0);
	guest_assert_same(&run, &second);
	guest_done(&second);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_load_was_at_work),
		cmocka_unit_test(a_restless_host_changes_nothing),
	};

	if (argc != 2) {
		fputs("usage: test_repeat WAKE\n", stderr);
		return 2;
	}
	wake = argv[1];
	guest_kernel();
	return cmocka_run_group_tests(tests, first_boot, run_free);
}
