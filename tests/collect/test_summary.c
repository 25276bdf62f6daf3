// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_summary - values per page: (raw - empty) / pages, spread beside the centre.
 * Why: every table, figure and export shows this number.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/summary.h"
#include "common/err.h"
#include "tests/collect/fixture.h"

static void test_per_page(void **state)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	const struct pb_summary_series *series;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_summary_load(store, run_id, &run), 0);
	assert_string_equal(run.run.uuid, UUID_A);
	assert_int_equal(run.state, PB_RUN_STATE_FAILED);
	assert_string_equal(pb_summary_fact(&run, "kernel.release"), "6.1.0-1");
	assert_null(pb_summary_fact(&run, "kernel"));
	assert_int_equal(run.nr_cells, 4);
	series = pb_summary_find(&run.cells[0], "acquire", "instructions");
	assert_non_null(series);
	/* raw 823, 831, 839, 847, 855; the empty window's least is 23; 8 pages */
	assert_true(series->per_page && series->has_empty);
	assert_true(series->empty == 23);
	assert_true(series->min == 100 && series->median == 102 && series->max == 104);
	assert_int_equal(series->nr, 5);
	series = pb_summary_find(&run.cells[0], "harness", "instructions");
	assert_non_null(series);
	assert_false(series->per_page);
	assert_true(series->min == 23 && series->median == 24 && series->max == 25);
	assert_null(pb_summary_find(&run.cells[0], "acquire", "cycles"));
}

static void test_gaps_and_absences(void **state)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ double *values = NULL;
	const struct pb_summary_series *series;
	int64_t run_id;
	size_t nr;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_summary_load(store, run_id, &run), 0);
	assert_int_equal(run.cells[1].state, PB_CELL_REFUSED);
	assert_int_equal(run.cells[1].error, EOPNOTSUPP);
	assert_int_equal(run.cells[1].nr_series, 0);
	assert_non_null(run.cells[1].reason);
	assert_int_equal(run.cells[3].error, 524);
	/* 1000, NULL, 0.1, 1e19 without an empty window */
	series = pb_summary_find(&run.cells[2], "acquire", "ns");
	assert_non_null(series);
	assert_int_equal(series->nr_values, 4);
	assert_int_equal(series->nr, 3);
	assert_false(series->has_empty);
	assert_true(series->median == 125 && series->min == 0.1 / 8);
	assert_int_equal(pb_summary_values(store, &run.cells[2], series, &values, &nr), 0);
	assert_int_equal(nr, 3);
	assert_true(values[0] == 125 && values[1] == 0.1 / 8 && values[2] == 1e19 / 8);
	/* an even number: the mean of the middle two */
	series = pb_summary_find(&run.cells[2], "acquire", "instructions");
	assert_true(series->median == 100.5);
}

static void test_digest(void **state)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	double values[5][3] = { { 1, 2, 3 }, { 1, 2, 3 }, { 1, 3, 2 }, { 1, 2, NAN }, { 0, 0, 0 } };
	uint64_t digests[5];
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	for (uint32_t i = 0; i < 5; i++) {
		struct pb_cell_result cell = fixture_cell(10 + i, 1);

		assert_int_equal(pb_cell_result_add(&cell, "acquire", "ns", "ns", values[i], 3), 0);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
		pb_cell_result_done(&cell);
	}
	assert_int_equal(pb_summary_load(store, run_id, &run), 0);
	for (int i = 0; i < 5; i++)
		digests[i] = pb_summary_find(&run.cells[4 + i], "acquire", "ns")->digest;
	assert_true(digests[0] == digests[1]);
	for (int i = 1; i < 5; i++)
		for (int j = i + 1; j < 5; j++)
			assert_true(digests[i] != digests[j]);
}

static void test_never_ran(void **state)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_cell_result cell = fixture_cell(10, 1);
	const struct pb_summary_series *series;
	const double values[] = { NAN, NAN };
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_cell_result_add(&cell, "acquire", "cycles", "cycles", values, 2), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
	pb_cell_result_done(&cell);
	assert_int_equal(pb_summary_load(store, run_id, &run), 0);
	series = pb_summary_find(&run.cells[4], "acquire", "cycles");
	assert_int_equal(series->nr_values, 2);
	assert_int_equal(series->nr, 0);
	assert_true(isnan(series->min) && isnan(series->median) && isnan(series->max));
}

/* A machine's own metric first, what stands in for it else; and no number at all is no crash. */
static void test_judged(void **state)
{
	static struct pb_summary_series cycles = { .phase = "acquire", .metric = "cycles" };
	static struct pb_summary_series ticks = { .phase = "acquire", .metric = "ticks" };
	struct pb_summary_cell cells[] = { { .nr_series = 1, .series = &cycles },
					   { .nr_series = 1, .series = &ticks } };
	struct pb_summary run = { .run = { .evidence = PB_EVIDENCE_HARDWARE }, .cells = cells };

	(void)state;
	assert_string_equal(pb_summary_judged(&run), "ticks");
	run.nr_cells = 1;
	assert_string_equal(pb_summary_judged(&run), "cycles");
	run.nr_cells = 2;
	assert_string_equal(pb_summary_judged(&run), "ticks");
	assert_true(pb_summary_has(&run, "cycles"));
	assert_false(pb_summary_has(&run, "ns"));
	run.run.evidence = PB_EVIDENCE_EXACT;
	assert_string_equal(pb_summary_judged(&run), "instructions");
}

static void test_no_run(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_summary run = { .run_id = 77 };
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_summary_load(store, run_id + 1, &run), -ENOENT);
	assert_non_null(strstr(pb_fail_message(0), "has no run"));
	assert_int_equal(run.run_id, 77);
}

static void test_rows_of_a_stranger(void **state)
{
	static const char *const rows[] = {
		"UPDATE cell SET pages = 0",
		"UPDATE cell SET pages = -5",
		"UPDATE cell SET threads = 99999999999",
		"UPDATE cell SET strategy = hex(zeroblob(40))",
		"UPDATE series SET phase = hex(zeroblob(40)) WHERE id = 1",
		"UPDATE run SET plan = hex(zeroblob(40))",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
		const char *path = fixture_path(state, 0, "a.db");
		struct pb_summary run = { 0 };
		int64_t run_id;
		int ret;

		unlink(path);
		store = fixture_store(path, &run_id);
		assert_int_equal(sqlite3_exec(pb_store_sqlite(store), rows[i], NULL, NULL, NULL),
				 SQLITE_OK);
		ret = pb_summary_load(store, run_id, &run);
		assert_true(ret == -EBADMSG || ret == -EINVAL);
		/* The read transaction is closed again. */
		assert_true(sqlite3_get_autocommit(pb_store_sqlite(store)));
	}
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* What counters said of whole calls: N calls in a value, the empty ioctl taken off. */
static void test_counters(void **state)
{
	static const double calls = 64, cycles[] = { 5480, NAN, 5800 }, empty[] = { 361, 360, 370 };
	static const double never[] = { NAN, NAN, NAN };
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ double *values = NULL;
	const struct pb_summary_series *series;
	int64_t run_id;
	size_t nr;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	for (uint32_t i = 0; i < 2; i++) {
		struct pb_cell_result cell = fixture_cell(10 + i, 1);

		cell.cell.nr_pages = 8;
		assert_int_equal(pb_cell_result_add(&cell, "call", "cycles", "count", cycles, 3),
				 0);
		assert_int_equal(
			pb_cell_result_add(&cell, "harness-call", "cycles", "count", empty, 3), 0);
		assert_int_equal(pb_cell_result_add(&cell, "call", "misses", "count", never, 3), 0);
		assert_int_equal(pb_cell_result_add(&cell, "call", "locks", "count", cycles, 3), 0);
		assert_int_equal(
			pb_cell_result_add(&cell, "harness-call", "locks", "count", never, 3), 0);
		if (i == 0)
			assert_int_equal(
				pb_cell_result_add(&cell, "counted", "calls", "count", &calls, 1),
				0);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
		pb_cell_result_done(&cell);
	}
	assert_int_equal(pb_summary_load(store, run_id, &run), 0);
	series = pb_summary_find(&run.cells[4], "call", "cycles");
	assert_true(series->per_page && series->has_empty && series->nr_calls == 64);
	assert_true(series->empty == 360);
	assert_int_equal(series->nr, 2);
	assert_true(series->min == 10 && series->max == 10.625);
	assert_int_equal(pb_summary_values(store, &run.cells[4], series, &values, &nr), 0);
	assert_int_equal(nr, 2);
	assert_true(values[0] == 10 && values[1] == 10.625);
	series = pb_summary_find(&run.cells[4], "call", "misses");
	assert_int_equal(series->nr, 0);
	assert_true(isnan(series->min));
	/* Without the harness it is no number of N calls. */
	assert_int_equal(pb_summary_find(&run.cells[4], "call", "locks")->nr, 0);
	/* Of a cell that does not say how many calls they were, nothing can be said. */
	assert_int_equal(pb_summary_find(&run.cells[5], "call", "cycles")->nr, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_per_page),
		test(test_gaps_and_absences),
		test(test_digest),
		test(test_never_ran),
		test(test_counters),
		test(test_no_run),
		test(test_rows_of_a_stranger),
		test(test_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
