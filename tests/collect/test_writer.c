// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_writer - a run whose process is gone is interrupted, though nobody could write that down.
 * Why: after kill -9 a listing must not say "running" for ever.
 */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect/store/private.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

static void assert_state(struct pb_store *store, const char *word)
{
	_cleanup_free_ char *sql =
		pb_format("SELECT count(*) FROM run WHERE (" PB_STORE_RUN_STATE ") = '%s'", word);

	assert_int_equal(fixture_count(store, sql), 1);
}

/* A run is running as long as the very process that began it is there to end it. */
static void test_writer(void **state)
{
	static const struct {
		const char *sql, *state;
	} changes[] = {
		{ "UPDATE writer SET started = started + 1", "interrupted" },
		{ "UPDATE writer SET namespace = 'pid:[1]'", "running" }, /* cannot be seen */
		{ "UPDATE writer SET boot = 'another'", "interrupted" },
		{ "UPDATE writer SET host = 'another'", "running" }, /* neither can that */
		{ "DELETE FROM writer", "interrupted" },
	};
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_run_record run = fixture_run(UUID_B);
	int64_t run_id;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	assert_state(store, "running");
	for (size_t i = 0; i < PB_ARRAY_SIZE(changes); i++) {
		assert_int_equal(
			sqlite3_exec(pb_store_sqlite(store), changes[i].sql, NULL, NULL, NULL),
			SQLITE_OK);
		assert_state(store, changes[i].state);
	}
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);
	assert_state(store, "complete");
}

/* A child that is killed, first unburied, then gone. */
static void test_killed(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_run_record run = fixture_run(UUID_B);
	int64_t run_id;
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (!pb_store_open(path, PB_STORE_WRITE, &store) &&
		    !pb_store_run_begin(store, &run, &run_id))
			raise(SIGKILL);
		_exit(1);
	}
	assert_true(pid > 0);
	assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM writer"), 1);
	assert_state(store, "interrupted");
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	assert_state(store, "interrupted");
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_writer),
		test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
