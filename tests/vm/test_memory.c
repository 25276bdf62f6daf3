// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_memory - every type of memory is there in a guest, and refuses what the kernel refuses.
 * Why: a file system or a device that did not come up must not pass for one that says no.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kernels/kernel.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/vm/guest.h"

static const struct guest_plan matrix = {
	.strategies = "ref,get-fast,pin,longterm,odp",
	.memory = "anon,thp,zeropage,shmem,memfd,hugetlb-2m,hugetlb-1g,file-private,file-shared,"
		  "fsdax,devdax",
	.nr_pages = 8,
	.nr_samples = 10,
};
static struct guest_run run;
static bool refuses_dirty; /* since 6.5: 8ac268436e6d, no long-term pins that dirty a file */
static bool unshares;      /* since 6.2: 84209e87c696, they make private pages the holder's own */

static int first_boot(void **state)
{
	static const struct pb_vm_options none;
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	unsigned long major, minor;
	char *rest;

	(void)state;
	if (pb_kernel_prepare(guest_kernel(), &kernel))
		return -1;
	major = strtoul(kernel.release, &rest, 10);
	minor = strtoul(rest + (*rest == '.'), NULL, 10);
	refuses_dirty = major > 6 || (major == 6 && minor >= 5);
	unshares = major > 6 || (major == 6 && minor >= 2);
	guest_boot(&matrix, &none, &run);
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

static const struct pb_cell_result *cell_of(const char *strategy, const char *memory)
{
	for (size_t i = 0; i < run.nr_cells; i++)
		if (pb_streq(run.cells[i].cell.strategy, strategy) &&
		    pb_streq(pb_memory_name(run.cells[i].cell.memory), memory))
			return &run.cells[i];
	fail_msg("no cell %s on %s", strategy, memory);
	return NULL;
}

static void assert_refused(const char *strategy, const char *memory, int error)
{
	const struct pb_cell_result *cell = cell_of(strategy, memory);

	if (cell->state != PB_CELL_REFUSED || cell->error != error)
		fail_msg("%s on %s: %s, error %d, expected a refusal with %d", strategy, memory,
			 pb_cell_state_name(cell->state), cell->error, error);
}

/* A failed cell is also one after which a pin was left or the kernel had logged a warning. */
static void every_cell_is_measured_or_refused(void **state)
{
	(void)state;
	assert_int_equal(run.nr_cells, 55);
	for (size_t i = 0; i < run.nr_cells; i++) {
		const struct pb_cell_result *cell = &run.cells[i];

		if (cell->state == PB_CELL_MEASURED) {
			assert_int_equal(guest_series(cell, "acquire")->nr_values,
					 matrix.nr_samples);
			continue;
		}
		if (cell->state != PB_CELL_REFUSED || !cell->error || !cell->reason)
			fail_msg("%s on %s: %s: %s\n%s", cell->cell.strategy,
				 pb_memory_name(cell->cell.memory), pb_cell_state_name(cell->state),
				 cell->reason ? cell->reason : "no reason",
				 cell->detail ? cell->detail : "");
		assert_int_equal(cell->nr_series, 0);
	}
}

static void every_memory_can_be_pinned_briefly(void **state)
{
	pb_cleanup(pb_words_freep) char **memories = NULL;
	size_t nr;

	(void)state;
	assert_int_equal(pb_words_split(matrix.memory, "memory", &memories, &nr), 0);
	for (size_t i = 0; i < nr; i++) {
		const struct pb_cell_result *cell = cell_of("pin", memories[i]);

		if (cell->state != PB_CELL_MEASURED)
			fail_msg("pin on %s: %s", memories[i], cell->reason);
	}
}

static void long_pins_are_refused_where_the_kernel_does(void **state)
{
	(void)state;
	assert_refused("longterm", "fsdax", EOPNOTSUPP);
	assert_int_equal(cell_of("longterm", "devdax")->state, PB_CELL_MEASURED);
	assert_int_equal(cell_of("longterm", "hugetlb-1g")->state, PB_CELL_MEASURED);
	if (refuses_dirty)
		assert_refused("longterm", "file-shared", EFAULT);
	else
		assert_int_equal(cell_of("longterm", "file-shared")->state, PB_CELL_MEASURED);
}

/* What was timed would be other memory than the cell says. */
static void replaced_pages_are_no_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		const char *memory = i ? "file-private" : "zeropage";

		if (unshares)
			assert_refused("longterm", memory, EOPNOTSUPP);
		else
			assert_int_equal(cell_of("longterm", memory)->state, PB_CELL_MEASURED);
	}
}

static const struct pb_machine_options usual;

static void a_plain_plan_gets_a_plain_machine(void **state)
{
	struct pb_cell cell = { .memory = PB_MEMORY_thp };
	_cleanup_free_ char *plain = NULL, *pmem = NULL, *gigantic = NULL;

	(void)state;
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &plain), 0);
	assert_non_null(strstr(plain, "-m 1024 "));
	assert_null(strstr(plain, "-machine"));
	cell.memory = PB_MEMORY_fsdax;
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &pmem), 0);
	assert_non_null(strstr(pmem, "-m 1408 "));
	cell.memory = PB_MEMORY_hugetlb_1g;
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &gigantic), 0);
	assert_non_null(strstr(gigantic, "max-ram-below-4g=1024M"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_measured_or_refused),
		cmocka_unit_test(every_memory_can_be_pinned_briefly),
		cmocka_unit_test(long_pins_are_refused_where_the_kernel_does),
		cmocka_unit_test(replaced_pages_are_no_result),
		cmocka_unit_test(a_plain_plan_gets_a_plain_machine),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, first_boot, run_free);
}
