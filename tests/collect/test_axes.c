// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_axes - the words of a cell: each of them tells cells apart, is kept, and has a default.
 * Why: an axis that is forgotten anywhere would mix two measurements in silence.
 */
#include "collect/axes.h"

#include <errno.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "collect/store/private.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

static void word_set(struct pb_cell *cell, enum pb_axis_id id, const char *word)
{
	assert_int_equal(pb_cell_axis_take(cell, id, word), 0);
}

static void test_each_tells_cells_apart(void **state)
{
	struct pb_cell a = {
		.strategy = "pin", .memory = PB_MEMORY_anon, .nr_pages = 1, .nr_threads = 1
	};
	struct pb_cell b = a;

	(void)state;
	assert_true(pb_cell_same(&a, &b)); /* left empty means the default */
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++) {
		struct pb_cell other = b;

		word_set(&other, id, "!"); /* would come first by its letters */
		assert_false(pb_cell_same(&a, &other));
		assert_false(pb_cell_same_but_strategy(&a, &other));
		assert_false(pb_cell_setting_same(&a, &other));
		assert_false(pb_cell_axes_same(&a, &other));
		assert_true(pb_cell_axes_compare(&a, &other) < 0);
		assert_true(pb_cell_axes_compare(&other, &a) > 0);
	}
	b.nr_threads = 2;
	assert_false(pb_cell_axes_same(&a, &b));
	b = a;
	b.nr_pages = 2;
	assert_true(pb_cell_setting_same(&a, &b));
	assert_false(pb_cell_same(&a, &b));
	b = a;
	strcpy(b.strategy, "get");
	assert_true(pb_cell_same_but_strategy(&a, &b));
	assert_false(pb_cell_same(&a, &b));
	b = a;
	b.nr_samples = 7;
	b.nr_ops = 9;
	assert_true(pb_cell_same(&a, &b)); /* how often makes no other cell */
}

static void test_who_cannot_refuses(void **state)
{
	struct pb_cell cell = { .strategy = "pin" };

	(void)state;
	assert_int_equal(pb_axes_refuse(&cell, "agent", 0), 0);
	word_set(&cell, PB_AXIS_HOLD, "all");
	assert_int_equal(pb_axes_refuse(&cell, "agent", PB_AXIS_BIT(HOLD)), 0);
	assert_int_equal(pb_axes_refuse(&cell, "agent", ~PB_AXIS_BIT(HOLD)), -EOPNOTSUPP);
	assert_string_equal(pb_fail_message(0), "hold 'all' is unknown to this agent; it has: 0");
	cell.nr_ops = 100;
	assert_int_equal(pb_axes_refuse(&cell, "agent", PB_AXIS_BIT(HOLD)), -EOPNOTSUPP);
	assert_non_null(strstr(pb_fail_message(0), "100 operations"));
	assert_int_equal(pb_axes_refuse(&cell, "agent", PB_AXIS_BIT(HOLD) | PB_AXES_OPS), 0);
}

/* One cell with a word of its own on each axis: stored, exported, imported, and still the same. */
static void test_each_is_kept(void **state)
{
	struct pb_store *store, *copy;
	struct pb_cell_result result = fixture_cell(9, 3);
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	struct pb_import_outcome outcome;
	struct pb_cell cell;
	int64_t run_id;
	FILE *stream = tmpfile();

	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		word_set(&result.cell, id, pb_axes[id].name);
	result.cell.nr_ops = 12345;
	cell = result.cell;
	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_cell_add(store, run_id, &result), 0);
	pb_cell_result_done(&result);
	assert_non_null(stream);
	assert_int_equal(pb_export_jsonl(store, &run_id, 1, stream), 0);
	pb_store_free(store);
	rewind(stream);
	assert_int_equal(pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &copy), 0);
	assert_int_equal(pb_import_jsonl(copy, stream, "stream", false, &outcome), 0);
	fclose(stream);
	assert_int_equal(pb_summary_load(copy, 1, &summary), 0);
	assert_int_equal(summary.nr_cells, 5);
	assert_memory_equal(&summary.cells[4].cell, &cell, sizeof(cell));
	pb_store_free(copy);
}

/* A database as the pinbench before had it: its files of the schema, and rows that it wrote. */
static void old_make(const char *path)
{
	static const char rows[] =
		"INSERT INTO run VALUES (1, '" UUID_A
		"', '2026-01-01T00:00:00Z', 'vm', 'exact', 'p',"
		" 'r', 'complete');"
		"INSERT INTO run VALUES (2, '" UUID_B
		"', '2026-01-01T00:00:00Z', 'gup_test', 'syscall', 'p', 'r', 'complete');"
		"INSERT INTO cell VALUES (4, 2, 0, 'pin', 'anon-read', 8, 1, 'private', 'none', 2, 1,"
		" 'missing', NULL, NULL, 'why', NULL);"
		"INSERT INTO cell VALUES (5, 2, 1, 'pin', 'anon', 8, 1, 'private', 'none', 2, 1,"
		" 'missing', NULL, NULL, 'why', NULL);"
		"INSERT INTO fact VALUES (1, 'kernel.release', '6.1');"
		"INSERT INTO cell VALUES (1, 1, 0, 'pin', 'anon', 8, 1, 'private', 'none', 2, 1,"
		" 'measured', NULL, 'pin_user_pages', NULL, NULL);"
		"INSERT INTO cell VALUES (2, 1, 1, 'pin', 'file-shared', 8, 1, 'private', 'none', 2,"
		" 1, 'refused', 'EFAULT', NULL, 'no', NULL);"
		"INSERT INTO cell VALUES (3, 1, 2, 'pin', 'fsdax', 8, 1, 'page', 'none', 2, 1,"
		" 'failed', NULL, NULL, 'why', 'lines');"
		"INSERT INTO series VALUES (1, 1, 'acquire', 'instructions', 'instructions');"
		"INSERT INTO sample VALUES (1, 0, 423.0), (1, 1, NULL);"
		"INSERT INTO profile VALUES (1, 1, 'acquire');"
		"INSERT INTO profile_function VALUES (1, 'f', NULL, 423, 1);"
		"PRAGMA application_id = 1346981442; PRAGMA user_version = 2;";
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(sqlite3_exec(db, pb_embedded_schema[i].text, NULL, NULL, NULL),
				 SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, rows, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void test_old_database_comes_forward(void **state)
{
	static const enum pb_cell_intent intents[] = { PB_INTENT_READ, PB_INTENT_WRITE,
						       PB_INTENT_WRITE };
	const char *path = fixture_path(state, 0, "old.db");
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	struct pb_store *store;

	old_make(path);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_summary_load(store, 1, &summary), 0);
	assert_int_equal(summary.nr_cells, 3);
	assert_int_equal(summary.nr_facts, 1);
	for (size_t i = 0; i < 3; i++) {
		const struct pb_cell *cell = &summary.cells[i].cell;

		assert_int_equal(cell->intent, intents[i]);
		assert_int_equal(cell->residency, PB_RESIDENCY_WARM);
		assert_int_equal(cell->hold, PB_HOLDING_CALL);
		assert_int_equal(cell->release, PB_RELEASING_PLAIN);
		assert_int_equal(cell->nr_ops, 0);
		assert_int_equal(cell->sharing, i == 2 ? PB_SHARING_PAGE : PB_SHARING_PRIVATE);
		assert_int_equal(cell->nr_pages, 8);
	}
	assert_string_equal(summary.cells[0].symbol, "pin_user_pages");
	assert_int_equal(summary.cells[1].error, EFAULT);
	assert_string_equal(summary.cells[2].detail, "lines");
	assert_int_equal(summary.cells[0].series[0].nr, 1);
	assert_int_equal(summary.cells[0].series[0].nr_values, 2);
	assert_true(summary.cells[0].series[0].min == 423.0 / 8);
	assert_int_equal(fixture_count(store, "SELECT instructions FROM profile_function"), 423);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell WHERE run_id = 2 AND"
					      " memory = 'anon' AND intent ="
					      " iif(position = 0, 'read', 'write')"),
			 2);
	pb_store_free(store);
}

/* A stream from before the axes: what it does not say is the default, but for the shared files. */
static void test_old_stream(void **state)
{
	static const char text[] =
		"{\"type\":\"run\",\"format\":1,\"uuid\":\"" UUID_A "\",\"created\":"
		"\"2026-01-01T00:00:00Z\",\"backend\":\"vm\",\"evidence\":\"exact\",\"plan\":\"p\","
		"\"revision\":\"r\"}\n"
		"{\"type\":\"cell\",\"cell\":0,\"strategy\":\"pin\",\"memory\":\"anon\",\"pages\":1,"
		"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":1,\"warmup\":1}\n"
		"{\"type\":\"done\",\"cell\":0,\"state\":\"missing\",\"reason\":\"x\"}\n"
		"{\"type\":\"cell\",\"cell\":1,\"strategy\":\"pin\",\"memory\":\"fsdax\",\"pages\":1,"
		"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":1,\"warmup\":1}\n"
		"{\"type\":\"done\",\"cell\":1,\"state\":\"missing\",\"reason\":\"x\"}\n"
		"{\"type\":\"end\",\"state\":\"complete\"}\n";
	FILE *stream = fmemopen((void *)text, strlen(text), "r");
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	struct pb_import_outcome outcome;
	struct pb_store *store;

	assert_non_null(stream);
	assert_int_equal(pb_store_open(fixture_path(state, 0, "s.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_import_jsonl(store, stream, "stream", false, &outcome), 0);
	fclose(stream);
	assert_int_equal(pb_summary_load(store, 1, &summary), 0);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++) {
		assert_true(pb_cell_axis_is_default(&summary.cells[0].cell, id));
		assert_int_equal(pb_cell_axis_is_default(&summary.cells[1].cell, id),
				 id != PB_AXIS_INTENT);
	}
	assert_int_equal(summary.cells[1].cell.intent, PB_INTENT_WRITE);
	pb_store_free(store);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		test(test_each_tells_cells_apart),
		test(test_who_cannot_refuses),
		test(test_each_is_kept),
		test(test_old_database_comes_forward),
		test(test_old_stream),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
