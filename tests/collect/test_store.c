// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_store - the database keeps what it is given, whole or not at all, and says what it cannot.
 * Why: raw samples are the one thing that cannot be computed again.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "collect/store/private.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/file.h"
#include "tests/collect/fixture.h"

static const char damage[] =
	"SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'";

/* The number of the last file in data/schema. */
static int64_t newest_schema(void)
{
	const struct pb_embedded *file = pb_embedded_schema;

	while (file[1].name)
		file++;
	return strtoll(file->name, NULL, 10);
}

static void test_keeps_everything(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ double *values = NULL;
	int64_t run_id;
	size_t nr;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sample"), 13 + 11 + 11);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sample WHERE value IS NULL"),
			 1);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell WHERE errno = '524' AND"
					      " detail LIKE '%line two\\xff%'"),
			 1);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM run WHERE state = 'failed'"),
			 1);
	assert_int_equal(fixture_count(store, "PRAGMA application_id"), PB_STORE_APPLICATION_ID);
	assert_int_equal(fixture_count(store, "PRAGMA user_version"), newest_schema());
	assert_int_equal(fixture_count(store, "PRAGMA foreign_keys"), 1);
	assert_int_equal(
		pb_store_values(store,
				fixture_count(store, "SELECT id FROM series WHERE metric = 'ns'"),
				&values, &nr),
		0);
	assert_int_equal(nr, 4);
	assert_true(values[0] == 1000 && isnan(values[1]) && values[2] == 0.1 && values[3] == 1e19);
}

static void test_fact_is_replaced(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_fact_set(store, run_id, "kernel.arch", "arm64"), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM fact WHERE value = 'x86_64'"),
			 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM fact WHERE value = 'arm64'"),
			 1);
}

static void test_refusals(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(9, 3);
	struct pb_run_record run = fixture_run(UUID_A);
	double *values;
	int64_t run_id, other;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_run_begin(store, &run, &other), -EEXIST);
	assert_non_null(strstr(pb_fail_message(0), "is stored already"));
	cell.cell.index = 0;
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EEXIST);
	cell.cell.index = 9;
	assert_int_equal(pb_store_cell_add(store, run_id + 1, &cell), -ENOENT);
	assert_int_equal(pb_store_fact_set(store, run_id + 1, "k", "v"), -ENOENT);
	assert_int_equal(pb_store_run_end(store, run_id + 1, PB_RUN_STATE_COMPLETE), -ENOENT);
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_FOREIGN), -EINVAL);
	cell.state = PB_CELL_FAILED;
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EINVAL);
	cell.state = PB_CELL_NONE;
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EINVAL);
	cell.state = PB_CELL_MEASURED;
	values = cell.series[1].values;
	values[2] = INFINITY;
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EINVAL);
	values[2] = 1;
	snprintf(cell.series[1].phase, PB_WORD_LEN, "acquire");
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EEXIST);
	/* Nothing of what failed half way was kept. */
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sample"), 35);
}

static void test_batch_is_whole(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(0, 3);
	struct pb_run_record run = fixture_run(UUID_B);
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	for (int commit = 0; commit < 2; commit++) {
		assert_int_equal(pb_store_begin(store), 0);
		assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), -EEXIST);
		if (commit)
			assert_int_equal(pb_store_commit(store), 0);
		else
			pb_store_rollback(store);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), 1 + commit);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4 + commit);
	}
}

/* Opens a file that must be left alone, journal and all. */
static void expect_untouched(void *const *state, enum pb_store_mode mode, int error,
			     const char *message)
{
	const char *path = fixture_path(state, 0, "a.db");
	const char *beside = fixture_path(state, 1, "a.db-journal");
	size_t len, len_after, len_journal, len_journal_after;
	char *before = fixture_read(path, &len), *after;
	char *journal, *journal_after;
	struct pb_store *store = NULL;

	fixture_write(beside, "not yours", 9);
	journal = fixture_read(beside, &len_journal);
	assert_int_equal(pb_store_open(path, mode, &store), error);
	assert_null(store);
	if (!strstr(pb_fail_message(error), message))
		fail_msg("'%s' lacks '%s'", pb_fail_message(error), message);
	after = fixture_read(path, &len_after);
	journal_after = fixture_read(beside, &len_journal_after);
	assert_int_equal(len, len_after);
	assert_memory_equal(before, after, len);
	assert_int_equal(len_journal, len_journal_after);
	assert_memory_equal(journal, journal_after, len_journal);
	assert_false(pb_file_exists(fixture_path(state, 1, "a.db-wal")));
	free(before);
	free(after);
	free(journal);
	free(journal_after);
}

static void foreign(const char *path, const char *sql)
{
	sqlite3 *db;

	unlink(path);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_foreign_files(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	char page[4096] = "SQLite format 3";

	for (int mode = PB_STORE_READ; mode <= PB_STORE_WRITE; mode++) {
		fixture_write(path, "dear diary\n", 11);
		expect_untouched(state, (enum pb_store_mode)mode, -EBADMSG, "no SQLite database");
		fixture_write(path, page, 40);
		expect_untouched(state, (enum pb_store_mode)mode, -EBADMSG, "no SQLite database");
		fixture_write(path, page, sizeof(page));
		expect_untouched(state, (enum pb_store_mode)mode, -EBADMSG, "another program");
		foreign(path, "CREATE TABLE t (x); INSERT INTO t VALUES (1)");
		expect_untouched(state, (enum pb_store_mode)mode, -EBADMSG, "another program");
		foreign(path, "PRAGMA journal_mode = WAL; PRAGMA application_id = 7;"
			      "CREATE TABLE run (x)");
		expect_untouched(state, (enum pb_store_mode)mode, -EBADMSG, "another program");
	}
}

static void test_paths(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_store *store = NULL;

	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), -ENOENT);
	assert_non_null(strstr(pb_fail_message(0), "'pinbench run'"));
	assert_false(pb_file_exists(path));
	assert_int_equal(pb_store_open("", PB_STORE_WRITE, &store), -ENOENT);
	assert_int_equal(pb_store_open(*state, PB_STORE_WRITE, &store), -EBADMSG);
	assert_int_equal(pb_store_open("/dev/zero", PB_STORE_WRITE, &store), -EBADMSG);
	assert_int_equal(pb_store_open(fixture_path(state, 1, "none/a.db"), PB_STORE_WRITE, &store),
			 -ENOENT);
	fixture_write(path, "", 0);
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), -EBADMSG);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	pb_store_free(store);
}

static void test_a_name_is_only_a_name(void **state)
{
	_cleanup_free_ char *here = getcwd(NULL, 0);
	int64_t run_id;

	assert_non_null(here);
	assert_int_equal(chdir(*state), 0);
	pb_store_free(fixture_store(":memory:", &run_id));
	pb_store_free(fixture_store("file:x?mode=memory", &run_id));
	assert_int_equal(chdir(here), 0);
	assert_true(pb_file_exists(fixture_path(state, 0, ":memory:")));
	assert_true(pb_file_exists(fixture_path(state, 0, "file:x?mode=memory")));
}

static void test_reader_cannot_write(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;

	pb_store_free(fixture_store(path, &run_id));
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(pb_store_fact_set(store, run_id, "k", "v"), -EROFS);
}

static void test_write_protected(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_store *store = NULL;
	uid_t me = geteuid();
	int64_t run_id;
	int writes, reads, makes;

	pb_store_free(fixture_store(path, &run_id));
	assert_int_equal(chmod(path, 0444), 0);
	assert_int_equal(chmod(*state, 0555), 0);
	/* Root may write anything; anyone else will do. */
	if (me == 0)
		assert_int_equal(seteuid(65534), 0);
	writes = pb_store_open(path, PB_STORE_WRITE, &store);
	makes = pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &store);
	reads = pb_store_open(path, PB_STORE_READ, &store);
	assert_int_equal(seteuid(me), 0);
	assert_int_equal(chmod(*state, 0755), 0);
	assert_int_equal(writes, -EROFS);
	assert_int_equal(makes, -EACCES);
	assert_int_equal(reads, 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	pb_store_free(store);
}

static void test_newer_and_older_schema(void **state)
{
	static const struct pb_embedded two[] = { { "0001_initial.sql", "not run again" },
						  { "9001_more.sql", "CREATE TABLE more (x)" },
						  { NULL, NULL } };
	static const struct pb_embedded broken[] = {
		{ "9001_ok.sql", "CREATE TABLE kept (x)" },
		{ "9002_broken.sql", "CREATE TABEL typo" },
		{ NULL, NULL },
	};
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_store *store = NULL;
	int64_t run_id;

	store = fixture_store(path, &run_id);
	assert_true(pb_store_migrate(store, broken) < 0);
	assert_int_equal(fixture_count(store, "PRAGMA user_version"), newest_schema());
	assert_int_equal(
		fixture_count(store, "SELECT count(*) FROM sqlite_schema WHERE name = 'kept'"), 0);
	assert_int_equal(pb_store_migrate(store, two), 0);
	assert_int_equal(fixture_count(store, "PRAGMA user_version"), 9001);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM more"), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	pb_store_free(store);
	store = NULL;
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), -EPROTO);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), -EPROTO);
	assert_non_null(strstr(pb_fail_message(0), "schema 9001 is newer"));
	assert_null(store);
}

static void test_locked(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL, *other = NULL;
	int64_t run_id;

	store = fixture_store(path, &run_id);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &other), 0);
	sqlite3_busy_timeout(pb_store_sqlite(other), 20);
	assert_int_equal(pb_store_begin(store), 0);
	assert_int_equal(pb_store_fact_set(other, run_id, "k", "v"), -EBUSY);
	assert_non_null(strstr(pb_fail_message(0), "another process holds it"));
	pb_store_rollback(store);
	assert_int_equal(pb_store_fact_set(other, run_id, "k", "v"), 0);
}

static void test_full(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(9, 20000);
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	fixture_count(store, "PRAGMA max_page_count = 30");
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -ENOSPC);
	assert_non_null(strstr(pb_fail_message(0), "full"));
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	/* In a batch SQLite ends the transaction itself: what follows must not commit alone. */
	assert_int_equal(pb_store_begin(store), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), -ENOSPC);
	if (sqlite3_get_autocommit(pb_store_sqlite(store)))
		assert_int_equal(pb_store_fact_set(store, run_id, "k", "v"), -EIO);
	pb_store_rollback(store);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM fact"), 2);
}

static void test_file_size_limit(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = fixture_cell(9, 20000);
	struct rlimit limit, small = { .rlim_cur = 100000 };
	int64_t run_id;
	int ret;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	small.rlim_max = limit.rlim_max;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	ret = pb_store_cell_add(store, run_id, &cell);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	signal(SIGXFSZ, SIG_DFL);
	/* SQLite calls a file that cannot grow a full disk on some paths. */
	assert_true(ret == -EFBIG || ret == -ENOSPC || ret == -EIO);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
}

/* In a child: adds cells until killed, and tells the parent of each that was committed. */
static void write_forever(const char *path, int pipe_fd)
{
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_store *store;
	int64_t run_id;

	if (pb_store_open(path, PB_STORE_WRITE, &store) || pb_store_run_begin(store, &run, &run_id))
		_exit(1);
	for (uint32_t i = 0;; i++) {
		struct pb_cell_result cell = fixture_cell(i, 500);

		if (pb_store_cell_add(store, run_id, &cell) ||
		    write(pipe_fd, &i, sizeof(i)) != sizeof(i))
			_exit(1);
		pb_cell_result_done(&cell);
	}
}

static void check_survivors(const char *path, int64_t at_least)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t cells;

	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	cells = fixture_count(store, "SELECT count(*) FROM cell");
	assert_true(cells == at_least || cells == at_least + 1);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sample"), cells * 1003);
	assert_int_equal(fixture_count(store, damage), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM run WHERE state = 'running'"),
			 1);
}

static void test_killed_while_writing(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");

	for (int round = 0; round < 8; round++) {
		int fds[2], status;
		uint32_t last = 0;
		pid_t child;

		unlink(path);
		assert_int_equal(pipe(fds), 0);
		child = fork();
		assert_true(child >= 0);
		if (child == 0)
			write_forever(path, fds[1]);
		close(fds[1]);
		for (int i = 0; i <= round; i++)
			assert_int_equal(read(fds[0], &last, sizeof(last)), sizeof(last));
		usleep((useconds_t)(round * 700)); /* anywhere in the next cell's transaction */
		kill(child, SIGKILL);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));
		while (read(fds[0], &last, sizeof(last)) == sizeof(last))
			;
		close(fds[0]);
		check_survivors(path, (int64_t)last + 1);
	}
}

/* Dies with half a batch in the file and the journal beside it, which a reader has to roll back. */
static void test_hot_journal(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;
	int status;
	pid_t child;

	pb_store_free(fixture_store(path, &run_id));
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		struct pb_cell_result cell = fixture_cell(9, 20000);

		if (pb_store_open(path, PB_STORE_WRITE, &store) ||
		    pb_store_exec(store, "PRAGMA cache_size = 1", "test") ||
		    pb_store_begin(store) || pb_store_cell_add(store, run_id, &cell))
			_exit(1);
		raise(SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_true(pb_file_exists(fixture_path(state, 1, "a.db-journal")));
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM sample"), 35);
	assert_int_equal(fixture_count(store, damage), 0);
}

static void test_many_make_one(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	enum { NR = 4 };
	int status;

	for (int i = 0; i < NR; i++) {
		pid_t child = fork();

		assert_true(child >= 0);
		if (child == 0) {
			struct pb_run_record run = fixture_run(UUID_A);
			int ret = pb_store_open(path, PB_STORE_WRITE, &store);
			int64_t run_id;

			run.uuid[0] = (char)('0' + i);
			if (!ret)
				ret = pb_store_run_begin(store, &run, &run_id);
			_exit(ret ? 1 : 0);
		}
	}
	for (int i = 0; i < NR; i++) {
		assert_true(wait(&status) > 0);
		assert_int_equal(status, 0);
	}
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), NR);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_keeps_everything),
		test(test_fact_is_replaced),
		test(test_refusals),
		test(test_batch_is_whole),
		test(test_foreign_files),
		test(test_paths),
		test(test_a_name_is_only_a_name),
		test(test_reader_cannot_write),
		test(test_write_protected),
		test(test_newer_and_older_schema),
		test(test_locked),
		test(test_full),
		test(test_file_size_limit),
		test(test_killed_while_writing),
		test(test_hot_journal),
		test(test_many_make_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
