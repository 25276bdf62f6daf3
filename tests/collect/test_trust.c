// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_trust - databases that pinbench did not write alone.
 * Why: a file from a stranger is refused by the name of what is wrong, and is not touched.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/store/store.h"
#include "common/err.h"
#include "common/file.h"
#include "common/save.h"
#include "tests/collect/fixture.h"

#define SCHEMA "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, "

static const struct row {
	const char *sql, *says;
} rows[] = {
	{ "CREATE TRIGGER t AFTER INSERT ON run BEGIN DELETE FROM cell; END", "trigger 't'" },
	{ "CREATE VIEW v AS SELECT 1", "view 'v'" },
	{ "CREATE TABLE z (a)", "table 'z'" },
	{ "CREATE VIRTUAL TABLE f USING fts5(a)", "table 'f" },
	{ "CREATE UNIQUE INDEX i ON run ((1))", "index 'i'" },
	{ "ALTER TABLE run ADD COLUMN q TEXT", "table 'run'" },
	{ "ALTER TABLE run ADD COLUMN q TEXT AS (upper(plan)) VIRTUAL", "table 'run'" },
	{ "DROP TABLE writer", "lacks table 'writer'" },
	{ "ANALYZE", "table 'sqlite_stat1' (ANALYZE" },
	{ SCHEMA "'ON DELETE CASCADE', '') WHERE name = 'cell'", "table 'cell'" },
	{ SCHEMA "'UNIQUE,', 'UNIQUE COLLATE NOCASE,') WHERE name = 'run'", "table 'run'" },
	/* What only looks like a comment, or stands in quotes, is not passed over. */
	{ SCHEMA "'plan TEXT', 'plan /* */ TEXT') WHERE name = 'run'", "table 'run'" },
	{ SCHEMA "'''exact''', '''exact --''') WHERE name = 'run'", "table 'run'" },
	{ "UPDATE run SET uuid = 'x'", "uuid" },
	{ "UPDATE run SET uuid = upper(uuid)", "uuid" },
	{ "UPDATE run SET plan = CAST(x'ff41' AS TEXT)", "run.plan" },
	{ "UPDATE cell SET reason = CAST(x'eda080' AS TEXT)", "cell.reason" },
	{ "UPDATE fact SET value = 'a' || char(0) || 'b'", "fact.value" },
	{ "UPDATE fact SET value = hex(zeroblob(600000))", "fact.value" },
	{ "UPDATE fact SET value = hex(zeroblob(20000000)) WHERE rowid IN (SELECT 1) OR 1",
	  "too big" },
	{ "UPDATE cell SET pages = -1", "pages" },
	{ "UPDATE cell SET threads = 0", "threads" },
	{ "UPDATE cell SET samples = 1 << 40", "samples" },
	{ "UPDATE cell SET reason = NULL", "reason" },
	{ "UPDATE sample SET value = 9e999", "infinite" },
	{ "UPDATE sample SET seq = -seq - 1", "sample" },
	{ "PRAGMA foreign_keys = 0; DELETE FROM series", "series" },
	{ "PRAGMA foreign_keys = 0; DELETE FROM run", "run" },
	{ "PRAGMA foreign_keys = 0; UPDATE run SET id = 9223372036854775807", "run" },
	{ "PRAGMA ignore_check_constraints = 1; UPDATE run SET state = 'x'", "CHECK" },
	{ "PRAGMA user_version = 4", "table 'cell'" },
	{ "PRAGMA user_version = 3", "table 'cell'" },
	{ "PRAGMA user_version = 2", "histogram" },
};

static void alter(const char *path, const char *sql)
{
	sqlite3 *db;
	char *why = NULL;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK &&
	    !strstr(why, "no such module") && !strstr(why, "no such column: rowid"))
		fail_msg("%s: %s", sql, why);
	sqlite3_free(why);
	sqlite3_close(db);
}

/* By hand: pb_file_write() does not write onto what was opened as a database. */
static void file_make(const char *path, const char *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void refused(const char *path, const struct row *row, enum pb_store_mode mode)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int ret = pb_store_open(path, mode, &store);

	if (ret != -EBADMSG)
		fail_msg("%s: %d", row->sql, ret);
	if (!strstr(pb_fail_message(ret), row->says))
		fail_msg("%s: '%s' lacks '%s'", row->sql, pb_fail_message(ret), row->says);
}

static void test_refused(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"), *copy = fixture_path(state, 1, "b.db");
	_cleanup_free_ char *clean = NULL;
	size_t len_clean;
	int64_t run_id;

	pb_store_free(fixture_store(path, &run_id));
	assert_int_equal(pb_file_read(path, &clean, &len_clean), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_free_ char *before = NULL, *after = NULL;
		size_t len_before, len_after;

		file_make(copy, clean, len_clean);
		alter(copy, rows[i].sql);
		assert_int_equal(pb_file_read(copy, &before, &len_before), 0);
		if (len_before == len_clean && !memcmp(before, clean, len_clean))
			continue; /* this SQLite cannot make it */
		refused(copy, &rows[i], PB_STORE_READ);
		refused(copy, &rows[i], PB_STORE_WRITE);
		assert_int_equal(pb_file_read(copy, &after, &len_after), 0);
		assert_int_equal(len_before, len_after);
		assert_memory_equal(before, after, len_before);
	}
}

/* VACUUM, a dump's blanks and other comments make no other database. */
static void test_accepted(void **state)
{
	static const char *const changes[] = {
		"VACUUM",
		"PRAGMA journal_mode = WAL",
		SCHEMA "'-- UTC, ISO 8601', '-- when') WHERE name = 'run'",
		SCHEMA "char(9), '  ') WHERE type = 'table'",
		"UPDATE run SET plan = 'a' || char(10) || char(27)", /* shown escaped */
	};
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;

	pb_store_free(fixture_store(path, &run_id));
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		alter(path, changes[i]);
		if (pb_store_open(path, PB_STORE_WRITE, &store))
			fail_msg("%s: %s", changes[i], pb_fail_message(0));
		pb_store_free(pb_steal(store));
	}
}

/* What was made for nothing is gone; what was there stays. */
static void test_made_for_nothing(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	pb_store_free(pb_steal(store));
	assert_false(pb_file_exists(path));
	pb_store_free(fixture_store(path, &run_id));
	assert_true(pb_file_exists(path));
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		test(test_refused),
		test(test_accepted),
		test(test_made_for_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
