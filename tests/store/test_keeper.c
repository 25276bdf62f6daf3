// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_keeper - a run whose database is held, or fails, while it goes on and when it ends.
 * Why: waiting must have an end that was said, and what a run takes back must not be listed.
 */
#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/run/keeper.h"
#include "collect/import.h"
#include "collect/store/journal.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* Another process that has the database, until it is let go. */
struct holder {
	pid_t pid;
	int words;
};

static void hold(const char *path, struct holder *holder)
{
	int down[2], up[2];
	char byte;

	assert_int_equal(pipe(down), 0);
	assert_int_equal(pipe(up), 0);
	holder->pid = fork();
	assert_true(holder->pid >= 0);
	if (!holder->pid) {
		sqlite3 *db;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(down[1]);
		if (sqlite3_open(path, &db) ||
		    sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL) ||
		    write(up[1], "x", 1) != 1)
			_exit(1);
		(void)!read(down[0], &byte, 1);
		sqlite3_close(db);
		_exit(0);
	}
	close(down[0]);
	close(up[1]);
	assert_int_equal(read(up[0], &byte, 1), 1);
	close(up[0]);
	holder->words = down[1];
}

static void let_go(struct holder *holder)
{
	int status;

	close(holder->words);
	assert_int_equal(waitpid(holder->pid, &status, 0), holder->pid);
	assert_int_equal(status, 0);
}

static size_t journals(const char *path)
{
	_cleanup_free_ char *pattern = pb_format("%s.run-*", path);
	glob_t found = { 0 };
	size_t nr;

	assert_non_null(pattern);
	nr = glob(pattern, 0, NULL, &found) ? 0 : found.gl_pathc;
	globfree(&found);
	return nr;
}

static void assert_runs(const char *path, int64_t want)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;

	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), want);
}

/* One run that is there for good, and another that has begun. */
static struct pb_keeper *keeper_begun(const char *path)
{
	struct pb_run_record run = fixture_run(UUID_B);
	struct pb_keeper *keeper;
	int64_t id;

	pb_store_free(fixture_store(path, &id));
	assert_int_equal(pb_keeper_open(path, NULL, &keeper), 0);
	assert_int_equal(pb_keeper_run_begin(keeper, &run), 0);
	assert_runs(path, 2);
	return keeper;
}

/* It comes free before the end: the run is taken back then. */
static void test_drop_waits(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_keeper *keeper = keeper_begun(path);
	struct holder holder;

	hold(path, &holder);
	assert_int_equal(pb_keeper_run_drop(keeper, 0), 0);
	assert_int_equal(journals(path), 1);
	let_go(&holder);
	assert_int_equal(pb_keeper_finish(keeper), 0);
	pb_keeper_free(keeper);
	assert_runs(path, 1);
	assert_int_equal(journals(path), 0);
}

/* It does not: whoever writes next takes it back. */
static void test_drop_later(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_keeper *keeper = keeper_begun(path);
	struct holder holder;

	setenv("PINBENCH_STORE_WAIT_S", "0", 1);
	hold(path, &holder);
	assert_int_equal(pb_keeper_run_drop(keeper, 0), 0);
	assert_int_equal(pb_keeper_finish(keeper), -EBUSY);
	assert_non_null(strstr(pb_fail_message(0), "pinbench import -d"));
	unsetenv("PINBENCH_STORE_WAIT_S");
	pb_keeper_free(keeper);
	assert_int_equal(journals(path), 1);
	let_go(&holder);
	assert_int_equal(pb_keeper_open(path, NULL, &keeper), 0);
	pb_keeper_free(keeper);
	assert_runs(path, 1);
	assert_int_equal(journals(path), 0);
}

/* Such a word in a stream that is no journal, or for a run that has cells, drops nothing. */
static void test_drop_is_no_weapon(void **state)
{
	static const char *const shapes[] = {
		"{\"type\":\"journal\",\"format\":1}\n%s{\"type\":\"end\",\"state\":\"dropped\"}\n",
		"%s{\"type\":\"end\",\"state\":\"dropped\"}\n",
	};
	const char *path = fixture_path(state, 0, "a.db");
	const char *stream = fixture_path(state, 1, "s.jsonl");

	for (size_t i = 0; i < PB_ARRAY_SIZE(shapes); i++) {
		pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
		pb_cleanup(fclosep) FILE *in = NULL;
		_cleanup_free_ char *head = NULL, *text = NULL;
		struct pb_run_record run = fixture_run(UUID_A);
		size_t len;
		int64_t id;
		bool is;

		unlink(path);
		store = fixture_store(path, &id);
		in = open_memstream(&head, &len);
		assert_int_equal(pb_record_write_run(in, &run), 0);
		fclose(pb_steal(in));
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text = pb_format(shapes[i], head);
#pragma GCC diagnostic pop
		fixture_write(stream, text, strlen(text));
		if (i) {
			struct pb_import_outcome outcome;

			in = fopen(stream, "r");
			assert_int_equal(pb_import_jsonl(store, in, "s", false, &outcome),
					 -EBADMSG);
		} else {
			assert_int_equal(pb_journal_import(store, stream, &is), 0);
			assert_true(is);
		}
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), 1);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 4);
	}
}

/*
 * After an error of the disk it is opened again, in the middle of the run: then nobody is waited
 * for. A quarter of an hour would be this test's end.
 */
static void test_open_again(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_keeper *keeper = keeper_begun(path);
	struct pb_cell_result cell = fixture_cell(0, 2000), more = fixture_cell(1, 10);
	struct rlimit was, least = { 0 };
	struct holder holder;

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
	least.rlim_max = was.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &least), 0);
	assert_int_equal(pb_keeper_cell(keeper, 0, &cell), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
	hold(path, &holder);
	usleep(1100000); /* until it looks again */
	alarm(60);
	assert_int_equal(pb_keeper_cell(keeper, 0, &more), 0);
	alarm(0);
	let_go(&holder);
	assert_int_equal(pb_keeper_run_end(keeper, 0, PB_RUN_STATE_COMPLETE), 0);
	assert_int_equal(pb_keeper_finish(keeper), 0);
	pb_keeper_free(keeper);
	assert_runs(path, 2);
	assert_int_equal(journals(path), 0);
	pb_cell_result_done(&cell);
	pb_cell_result_done(&more);
}

/* Its content is looked at when it is opened first, and again when another lies there. */
static void test_checked_once(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"), *other = fixture_path(state, 1, "b.db");
	static const char damage[] = "UPDATE cell SET reason = CAST(x'ff' AS TEXT)";
	struct pb_store_terms terms = { .patience_ms = 1000 };
	struct pb_store *store;
	sqlite3 *db;
	int64_t id;

	pb_store_free(fixture_store(path, &id));
	assert_int_equal(pb_store_open_on(path, &terms, &store), 0);
	pb_store_free(store);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, damage, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	assert_int_equal(pb_store_open_on(path, &terms, &store), 0);
	pb_store_free(store);
	/* Copied: another file, which nobody has looked at. */
	{
		size_t len;
		_cleanup_free_ char *copy = fixture_read(path, &len);

		fixture_write(other, copy, len);
	}
	assert_int_equal(rename(other, path), 0);
	assert_int_equal(pb_store_open_on(path, &terms, &store), -EBADMSG);
}

/* Ctrl-C ends the wait for a database before there is a run. */
static void test_interrupt(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	static const volatile bool interrupted = true;
	struct pb_keeper *keeper = NULL;
	struct holder holder;
	int64_t id;

	pb_store_free(fixture_store(path, &id));
	hold(path, &holder);
	alarm(60);
	assert_int_equal(pb_keeper_open(path, &interrupted, &keeper), -EINTR);
	alarm(0);
	let_go(&holder);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_drop_waits), test(test_drop_later),   test(test_drop_is_no_weapon),
		test(test_open_again), test(test_checked_once), test(test_interrupt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
