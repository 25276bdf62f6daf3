// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_import - a stream is taken whole or not at all, once, and a broken one on demand.
 * Why: what is in the database must be what somebody measured.
 */
#include <errno.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* A stream of one run of four cells, and an empty store beside it. */
struct import {
	struct pb_store *store;
	char *text;
	struct pb_import_outcome outcome;
};

static struct import import_new(void *const *state)
{
	struct pb_store *source;
	struct import import = { 0 };
	size_t len = 0;
	int64_t run_id;
	FILE *out = open_memstream(&import.text, &len);

	assert_non_null(out);
	source = fixture_store(fixture_path(state, 0, "source.db"), &run_id);
	assert_int_equal(pb_export_jsonl(source, &run_id, 1, out), 0);
	fclose(out);
	pb_store_free(source);
	assert_int_equal(
		pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &import.store), 0);
	return import;
}

static void import_done(struct import *import)
{
	pb_store_free(import->store);
	free(import->text);
}

static int take(struct import *import, const char *text, size_t len, bool salvage)
{
	FILE *in = len ? fmemopen((char *)text, len, "r") : fopen("/dev/null", "r");
	int ret;

	assert_non_null(in);
	ret = pb_import_jsonl(import->store, in, "x.jsonl", salvage, &import->outcome);
	fclose(in);
	return ret;
}

static void expect(const char *words)
{
	if (!strstr(pb_fail_message(0), words))
		fail_msg("'%s' lacks '%s'", pb_fail_message(0), words);
}

static void test_twice(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);

	assert_int_equal(take(&import, import.text, strlen(import.text), false), 0);
	assert_int_equal(import.outcome.nr_runs, 1);
	assert_int_equal(import.outcome.nr_known, 0);
	assert_int_equal(take(&import, import.text, strlen(import.text), false), 0);
	assert_int_equal(import.outcome.nr_runs, 0);
	assert_int_equal(import.outcome.nr_known, 1);
	assert_int_equal(import.outcome.nr_cells, 0);
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"), 1);
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM cell"), 4);
}

static void test_known_run_beside_a_new_one(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	_cleanup_free_ char *both = pb_format("%s%s", import.text, import.text);
	char *second;

	assert_non_null(both);
	second = strstr(both + strlen(import.text), UUID_A);
	assert_non_null(second);
	second[strlen(UUID_A) - 1] = 'b'; /* UUID_B */
	assert_int_equal(take(&import, import.text, strlen(import.text), false), 0);
	assert_int_equal(take(&import, both, strlen(both), false), 0);
	assert_int_equal(import.outcome.nr_runs, 1);
	assert_int_equal(import.outcome.nr_known, 1);
	assert_int_equal(import.outcome.nr_cells, 4);
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM cell"), 8);
}

/* Wherever the stream is cut: nothing of it is kept, unless that is asked for. */
static void test_cut_anywhere(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	size_t len = strlen(import.text);

	for (size_t cut = 0; cut < len; cut += 61) {
		assert_int_equal(take(&import, import.text, cut, false), -EBADMSG);
		expect("import 'x.jsonl': nothing was taken");
		assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"), 0);
	}
	assert_int_equal(take(&import, import.text, len - 1, false), -EBADMSG);
	expect("--salvage keeps what came before");
	expect("the stream ends in the middle of this line");
}

static void test_salvage(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	const char *third = strstr(import.text, "\"cell\":2,\"strategy\"");
	size_t cut;

	assert_non_null(third);
	cut = (size_t)(strstr(third, "\"phase\":\"release\"") - import.text);
	assert_int_equal(take(&import, import.text, cut, true), 0);
	assert_true(import.outcome.cut);
	assert_int_equal(import.outcome.nr_cells, 3);
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"
						     " WHERE state = 'failed'"),
			 1);
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM cell"), 3);
	assert_int_equal(fixture_count(import.store,
				       "SELECT count(*) FROM cell WHERE position = 2 AND"
				       " state = 'failed' AND reason LIKE 'the stream broke%'"),
			 1);
	/* What had arrived of the cell that broke is kept with it. */
	assert_int_equal(fixture_count(import.store,
				       "SELECT count(*) FROM series JOIN cell ON cell.id ="
				       " cell_id WHERE position = 2"),
			 1);
}

static void test_salvage_of_a_whole_stream(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);

	assert_int_equal(take(&import, import.text, strlen(import.text), true), 0);
	assert_false(import.outcome.cut);
	assert_int_equal(import.outcome.nr_cells, 4);
}

static void test_damage_in_the_middle(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	char *third = strstr(import.text, "\"cell\":2,\"strategy\"");

	assert_non_null(third);
	third[0] = 'X';
	assert_int_equal(take(&import, import.text, strlen(import.text), false), -EBADMSG);
	expect("records: line ");
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"), 0);
	assert_int_equal(take(&import, import.text, strlen(import.text), true), 0);
	assert_int_equal(import.outcome.nr_cells, 2);
}

static void test_stream_of_an_agent(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	const char *after_run = strchr(import.text, '\n') + 1;

	for (int salvage = 0; salvage < 2; salvage++) {
		assert_int_equal(take(&import, after_run, strlen(after_run), salvage), -EBADMSG);
		expect("no 'run' record");
		assert_int_equal(take(&import, "", 0, salvage), -EBADMSG);
		expect("holds no run");
		assert_int_equal(take(&import,
				      "\x7f"
				      "ELF",
				      4, salvage),
				 -EBADMSG);
	}
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"), 0);
}

static void test_database_fails(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(9, 20000);
	pb_cleanup(pb_store_freep) struct pb_store *source = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	source = fixture_store(fixture_path(state, 2, "large.db"), &run_id);
	assert_int_equal(pb_store_cell_add(source, run_id, &cell), 0);
	assert_int_equal(pb_export_jsonl(source, &run_id, 1, out), 0);
	fclose(out);
	fixture_count(import.store, "PRAGMA max_page_count = 30");
	/* The stream is whole: there is nothing to salvage from a disk that is full. */
	assert_int_equal(take(&import, text, len, true), -ENOSPC);
	expect("nothing was taken");
	assert_int_equal(fixture_count(import.store, "SELECT count(*) FROM run"), 0);
	fixture_count(import.store, "PRAGMA max_page_count = 10000");
	assert_int_equal(take(&import, text, len, false), 0);
}

static void test_unreadable(void **state)
{
	pb_cleanup(import_done) struct import import = import_new(state);
	FILE *folder = fopen(*state, "r");

	assert_non_null(folder);
	assert_int_equal(pb_import_jsonl(import.store, folder, "x", true, &import.outcome),
			 -EISDIR);
	fclose(folder);
	assert_int_equal(take(&import, import.text, strlen(import.text), false), 0);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_twice),
		test(test_known_run_beside_a_new_one),
		test(test_cut_anywhere),
		test(test_salvage),
		test(test_salvage_of_a_whole_stream),
		test(test_damage_in_the_middle),
		test(test_stream_of_an_agent),
		test(test_database_fails),
		test(test_unreadable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
