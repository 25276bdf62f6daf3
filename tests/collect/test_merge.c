// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_merge - databases become one: nothing lost, nothing twice, in any order.
 * Why: after a merge nobody looks at the parts again.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "collect/export.h"
#include "collect/histogram.h"
#include "collect/observed.h"
#include "collect/result.h"
#include "collect/store/merge.h"
#include "collect/store/merge_tables.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* What "the same" means: the record streams of all runs, sorted, byte by byte. */
static char *stream_of(const char *path)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	char *text = NULL;
	size_t nr, len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(pb_export_runs(store, &ids, &nr), 0);
	assert_int_equal(pb_export_jsonl(store, ids, nr, out), 0);
	fclose(out);
	return text;
}

static int merge_into(const char *into, const char *from, struct pb_merge_outcome *outcome)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;

	assert_int_equal(pb_store_open(into, PB_STORE_WRITE, &store), 0);
	return pb_merge(store, from, outcome);
}

static void merge(const char *into, const char *from)
{
	struct pb_merge_outcome outcome;

	if (merge_into(into, from, &outcome))
		fail_msg("%s", pb_fail_message(0));
}

static void expect(const char *words)
{
	if (!strstr(pb_fail_message(0), words))
		fail_msg("'%s' lacks '%s'", pb_fail_message(0), words);
}

static void same(const char *a, const char *b)
{
	_cleanup_free_ char *x = stream_of(a), *y = stream_of(b);

	assert_string_equal(x, y);
}

/* A run with three cells: one with a profile and a histogram of its samples, one that was watched.
 */
static void run_add(struct pb_store *store, const char *uuid, uint32_t nr_samples,
		    enum pb_run_state state)
{
	struct pb_run_record run = fixture_run(uuid);
	struct pb_cell_result cell = fixture_cell(0, nr_samples), refused = fixture_refused(1),
			      watched = fixture_refused(8);
	struct pb_profile profile = { .phase = "acquire" };
	struct pb_histogram histogram = { "acquire", "instructions", "instructions", 0, NULL };
	static const double traffic[PB_TRAFFIC_NR_VALUES] = { 3, 2, 1 };
	int64_t run_id;

	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	assert_int_equal(pb_store_fact_set(store, run_id, "kernel.release", uuid), 0);
	assert_int_equal(pb_histogram_add(&histogram, 800, 64, nr_samples), 0);
	assert_int_equal(pb_cell_result_histogram(&cell, &histogram), 0);
	assert_int_equal(pb_profile_add(&profile, "try_grab_folio", "gup_fast", 800, 8), 0);
	assert_int_equal(pb_profile_add(&profile, "gup_fast", NULL, 23, 0), 0);
	assert_int_equal(pb_traffic_add(&cell.traffic, "page", "_refcount", "f", traffic), 0);
	assert_int_equal(pb_cell_result_profile(&cell, &profile), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &refused), 0);
	snprintf(watched.cell.event, sizeof(watched.cell.event), "munmap");
	assert_int_equal(pb_observed_add(&watched, "event", "ok"), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &watched), 0);
	pb_cell_result_done(&watched);
	if (state)
		assert_int_equal(pb_store_run_end(store, run_id, state), 0);
	pb_cell_result_done(&cell);
	pb_cell_result_done(&refused);
}

/* In a process of its own, as another machine: @nr runs, told apart by @digit. */
static pid_t writer_start(const char *path, char digit, int nr)
{
	pid_t pid = fork();
	struct pb_store *store;

	if (pid)
		return pid;
	if (pb_store_open(path, PB_STORE_WRITE, &store))
		_exit(1);
	for (int i = 0; i < nr; i++) {
		char uuid[37];

		snprintf(uuid, sizeof(uuid), "%c0000000-0000-4000-8000-%012d", digit, i);
		run_add(store, uuid, 5 + (uint32_t)i, PB_RUN_STATE_COMPLETE);
	}
	pb_store_free(store);
	_exit(0);
}

static void writer_wait(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static int64_t rows(const char *path, const char *table)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *sql = pb_format("SELECT count(*) FROM %s", table);

	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	return fixture_count(store, sql);
}

static void test_two_writers_either_order_twice(void **state)
{
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	const char *ab = fixture_path(state, 2, "ab.db"), *ba = fixture_path(state, 3, "ba.db");
	pid_t first = writer_start(a, 'a', 12), second = writer_start(b, 'b', 12);

	writer_wait(first);
	writer_wait(second);
	for (int i = 0; i < 2; i++) {
		merge(ab, a);
		merge(ab, b);
		merge(ba, b);
		merge(ba, a);
		same(ab, ba);
		for (size_t t = 0; t < pb_merge_nr_tables; t++) {
			const char *table = pb_merge_tables[t].name;

			assert_true(rows(a, table) > 0);
			assert_int_equal(rows(ab, table), rows(a, table) + rows(b, table));
		}
	}
	/* One into the other, and the whole back into a part. */
	merge(a, b);
	same(a, ab);
	merge(b, ab);
	same(b, ab);
}

/* While both are still being written to: what had not ended is brought up to date later. */
static void test_merge_while_written(void **state)
{
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	const char *ab = fixture_path(state, 2, "ab.db"), *ba = fixture_path(state, 3, "ba.db");
	pid_t first, second;

	writer_wait(writer_start(a, 'c', 1));
	writer_wait(writer_start(b, 'd', 1));
	first = writer_start(a, 'a', 20);
	second = writer_start(b, 'b', 20);
	for (int i = 0; i < 10; i++)
		merge(ab, i % 2 ? a : b);
	writer_wait(first);
	writer_wait(second);
	merge(ab, a);
	merge(ab, b);
	merge(ba, b);
	merge(ba, a);
	same(ab, ba);
	assert_int_equal(rows(ab, "run"), 42);
}

static void test_run_that_grew(void **state)
{
	const char *early = fixture_path(state, 0, "early.db"),
		   *late = fixture_path(state, 1, "late.db");
	const char *one = fixture_path(state, 2, "one.db"),
		   *other = fixture_path(state, 3, "other.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result more = fixture_cell(2, 7);
	struct pb_merge_outcome outcome;
	int64_t run_id;

	assert_int_equal(pb_store_open(late, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_A, 5, PB_RUN_STATE_NONE);
	merge(early, late);
	run_id = fixture_count(store, "SELECT id FROM run");
	assert_int_equal(pb_store_cell_add(store, run_id, &more), 0);
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);

	assert_int_equal(merge_into(one, early, &outcome), 0);
	assert_int_equal(outcome.nr_added, 1);
	assert_int_equal(merge_into(one, late, &outcome), 0);
	assert_int_equal(outcome.nr_grown, 1);
	assert_int_equal(outcome.nr_added, 0);
	/* The other way round the shorter copy adds nothing. */
	merge(other, late);
	assert_int_equal(merge_into(other, early, &outcome), 0);
	assert_int_equal(outcome.nr_known, 1);
	same(one, other);
	same(one, late);
	assert_int_equal(rows(one, "cell"), 4);
}

/* Runs are ordered by their rows: one that only grew is not the newest again. */
static void test_place_of_runs(void **state)
{
	const char *early = fixture_path(state, 0, "early.db"),
		   *late = fixture_path(state, 1, "late.db");
	const char *into = fixture_path(state, 2, "into.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL, *merged = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result more = fixture_cell(2, 7);
	struct pb_merge_outcome outcome;

	assert_int_equal(pb_store_open(late, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_B, 5, PB_RUN_STATE_COMPLETE);
	run_add(store, UUID_A, 5, PB_RUN_STATE_NONE);
	merge(early, late);
	merge(into, early);
	assert_int_equal(
		pb_store_cell_add(store, fixture_count(store, "SELECT max(id) FROM run"), &more),
		0);
	run_add(store, UUID_C, 5, PB_RUN_STATE_COMPLETE);
	assert_int_equal(merge_into(into, late, &outcome), 0);
	assert_int_equal(outcome.nr_grown, 1);
	assert_int_equal(outcome.nr_added, 1);
	assert_int_equal(pb_store_open(into, PB_STORE_READ, &merged), 0);
	assert_int_equal(fixture_count(merged,
				       "SELECT group_concat(uuid, ' ') = '" UUID_B " " UUID_A
				       " " UUID_C "' FROM (SELECT uuid FROM run ORDER BY id)"),
			 1);
	assert_int_equal(fixture_count(merged, "SELECT count(*) FROM cell JOIN run ON run.id ="
					       " run_id WHERE uuid = '" UUID_A "'"),
			 4);
}

static void so_far_put(struct pb_store *store, int64_t run_id, size_t nr_samples)
{
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(7, nr_samples);

	cell.state = PB_CELL_MISSING;
	cell.reason = pb_format("%zu so far", nr_samples);
	assert_int_equal(pb_store_cell_put(store, run_id, &cell), 0);
}

/* A cell that is kept while it is measured differs each time, and is the same cell. */
static void test_cell_that_grew(void **state)
{
	const char *early = fixture_path(state, 0, "early.db"),
		   *later = fixture_path(state, 1, "later.db");
	const char *last = fixture_path(state, 2, "last.db"), *one = fixture_path(state, 3, "1.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result whole = fixture_cell(7, 9);
	struct pb_merge_outcome outcome;
	int64_t run_id;

	assert_int_equal(pb_store_open(last, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_A, 5, PB_RUN_STATE_NONE);
	run_id = fixture_count(store, "SELECT id FROM run");
	so_far_put(store, run_id, 3);
	merge(early, last);
	so_far_put(store, run_id, 6);
	merge(later, last);
	assert_int_equal(rows(later, "cell"), rows(early, "cell"));

	/* The one that has come further stays, whichever comes first. */
	merge(one, later);
	assert_int_equal(merge_into(one, early, &outcome), 0);
	assert_int_equal(outcome.nr_known, 1);
	same(one, later);
	assert_int_equal(merge_into(early, later, &outcome), 0);
	assert_int_equal(outcome.nr_grown, 1);
	same(early, later);

	assert_int_equal(pb_store_cell_put(store, run_id, &whole), 0);
	assert_int_equal(pb_store_cell_put(store, run_id, &whole), -EEXIST);
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);
	assert_int_equal(merge_into(one, last, &outcome), 0);
	assert_int_equal(outcome.nr_grown, 1);
	same(one, last);
	assert_int_equal(merge_into(last, early, &outcome), 0);
	assert_int_equal(outcome.nr_known, 1);
}

static void test_other_content(void **state)
{
	static const struct {
		const char *sql, *table;
	} changes[] = {
		{ "UPDATE sample SET value = value + 1 WHERE seq = 3 AND series_id = 1", "sample" },
		{ "UPDATE sample SET value = NULL WHERE seq = 3 AND series_id = 1", "sample" },
		{ "DELETE FROM sample WHERE seq = 4 AND series_id = 1", "sample" },
		{ "UPDATE series SET unit = 'ns' WHERE id = 1", "series" },
		{ "UPDATE cell SET reason = 'none' WHERE position = 1", "cell" },
		{ "UPDATE cell SET detail = 'more' WHERE position = 1", "cell" },
		{ "DELETE FROM cell WHERE position = 1", "cell" },
		{ "UPDATE fact SET value = '7.0'", "fact" },
		{ "INSERT INTO fact VALUES (1, 'kernel.arch', 'x86_64')", "fact" },
		{ "UPDATE run SET plan = 'full'", "run" },
		{ "UPDATE profile_function SET entries = 9 WHERE entries = 8", "profile_function" },
		{ "UPDATE histogram_bucket SET count = 9", "histogram_bucket" },
		{ "UPDATE cell SET intent = 'write' WHERE position = 0", "cell" },
		{ "UPDATE cell SET event = 'exit' WHERE position = 8", "cell" },
		{ "UPDATE traffic SET transfers = transfers + 1", "traffic" },
		{ "UPDATE observation SET value = 'EINVAL'", "observation" },
		{ "UPDATE run SET state = 'failed'", "failed" },
	};
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	struct pb_merge_outcome outcome;
	struct pb_store *store;

	assert_int_equal(pb_store_open(a, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_A, 5, PB_RUN_STATE_COMPLETE);
	pb_store_free(store);
	for (size_t i = 0; i < PB_ARRAY_SIZE(changes); i++) {
		_cleanup_free_ char *before = stream_of(a), *after = NULL;

		merge(b, a);
		assert_int_equal(pb_store_open(b, PB_STORE_WRITE, &store), 0);
		assert_int_equal(
			sqlite3_exec(pb_store_sqlite(store), changes[i].sql, NULL, NULL, NULL),
			SQLITE_OK);
		assert_int_equal(sqlite3_changes(pb_store_sqlite(store)), 1);
		/* Beside the run that differs there is one that would be welcome. */
		run_add(store, UUID_B, 5, PB_RUN_STATE_COMPLETE);
		pb_store_free(store);
		for (int swap = 0; swap < 2; swap++) {
			assert_int_equal(merge_into(swap ? b : a, swap ? a : b, &outcome), -EEXIST);
			expect(UUID_A);
			expect(changes[i].table);
			expect("nothing was taken");
		}
		after = stream_of(a);
		assert_string_equal(before, after);
		assert_int_equal(unlink(b), 0);
	}
}

static void test_refused_sources(void **state)
{
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	_cleanup_free_ char *before = NULL, *after = NULL;
	struct pb_merge_outcome outcome;
	struct pb_store *store;

	assert_int_equal(pb_store_open(a, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_A, 5, PB_RUN_STATE_COMPLETE);
	pb_store_free(store);
	before = stream_of(a);
	assert_int_equal(merge_into(a, a, &outcome), -EINVAL);
	assert_int_equal(link(a, b), 0);
	assert_int_equal(merge_into(a, b, &outcome), -EINVAL);
	expect("merged into");
	assert_int_equal(unlink(b), 0);
	assert_int_equal(merge_into(a, b, &outcome), -ENOENT);
	fixture_write(b, "no database, but long enough to be looked at", 44);
	assert_int_equal(merge_into(a, b, &outcome), -EBADMSG);
	after = stream_of(a);
	assert_string_equal(before, after);
}

/* The disk is full in the middle: all or nothing, and the next try works. */
static void test_database_full(void **state)
{
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_merge_outcome outcome;
	struct pb_store *source;

	assert_int_equal(pb_store_open(a, PB_STORE_WRITE, &source), 0);
	run_add(source, UUID_A, 20000, PB_RUN_STATE_COMPLETE);
	pb_store_free(source);
	assert_int_equal(pb_store_open(b, PB_STORE_WRITE, &store), 0);
	fixture_count(store, "PRAGMA max_page_count = 40");
	assert_int_equal(pb_merge(store, a, &outcome), -ENOSPC);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), 0);
	fixture_count(store, "PRAGMA max_page_count = 100000");
	assert_int_equal(pb_merge(store, a, &outcome), 0);
	assert_int_equal(outcome.nr_samples, 40003);
	same(a, b);
}

/* A merge reads its sources: they are the same bytes afterwards, write-protected or not. */
static void test_source_untouched(void **state)
{
	const char *a = fixture_path(state, 0, "a.db"), *b = fixture_path(state, 1, "b.db");
	_cleanup_free_ char *before = NULL, *after = NULL;
	size_t len_before, len_after;
	struct pb_store *store;

	assert_int_equal(pb_store_open(a, PB_STORE_WRITE, &store), 0);
	run_add(store, UUID_A, 50, PB_RUN_STATE_COMPLETE);
	pb_store_free(store);
	before = fixture_read(a, &len_before);
	assert_int_equal(chmod(a, 0444), 0);
	merge(b, a);
	merge(b, a);
	after = fixture_read(a, &len_after);
	assert_int_equal(len_before, len_after);
	assert_memory_equal(before, after, len_after);
}

/*
 * Every table and column of the schema is merged: a new one has to be added to merge_tables.c. But
 * for `writer`, which is of this database and no other.
 */
static void test_schema_is_covered(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t nr_columns = 0;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sqlite_schema"
					      " WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
					      " AND name != 'writer'"),
			 pb_merge_nr_tables);
	for (size_t i = 0; i < pb_merge_nr_tables; i++) {
		const struct pb_merge_table *table = &pb_merge_tables[i];

		nr_columns += table->has_id + (table->link != NULL);
		for (size_t k = 0; k < PB_ARRAY_SIZE(table->keys) && table->keys[k]; k++)
			nr_columns++;
		for (size_t k = 0; table->rest[k]; k++)
			nr_columns++;
	}
	assert_int_equal(fixture_count(store,
				       "SELECT count(*) FROM sqlite_schema s,"
				       " pragma_table_info(s.name) WHERE s.type = 'table' AND"
				       " s.name NOT LIKE 'sqlite_%' AND s.name != 'writer'"),
			 nr_columns);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_two_writers_either_order_twice),
		test(test_merge_while_written),
		test(test_run_that_grew),
		test(test_place_of_runs),
		test(test_cell_that_grew),
		test(test_other_content),
		test(test_refused_sources),
		test(test_database_full),
		test(test_source_untouched),
		test(test_schema_is_covered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
