// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_kvm - `--accel kvm` on whatever machine this is: measured, or told why not.
 * Why: where KVM is absent, closed or nested a run must say which, and leave nothing half done.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/backends/vm/kvm.h"
#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_SAMPLES = 16, SHORT_LIMIT_S = 5 };

static char *tmp; /* what a guest in trouble leaves behind for a person is put there */

static const struct pb_cell cells[] = {
	{ .strategy = "noop", .nr_threads = 1 },
	{ .strategy = "pin-fast", .nr_threads = 1 },
	{ .strategy = "pin-fast", .nr_threads = 2, .sharing = PB_SHARING_PAGE },
};
static const struct guest_plan plan = {
	.nr_pages = 4,
	.nr_samples = NR_SAMPLES,
	.cells = cells,
	.nr_cells = PB_ARRAY_SIZE(cells),
};

static void assert_measured(const struct guest_run *run, unsigned int cpus)
{
	assert_non_null(strstr(run->facts.data, "machine.accel=kvm\n"));
	assert_non_null(strstr(run->facts.data, "machine.virtual=kvm\n"));
	assert_int_equal(run->nr_cells, PB_ARRAY_SIZE(cells));
	for (size_t i = 0; i < run->nr_cells; i++) {
		const struct pb_cell_result *cell = &run->cells[i];

		if (cell->cell.nr_threads > cpus) {
			assert_int_equal(cell->state, PB_CELL_REFUSED);
			assert_int_equal(cell->error, E2BIG);
			continue;
		}
		assert_int_equal(cell->state, PB_CELL_MEASURED);
		assert_int_equal(guest_series_of(cell, "acquire", "ticks")->nr_values,
				 cell->cell.nr_threads * NR_SAMPLES);
	}
}

/* One of three, by what the machine is; each has its own words. */
static void a_run_is_measured_or_told_why_not(void **state)
{
	const struct pb_vm_options kvm = { .machine = { .accel = &pb_accel_kvm } };
	const struct pb_backend_request request = { .cells = cells, .nr_cells = plan.nr_cells };
	int possible = pb_kvm_try("");
	struct guest_run run;
	unsigned int cpus;

	(void)state;
	assert_int_equal(pb_accel_cpus(&pb_accel_kvm, &request, &cpus), 0);
	guest_boot(&plan, &kvm, &run);
	print_message("%s\n", run.code ? run.message : "measured under KVM");
	if (possible) {
		assert_int_equal(run.code, possible);
		assert_non_null(strstr(run.message, "/dev/kvm makes no virtual machine"));
	} else if (run.code) {
		assert_int_equal(run.code, -EIO);
		assert_non_null(strstr(run.message, "KVM is there, but kernel"));
		assert_non_null(strstr(run.message, "does not boot under it"));
		assert_non_null(strstr(run.message, "--accel tcg"));
	} else {
		assert_measured(&run, cpus);
	}
	if (run.code)
		assert_int_equal(run.nr_cells, 0);
	guest_done(&run);
}

/*
 * QEMU is content, the kernel is not: nothing comes, and that has an end. Under a nested KVM that
 * has not all registers of the CPU it shows, QEMU is content without the one that hides behind
 * this flag.
 */
#if defined(__x86_64__)
#define CPU "host,-arch-capabilities"
#else
#define CPU "host"
#endif

static void a_guest_that_stays_silent_is_given_up(void **state)
{
	struct pb_accel hasty = pb_accel_kvm;
	const struct pb_vm_options silent = {
		.machine = { .accel = &hasty, .cpu = CPU, .cmdline = "rdinit=/none panic=0" },
	};
	struct guest_run run;

	(void)state;
	if (pb_kvm_try("")) {
		print_message("no KVM here\n");
		skip();
	}
	hasty.boot_limit_s = SHORT_LIMIT_S;
	guest_boot(&plan, &silent, &run);
	print_message("%s\n", run.message);
	assert_int_equal(run.code, -EIO);
	assert_int_equal(run.nr_cells, 0);
	assert_non_null(strstr(run.message, "does not boot under it"));
	assert_non_null(
		strstr(run.message, "no answer from the guest for 5 s before the first cell"));
	/* QEMU ran, and each of its CPUs is where it should be. */
	assert_non_null(strstr(run.facts.data, "machine.accel=kvm\n"));
	assert_non_null(strstr(run.facts.data, "machine.place_cpus="));
	print_message("%s", strstr(run.facts.data, "machine.place_cpus="));
	guest_done(&run);
}

static int tmp_make(void **state)
{
	(void)state;
	tmp = strdup("/tmp/pinbench-test.XXXXXX");
	return tmp && mkdtemp(tmp) && !setenv("TMPDIR", tmp, 1) ? 0 : -1;
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
		cmocka_unit_test(a_run_is_measured_or_told_why_not),
		cmocka_unit_test(a_guest_that_stays_silent_is_given_up),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, tmp_make, tmp_remove);
}
