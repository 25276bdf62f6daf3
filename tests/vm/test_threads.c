// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_threads - several threads hold pages at once, in a guest whose CPUs run at the same time.
 * Why: who starts when, on what pages and beside which load can be seen there. What contention
 * costs cannot: nobody's times are these, and the evidence is `fake`.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_SAMPLES = 16, NR_THREADS = 2, LATE_US = 500000, NR_TRIES = 3 };

enum {
	NOOP_PRIVATE,
	REF_PRIVATE,
	PIN_PRIVATE,
	PIN_PAGE,
	PIN_TABLE,
	PIN_FOLIO,
	PIN_HUGETLB,
	ONE_BESIDE_FORK,
	TWO_BESIDE_MPROTECT,
	ODP_BESIDE_MPROTECT,
	OVER_TOO_SOON,
	TOO_MANY,
	TABLE_OF_THP,
	FOLIO_OF_ANON,
	TABLE_TOO_SMALL,
	PAGE_ALONE,
	HELD_BY_TWO,
	FAULTED_BY_TWO,
	NR_CELLS,
};

static const struct pb_cell cells[NR_CELLS] = {
	[NOOP_PRIVATE] = { .strategy = "noop", .nr_threads = 2 },
	[REF_PRIVATE] = { .strategy = "ref", .nr_threads = 2 },
	[PIN_PRIVATE] = { .strategy = "pin-fast", .nr_threads = 2 },
	[PIN_PAGE] = { .strategy = "pin-fast", .nr_threads = 2, .sharing = PB_SHARING_PAGE },
	[PIN_TABLE] = { .strategy = "pin", .nr_threads = 2, .sharing = PB_SHARING_PAGETABLE },
	[PIN_FOLIO] = { .strategy = "pin-fast",
			.memory = PB_MEMORY_thp,
			.nr_threads = 2,
			.sharing = PB_SHARING_FOLIO },
	[PIN_HUGETLB] = { .strategy = "pin-fast",
			  .memory = PB_MEMORY_hugetlb_2m,
			  .nr_threads = 2,
			  .sharing = PB_SHARING_FOLIO },
	[ONE_BESIDE_FORK] = { .strategy = "pin-fast",
			      .load = PB_LOAD_AT(fork, 500),
			      .nr_samples = 20000 },
	[TWO_BESIDE_MPROTECT] = { .strategy = "pin-fast",
				  .nr_threads = 2,
				  .load = PB_LOAD_AT(mprotect, 5000),
				  .nr_samples = 20000 },
	[ODP_BESIDE_MPROTECT] = { .strategy = "odp",
				  .load = PB_LOAD_AT(mprotect, 2000),
				  .nr_samples = 20000 },
	[OVER_TOO_SOON] = { .strategy = "noop", .load = PB_LOAD_AT(fork, 1) },
	[TOO_MANY] = { .strategy = "pin", .nr_threads = 3 },
	[TABLE_OF_THP] = { .strategy = "pin",
			   .memory = PB_MEMORY_thp,
			   .nr_threads = 2,
			   .sharing = PB_SHARING_PAGETABLE },
	[FOLIO_OF_ANON] = { .strategy = "pin", .nr_threads = 2, .sharing = PB_SHARING_FOLIO },
	[TABLE_TOO_SMALL] = { .strategy = "pin",
			      .nr_pages = 512,
			      .nr_threads = 2,
			      .sharing = PB_SHARING_PAGETABLE },
	[PAGE_ALONE] = { .strategy = "pin", .sharing = PB_SHARING_PAGE },
	[HELD_BY_TWO] = { .strategy = "pin", .nr_threads = 2, .hold = PB_HOLDING_ALL },
	[FAULTED_BY_TWO] = { .strategy = "pin", .nr_threads = 2, .residency = PB_RESIDENCY_FAULT },
};

static const struct guest_plan plan = {
	.nr_pages = 4,
	.nr_samples = NR_SAMPLES,
	.cells = cells,
	.nr_cells = NR_CELLS,
};
static const struct pb_vm_options two_cpus = {
	.machine = { .accel = &pb_accel_mttcg, .nr_cpus = NR_THREADS },
};
static struct guest_run run;

static int first_boot(void **state)
{
	(void)state;
	guest_boot(&plan, &two_cpus, &run);
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

/*
 * Where the host runs one of the CPUs only, for seconds, the device says that the threads never
 * met; that is then right, and no fault.
 */
static bool is_measured(const struct pb_cell_result *cell)
{
	if (cell->state == PB_CELL_FAILED && cell->error == ETIMEDOUT) {
		print_message("%s, %s: %s\n", cell->cell.strategy,
			      pb_sharing_name(cell->cell.sharing), cell->reason);
		return false;
	}
	if (cell->state != PB_CELL_MEASURED)
		fail_msg("%s, %u threads, sharing %s: %s: %s", cell->cell.strategy,
			 cell->cell.nr_threads, pb_sharing_name(cell->cell.sharing),
			 pb_cell_state_name(cell->state), cell->reason);
	return true;
}

static void each_thread_has_its_samples(void **state)
{
	int nr_measured = 0;

	(void)state;
	for (int i = NOOP_PRIVATE; i <= PIN_HUGETLB; i++) {
		const struct pb_cell_result *cell = &run.cells[i];

		if (!is_measured(cell))
			continue;
		nr_measured++;
		assert_int_equal(guest_series_of(cell, "acquire", "ticks")->nr_values,
				 NR_THREADS * NR_SAMPLES);
		assert_int_equal(guest_series_of(cell, "release", "ticks")->nr_values,
				 NR_THREADS * NR_SAMPLES);
		assert_true(guest_value(cell, "events", "discarded") >= 0);
		assert_true(guest_value(cell, "events", "start-skew") >= 0);
	}
	assert_true(nr_measured > 0);
}

static void loads_run_beside_the_calls(void **state)
{
	static const int beside[] = { ONE_BESIDE_FORK, TWO_BESIDE_MPROTECT };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(beside); i++) {
		const struct pb_cell_result *cell = &run.cells[beside[i]];

		if (!is_measured(cell))
			continue;
		assert_int_equal(guest_value(cell, "events", "load-errors"), 0);
		assert_true(guest_value(cell, "events", "load-operations") > 0);
	}
}

/* The device was told of what the load did meanwhile. */
static void odp_sees_a_load(void **state)
{
	const struct pb_cell_result *cell = &run.cells[ODP_BESIDE_MPROTECT];

	(void)state;
	assert_int_equal(cell->state, PB_CELL_MEASURED);
	assert_true(guest_value(cell, "events", "load-operations") > 0);
	assert_true(guest_value(cell, "events", "invalidations") > 0);
	assert_true(guest_value(cell, "load", "rate") > 0);
}

static void assert_refused(int index, int error, const char *words)
{
	const struct pb_cell_result *cell = &run.cells[index];

	if (cell->state != PB_CELL_REFUSED || cell->error != error || !strstr(cell->reason, words))
		fail_msg("cell %d: %s, error %d: %s", index, pb_cell_state_name(cell->state),
			 cell->error, cell->reason ? cell->reason : "measured");
}

static void what_does_not_fit_is_refused(void **state)
{
	(void)state;
	assert_refused(OVER_TOO_SOON, EOPNOTSUPP, "before load 'fork' made its first operation");
	assert_refused(TOO_MANY, E2BIG, "3 threads want a CPU each, and this machine has 2");
	assert_refused(TABLE_OF_THP, EOPNOTSUPP, "wants memory of small pages");
	assert_refused(FOLIO_OF_ANON, EOPNOTSUPP, "wants memory of large folios");
	assert_refused(TABLE_TOO_SMALL, E2BIG, "one page table has 512");
	assert_refused(PAGE_ALONE, EOPNOTSUPP, "wants two threads or more");
	assert_refused(HELD_BY_TWO, EOPNOTSUPP, "hold 'all' by 2 threads");
	assert_refused(FAULTED_BY_TWO, EOPNOTSUPP, "residency 'fault' by 2 threads");
}

/* What a guest under KVM says of itself, by the same way; none of it is said where CPUs count. */
static void the_machine_says_who_ran_it(void **state)
{
	(void)state;
	assert_non_null(strstr(run.facts.data, "machine.accel=mttcg\n"));
	assert_non_null(strstr(run.facts.data, "machine.virtual=tcg\n"));
	assert_non_null(strstr(run.facts.data, "machine.cpus=2\n"));
	assert_non_null(strstr(run.facts.data, " -smp 2 "));
	assert_null(strstr(run.facts.data, "icount"));
}

static double ticks_hz(const struct guest_run *of)
{
	static const char key[] = "pinbench.ticks_hz=";
	const char *fact = strstr(of->facts.data, key);

	return fact ? strtod(fact + strlen(key), NULL) : 0;
}

/* How late the last thread was that the device held back, or -1 where the threads never met. */
static double late_boot_us(void)
{
	static const struct pb_vm_options late = {
		.machine = { .accel = &pb_accel_mttcg }, /* CPUs as the cell wants them */
		.late_us = LATE_US,
	};
	static const struct guest_plan one = {
		.nr_pages = 4,
		.nr_samples = NR_SAMPLES,
		.cells = &cells[PIN_PRIVATE],
		.nr_cells = 1,
	};
	struct guest_run delayed;
	double skew_us = -1;

	guest_boot(&one, &late, &delayed);
	assert_int_equal(delayed.code, 0);
	if (sysconf(_SC_NPROCESSORS_ONLN) >= NR_THREADS)
		assert_non_null(strstr(delayed.facts.data, "machine.cpus=2\n"));
	assert_int_equal(delayed.nr_cells, 1);
	assert_true(ticks_hz(&delayed) > 0);
	if (is_measured(&delayed.cells[0]))
		skew_us = guest_value(&delayed.cells[0], "events", "start-skew") * 1e6 /
			  ticks_hz(&delayed);
	guest_done(&delayed);
	return skew_us;
}

/*
 * The barrier broken on purpose: the second thread comes late, and the skew must say by how much.
 * The host may take either CPU away for a while, so that one of a few boots has to.
 */
static void a_late_start_is_seen(void **state)
{
	double skew_us = 0;

	(void)state;
	for (int i = 0; i < NR_TRIES; i++) {
		skew_us = late_boot_us();
		print_message("%d us late: start skew of %.0f us\n", LATE_US, skew_us);
		if (skew_us > LATE_US * 0.9 && skew_us < LATE_US * 1.2)
			return;
	}
	fail_msg("in none of %d boots was it %d us, the last was %.0f", NR_TRIES, LATE_US, skew_us);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_thread_has_its_samples),
		cmocka_unit_test(loads_run_beside_the_calls),
		cmocka_unit_test(odp_sees_a_load),
		cmocka_unit_test(the_machine_says_who_ran_it),
		cmocka_unit_test(what_does_not_fit_is_refused),
		cmocka_unit_test(a_late_start_is_seen),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, first_boot, run_free);
}
