// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_rollback - what lies beside a database where SQLite keeps its own files is looked at first.
 * Why: a foreign journal was played into a database, and one could name a file to be removed.
 */
#include "tests/collect/fixture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static void file_copy(const char *from, const char *to)
{
	char *text = NULL;
	size_t len = 0;

	assert_int_equal(pb_file_read(from, &text, &len), 0);
	fixture_write(to, text, len);
	free(text);
}

static char *beside(const char *path, const char *suffix)
{
	char *name = pb_format("%s%s", path, suffix);

	assert_non_null(name);
	return name;
}

/* A process that dies while it writes, some of which is in the file already. */
static void crash(const char *path)
{
	pid_t child = fork();
	int status;

	assert_true(child >= 0);
	if (!child) {
		sqlite3 *db = NULL;
		int code = sqlite3_open(path, &db);

		if (code == SQLITE_OK)
			code = sqlite3_exec(
				db,
				"PRAGMA cache_size = 1; BEGIN IMMEDIATE;"
				"UPDATE sample SET value = value + 1; CREATE TABLE filler (x);"
				"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
				"WHERE i < 500) INSERT INTO filler SELECT zeroblob(900) FROM n;",
				NULL, NULL, NULL);
		_exit(code == SQLITE_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static bool is_there(const char *path)
{
	struct stat st;

	return !lstat(path, &st);
}

static void assert_untouched(const char *path, const char *as, const char *says)
{
	char *now = NULL, *then = NULL;
	size_t now_len, then_len;
	struct pb_store *store;

	for (enum pb_store_mode mode = PB_STORE_READ; mode <= PB_STORE_WRITE; mode++) {
		assert_int_equal(pb_store_open(path, mode, &store), -EBADMSG);
		if (!strstr(pb_fail_message(-EBADMSG), says))
			fail_msg("lacks '%s': %s", says, pb_fail_message(-EBADMSG));
	}
	assert_int_equal(pb_file_read(path, &now, &now_len), 0);
	assert_int_equal(pb_file_read(as, &then, &then_len), 0);
	assert_int_equal(now_len, then_len);
	assert_memory_equal(now, then, now_len);
	free(now);
	free(then);
}

static void own_journal_is_played_back(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	char *journal = beside(path, "-journal");
	struct pb_store *store;
	int64_t run_id;

	pb_store_free(fixture_store(path, &run_id));
	crash(path);
	assert_true(is_there(journal));
	if (pb_store_open(path, PB_STORE_READ, &store))
		fail_msg("%s", pb_fail_message(-EBADMSG));
	assert_int_equal(
		fixture_count(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'filler'"),
		0);
	assert_false(is_there(journal));
	pb_store_free(store);
	free(journal);
}

/* One that another process is just writing is nothing that was left. */
static void a_writers_journal_is_its_own(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	char *journal = beside(path, "-journal");
	struct pb_store *store, *reader;
	int64_t run_id;

	store = fixture_store(path, &run_id);
	assert_int_equal(pb_store_begin(store), 0);
	assert_int_equal(pb_store_fact_set(store, run_id, "some", "fact"), 0);
	assert_true(is_there(journal));
	if (pb_store_open(path, PB_STORE_READ, &reader))
		fail_msg("%s", pb_fail_message(-EBADMSG));
	pb_store_free(reader);
	pb_store_free(store);
	free(journal);
}

static void anothers_journal_is_refused(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"), *other = fixture_path(state, 1, "b.db");
	const char *copy = fixture_path(state, 2, "copy.db");
	char *journal = beside(path, "-journal"), *foreign = beside(other, "-journal");
	struct pb_store *store;
	int64_t run_id;

	/* Of another database, and of an older state of this one. */
	for (int same = 0; same < 2; same++) {
		unlink(path);
		unlink(other);
		pb_store_free(fixture_store(path, &run_id));
		file_copy(path, other);
		assert_int_equal(pb_store_open(same ? path : other, PB_STORE_WRITE, &store), 0);
		for (int i = 0; i < 4; i++)
			assert_int_equal(
				pb_store_fact_set(store, run_id, "some", i % 2 ? "fact" : "word"),
				0);
		pb_store_free(store);
		crash(other);
		file_copy(path, copy);
		file_copy(foreign, journal);
		assert_untouched(path, copy, "another database");
		unlink(journal);
		assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
		pb_store_free(store);
		unlink(foreign);
	}
	free(journal);
	free(foreign);
}

/* Its counts fit, and what would come out of it is no database. */
static void damage_is_seen_on_a_copy(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"),
		   *copy = fixture_path(state, 1, "copy.db");
	char *journal = beside(path, "-journal"), *text = NULL;
	int64_t run_id;
	size_t len = 0;

	pb_store_free(fixture_store(path, &run_id));
	crash(path);
	/* The first record says that it is the page which it is not. */
	assert_int_equal(pb_file_read(journal, &text, &len), 0);
	assert_true(len > 4096);
	text[512 + 3] ^= 7;
	fixture_write(journal, text, len);
	file_copy(path, copy);
	assert_untouched(path, copy, "nothing was touched");
	free(text);
	free(journal);
}

static void no_file_is_removed_for_it(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"),
		   *victim = fixture_path(state, 1, "victim");
	const char *copy = fixture_path(state, 2, "copy.db");
	static const unsigned char magic[] = { 0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7 };
	char *journal = beside(path, "-journal");
	unsigned char numbers[8] = { 0 };
	uint32_t sum = 0;
	int64_t run_id;
	FILE *out;

	pb_store_free(fixture_store(path, &run_id));
	crash(path);
	fixture_write(victim, "precious", 8);
	for (const char *c = victim; *c; c++)
		sum += (unsigned char)*c;
	numbers[3] = (unsigned char)strlen(victim);
	numbers[6] = (unsigned char)(sum >> 8);
	numbers[7] = (unsigned char)sum;
	out = fopen(journal, "ae");
	assert_non_null(out);
	fwrite("\0\0\0\1", 1, 4, out);
	fputs(victim, out);
	fwrite(numbers, 1, sizeof(numbers), out);
	fwrite(magic, 1, sizeof(magic), out);
	assert_int_equal(fclose(out), 0);
	file_copy(path, copy);
	assert_untouched(path, copy, "names a journal of several databases");
	assert_true(is_there(victim));
	free(journal);
}

/* SQLite would wait for a pipe's writer, and write where a link leads. */
static void companions_are_files(void **state)
{
	static const char *const suffixes[] = { "-journal", "-wal", "-shm" };
	const char *path = fixture_path(state, 0, "a.db"),
		   *copy = fixture_path(state, 1, "copy.db");
	const char *target = fixture_path(state, 2, "target");
	int64_t run_id;

	pb_store_free(fixture_store(path, &run_id));
	file_copy(path, copy);
	fixture_write(target, "mine", 4);
	for (size_t i = 0; i < PB_ARRAY_SIZE(suffixes); i++) {
		char *name = beside(path, suffixes[i]);

		assert_int_equal(mkfifo(name, 0600), 0);
		assert_untouched(path, copy, "is no regular file");
		unlink(name);
		assert_int_equal(symlink(target, name), 0);
		assert_untouched(path, copy, "is no regular file");
		unlink(name);
		free(name);
	}
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		test(own_journal_is_played_back),  test(a_writers_journal_is_its_own),
		test(anothers_journal_is_refused), test(damage_is_seen_on_a_copy),
		test(no_file_is_removed_for_it),   test(companions_are_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
