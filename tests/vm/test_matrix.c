// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_matrix - loads, faults, holds, releases and histograms, counted exactly and twice the same.
 * Why: each of these words stands for something that was done to the memory; where it was not done
 * the cell must say so, and where it was, every boot must find the same.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/kernel.h"
#include "collect/histogram.h"
#include "collect/result.h"
#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_SAMPLES = 10, NR_PAGES = 8, NR_OPS = 300 };

enum {
	PIN, /* without anything: what the others are held against */
	PIN_FORK,
	PIN_FORK_WRITE,
	PIN_FORK_FAST_RATE,
	PIN_MUNMAP,
	PIN_MIGRATE,
	PIN_RECLAIM,
	PIN_MPROTECT_WRITE,
	ODP_MPROTECT,
	ODP_MUNMAP,
	FILE_WRITEBACK,
	FILE_RECLAIM,
	ANON_WRITEBACK,
	REF_MIGRATE,
	FOLLOW_RECLAIM,
	THP_RECLAIM,
	PIN_FAULT,
	PIN_FAULT_READ,
	REF_FAULT,
	NOOP_FAULT,
	THP_FAULT,
	SHMEM_FAULT,
	HUGETLB_FAULT,
	FSDAX_FAULT,
	GIGANTIC_FAULT,
	PIN_HOLD,
	THP_HOLD,
	PIN_HOLD_FAULT,
	PIN_HOLD_FORK,
	PIN_HOLD_TOO_MUCH,
	PIN_DIRTY,
	PIN_DIRTY_READ,
	GET_DIRTY,
	PIN_FOLIO,
	PIN_OPS,
	PIN_FAULT_OPS,
	TWO_THREADS,
	DISK_FULL,
	DEVICE_TOO_SMALL,
	NR_CELLS,
};

static const struct pb_cell cells[NR_CELLS] = {
	[PIN] = { .strategy = "pin" },
	[PIN_FORK] = { .strategy = "pin", .load = PB_LOAD_fork },
	[PIN_FORK_WRITE] = { .strategy = "pin", .load = PB_LOAD_fork, .intent = PB_INTENT_WRITE },
	[PIN_FORK_FAST_RATE] = { .strategy = "pin", .load = PB_LOAD_AT(fork, 1000) },
	[PIN_MUNMAP] = { .strategy = "pin", .load = PB_LOAD_munmap },
	[PIN_MIGRATE] = { .strategy = "pin", .load = PB_LOAD_migrate },
	[PIN_RECLAIM] = { .strategy = "pin", .load = PB_LOAD_reclaim },
	[PIN_MPROTECT_WRITE] = { .strategy = "pin",
				 .load = PB_LOAD_mprotect,
				 .intent = PB_INTENT_WRITE },
	[ODP_MPROTECT] = { .strategy = "odp", .load = PB_LOAD_mprotect },
	[ODP_MUNMAP] = { .strategy = "odp", .load = PB_LOAD_munmap },
	[FILE_WRITEBACK] = { .strategy = "pin",
			     .memory = PB_MEMORY_file_shared,
			     .load = PB_LOAD_writeback,
			     .intent = PB_INTENT_WRITE },
	[FILE_RECLAIM] = { .strategy = "pin",
			   .memory = PB_MEMORY_file_shared,
			   .load = PB_LOAD_reclaim },
	[ANON_WRITEBACK] = { .strategy = "pin", .load = PB_LOAD_writeback },
	[REF_MIGRATE] = { .strategy = "ref", .load = PB_LOAD_migrate },
	[FOLLOW_RECLAIM] = { .strategy = "follow", .load = PB_LOAD_reclaim },
	[THP_RECLAIM] = { .strategy = "pin", .memory = PB_MEMORY_thp, .load = PB_LOAD_reclaim },
	[PIN_FAULT] = { .strategy = "pin",
			.residency = PB_RESIDENCY_FAULT,
			.intent = PB_INTENT_WRITE },
	[PIN_FAULT_READ] = { .strategy = "pin", .residency = PB_RESIDENCY_FAULT },
	[REF_FAULT] = { .strategy = "ref",
			.residency = PB_RESIDENCY_FAULT,
			.intent = PB_INTENT_WRITE },
	[NOOP_FAULT] = { .strategy = "noop",
			 .residency = PB_RESIDENCY_FAULT,
			 .intent = PB_INTENT_WRITE },
	[THP_FAULT] = { .strategy = "pin",
			.memory = PB_MEMORY_thp,
			.residency = PB_RESIDENCY_FAULT,
			.intent = PB_INTENT_WRITE },
	[SHMEM_FAULT] = { .strategy = "pin",
			  .memory = PB_MEMORY_shmem,
			  .residency = PB_RESIDENCY_FAULT },
	[HUGETLB_FAULT] = { .strategy = "pin",
			    .memory = PB_MEMORY_hugetlb_2m,
			    .residency = PB_RESIDENCY_FAULT },
	[FSDAX_FAULT] = { .strategy = "pin",
			  .memory = PB_MEMORY_fsdax,
			  .residency = PB_RESIDENCY_FAULT,
			  .intent = PB_INTENT_WRITE },
	[GIGANTIC_FAULT] = { .strategy = "pin",
			     .memory = PB_MEMORY_hugetlb_1g,
			     .residency = PB_RESIDENCY_FAULT },
	[PIN_HOLD] = { .strategy = "pin", .hold = PB_HOLDING_ALL },
	[THP_HOLD] = { .strategy = "pin", .memory = PB_MEMORY_thp, .hold = PB_HOLDING_ALL },
	[PIN_HOLD_FAULT] = { .strategy = "pin",
			     .hold = PB_HOLDING_ALL,
			     .residency = PB_RESIDENCY_FAULT,
			     .intent = PB_INTENT_WRITE },
	[PIN_HOLD_FORK] = { .strategy = "pin", .hold = PB_HOLDING_ALL, .load = PB_LOAD_fork },
	[PIN_HOLD_TOO_MUCH] = { .strategy = "pin", .hold = PB_HOLDING_ALL, .nr_pages = 65536 },
	[PIN_DIRTY] = { .strategy = "pin",
			.release = PB_RELEASING_DIRTY,
			.intent = PB_INTENT_WRITE },
	[PIN_DIRTY_READ] = { .strategy = "pin", .release = PB_RELEASING_DIRTY },
	[GET_DIRTY] = { .strategy = "get",
			.release = PB_RELEASING_DIRTY,
			.intent = PB_INTENT_WRITE },
	[PIN_FOLIO] = { .strategy = "pin", .release = PB_RELEASING_FOLIO },
	[PIN_OPS] = { .strategy = "pin", .nr_ops = NR_OPS },
	[PIN_FAULT_OPS] = { .strategy = "pin",
			    .residency = PB_RESIDENCY_FAULT,
			    .intent = PB_INTENT_WRITE,
			    .nr_ops = NR_OPS },
	[TWO_THREADS] = { .strategy = "pin", .nr_threads = 2, .sharing = PB_SHARING_PAGE },
	[DISK_FULL] = { .strategy = "pin", .memory = PB_MEMORY_file_shared, .nr_pages = 40000 },
	[DEVICE_TOO_SMALL] = { .strategy = "pin", .memory = PB_MEMORY_devdax, .nr_pages = 40000 },
};

static const struct guest_plan plan = {
	.nr_pages = NR_PAGES,
	.nr_samples = NR_SAMPLES,
	.cells = cells,
	.nr_cells = NR_CELLS,
};
static const struct pb_vm_options none;
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

static const struct pb_cell_result *measured(int index)
{
	const struct pb_cell_result *cell = &run.cells[index];

	if (cell->state != PB_CELL_MEASURED)
		fail_msg("cell %d, %s on %s: %s: %s\n%s", index, cell->cell.strategy,
			 pb_memory_name(cell->cell.memory), pb_cell_state_name(cell->state),
			 cell->reason ? cell->reason : "", cell->detail ? cell->detail : "");
	return cell;
}

static void assert_refused(int index, int error, const char *words)
{
	const struct pb_cell_result *cell = &run.cells[index];

	if (cell->state != PB_CELL_REFUSED || cell->error != error || !strstr(cell->reason, words))
		fail_msg("cell %d: %s, error %d: %s", index, pb_cell_state_name(cell->state),
			 cell->error, cell->reason ? cell->reason : "measured");
}

static double least(int index, const char *phase)
{
	const struct pb_series *series = guest_series(measured(index), phase);
	double min = series->values[0];

	for (size_t i = 1; i < series->nr_values; i++)
		if (series->values[i] < min)
			min = series->values[i];
	return min;
}

/* None failed: no pin was left, and the kernel logged no warning. */
static void every_cell_is_measured_or_refused(void **state)
{
	(void)state;
	assert_int_equal(run.nr_cells, NR_CELLS);
	for (int i = 0; i < NR_CELLS; i++) {
		const struct pb_cell_result *cell = &run.cells[i];

		if (cell->state == PB_CELL_REFUSED)
			assert_true(cell->error && cell->reason && !cell->nr_series);
		else
			assert_int_equal(guest_series(measured(i), "acquire")->nr_values,
					 NR_SAMPLES);
	}
}

/* Every call that is counted follows one operation, so none was made without one. */
static void a_load_goes_before_each_call(void **state)
{
	(void)state;
	for (int i = PIN_FORK; i <= FILE_RECLAIM; i++) {
		const struct pb_cell_result *cell = measured(i);
		double nr_steps = guest_value(cell, "events", "load-operations");

		assert_int_equal(guest_value(cell, "events", "load-errors"), 0);
		assert_int_equal(guest_value(cell, "events", "partial"), 0);
		if (nr_steps < NR_SAMPLES || nr_steps > 4 * NR_SAMPLES)
			fail_msg("cell %d: %.0f operations", i, nr_steps);
	}
	/* What was reclaimed is brought back by the next call. */
	assert_true(guest_value(measured(FILE_RECLAIM), "events", "faults") >= NR_SAMPLES);
}

/* Of the machine's own clock: an operation takes of its period what it takes. */
static void a_load_keeps_its_rate(void **state)
{
	double usual = guest_value(measured(PIN_FORK), "load", "rate");
	double fast = guest_value(measured(PIN_FORK_FAST_RATE), "load", "rate");

	(void)state;
	if (usual < 95 || usual > 101 || fast < 800 || fast > 1010)
		fail_msg("100 a second: %.1f, 1000 a second: %.1f", usual, fast);
}

static void loads_have_their_effect(void **state)
{
	double pin = least(PIN, "acquire");

	(void)state;
	/* Write protection and taken rights cost a fault a page, absent pages more than that. */
	assert_true(least(PIN_FORK_WRITE, "acquire") > pin + NR_PAGES * 300);
	assert_true(least(PIN_RECLAIM, "acquire") > pin + NR_PAGES * 2000);
	assert_true(least(FILE_WRITEBACK, "acquire") > pin + NR_PAGES * 300);
	/* A neighbour's coming and going is nothing to the pages, nor is where they lie. */
	assert_true(least(PIN_MUNMAP, "acquire") < pin + NR_PAGES * 10);
	assert_true(least(PIN_MIGRATE, "acquire") < pin + NR_PAGES * 10);
	/* Only the range's own notifier hears of the range. */
	assert_true(guest_value(measured(ODP_MPROTECT), "events", "invalidations") >= NR_SAMPLES);
	assert_int_equal(guest_value(measured(ODP_MUNMAP), "events", "invalidations"), 0);
}

static void loads_without_effect_are_refused(void **state)
{
	(void)state;
	assert_refused(ANON_WRITEBACK, EOPNOTSUPP, "never written back");
	assert_refused(REF_MIGRATE, EOPNOTSUPP, "migrated no page");
	assert_refused(FOLLOW_RECLAIM, EOPNOTSUPP, "calls in a row failed");
	assert_refused(THP_RECLAIM, EOPNOTSUPP, "makes other memory of 'thp'");
	assert_refused(PIN_HOLD_FORK, EOPNOTSUPP, "hold 'all' under a load");
}

static void every_call_faults(void **state)
{
	double pin = least(PIN, "acquire");

	(void)state;
	assert_true(least(PIN_FAULT, "acquire") > pin + NR_PAGES * 1000);
	assert_true(least(PIN_HOLD_FAULT, "acquire") > pin + NR_PAGES * 1000);
	assert_true(least(SHMEM_FAULT, "acquire") > pin + 1000);
	assert_true(least(FSDAX_FAULT, "acquire") > pin + NR_PAGES * 1000);
	/* Two MiB are cleared, eight bytes an instruction. */
	assert_true(least(THP_FAULT, "acquire") > 250000);
	assert_true(least(HUGETLB_FAULT, "acquire") > 250000);
	assert_true(least(NOOP_FAULT, "acquire") < pin);
	assert_refused(PIN_FAULT_READ, EOPNOTSUPP, "is the zero page");
	assert_refused(REF_FAULT, EOPNOTSUPP, "never faults a page in");
	assert_refused(GIGANTIC_FAULT, EOPNOTSUPP, "made once for all cells");
}

/* Holding all of them changes who comes next, not what a call does. */
static void all_calls_are_held(void **state)
{
	double pin = least(PIN, "acquire"), held = least(PIN_HOLD, "acquire");

	(void)state;
	if (held < pin * 0.9 || held > pin * 1.1)
		fail_msg("pin %.0f, all held %.0f", pin, held);
	measured(THP_HOLD);
	assert_refused(PIN_HOLD_TOO_MUCH, E2BIG, "the device holds");
}

static void releases_are_what_they_say(void **state)
{
	pb_cleanup(pb_kernel_done) struct pb_kernel kernel = { 0 };
	unsigned long major, minor;
	char *rest;

	(void)state;
	assert_int_equal(pb_kernel_prepare(guest_kernel(), &kernel), 0);
	major = strtoul(kernel.release, &rest, 10);
	minor = strtoul(rest + (*rest == '.'), NULL, 10);
	assert_true(least(PIN_DIRTY, "release") > least(PIN, "release"));
	assert_refused(PIN_DIRTY_READ, EOPNOTSUPP, "ask for intent 'write'");
	assert_refused(GET_DIRTY, EOPNOTSUPP, "it has: plain");
	if (major > 6 || (major == 6 && minor >= 12))
		measured(PIN_FOLIO);
	else
		assert_refused(PIN_FOLIO, EOPNOTSUPP, "no release 'folio' on this kernel");
}

static void histograms_count_every_operation(void **state)
{
	static const int counted[] = { PIN_OPS, PIN_FAULT_OPS };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(counted); i++) {
		const struct pb_cell_result *cell = measured(counted[i]);

		assert_int_equal(cell->nr_histograms, 2);
		for (size_t h = 0; h < 2; h++)
			assert_int_equal(pb_histogram_count(&cell->histograms[h]), NR_OPS);
		if (pb_histogram_check(cell))
			fail_msg("%s", "the samples are not among the calls that were counted");
	}
	assert_int_equal(measured(PIN)->nr_histograms, 0);
}

/* What surrounds the operation is in a window once, however many operations it holds. */
static void two_in_a_window_cost_two(void **state)
{
	double once = least(PIN, "acquire"), twice = least(PIN, "acquire-twice");
	double around = 2 * once - twice;

	(void)state;
	assert_true(guest_series(measured(PIN), "acquire-twice")->nr_values == NR_SAMPLES);
	if (around < 0 || around > 40)
		fail_msg("once %.0f, twice %.0f: %.0f around it", once, twice, around);
	assert_null(guest_series(measured(PIN_FORK), "acquire-twice"));
	assert_null(guest_series(measured(PIN_FAULT), "acquire-twice"));
	assert_null(guest_series(measured(PIN_HOLD), "acquire-twice"));
}

/*
 * Room is a machine's, so that it is a refusal; nobody is killed for it, nor the next cell refused.
 */
static void what_finds_no_room_is_refused(void **state)
{
	(void)state;
	assert_refused(DISK_FULL, EOPNOTSUPP, "has no room for");
	assert_refused(DEVICE_TOO_SMALL, EOPNOTSUPP, "MiB of memory 'devdax', and");
}

static void contention_is_refused_still(void **state)
{
	(void)state;
	assert_refused(TWO_THREADS, EOPNOTSUPP, "contention means nothing");
}

static const struct pb_machine_options usual;

/* A second node is there from boot and moves numbers; swap comes up when a cell wants it. */
static void only_migrate_wants_another_machine(void **state)
{
	struct pb_cell cell = { .memory = PB_MEMORY_anon, .load = PB_LOAD_none };
	_cleanup_free_ char *plain = NULL, *reclaim = NULL, *migrate = NULL;

	(void)state;
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &plain), 0);
	cell.load = PB_LOAD_AT(reclaim, 5);
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &reclaim), 0);
	assert_string_equal(plain, reclaim);
	cell.load = PB_LOAD_AT(migrate, 5);
	assert_int_equal(pb_machine_args(pb_arch_default, &usual, &cell, 1, &migrate), 0);
	assert_non_null(strstr(migrate, "-m 1152 "));
	assert_non_null(strstr(migrate, "node,nodeid=1,memdev=node1"));
}

static void two_boots_give_the_same(void **state)
{
	struct guest_run second;

	(void)state;
	guest_boot(&plan, &none, &second);
	assert_int_equal(second.code, 0);
	guest_assert_same(&run, &second);
	guest_done(&second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_cell_is_measured_or_refused),
		cmocka_unit_test(a_load_goes_before_each_call),
		cmocka_unit_test(a_load_keeps_its_rate),
		cmocka_unit_test(loads_have_their_effect),
		cmocka_unit_test(loads_without_effect_are_refused),
		cmocka_unit_test(every_call_faults),
		cmocka_unit_test(all_calls_are_held),
		cmocka_unit_test(releases_are_what_they_say),
		cmocka_unit_test(histograms_count_every_operation),
		cmocka_unit_test(two_in_a_window_cost_two),
		cmocka_unit_test(what_finds_no_room_is_refused),
		cmocka_unit_test(contention_is_refused_still),
		cmocka_unit_test(only_migrate_wants_another_machine),
		cmocka_unit_test(two_boots_give_the_same),
	};

	guest_kernel();
	return cmocka_run_group_tests(tests, first_boot, run_free);
}
