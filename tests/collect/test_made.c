// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_made - a database that came to hold no run is removed by the last who has it, and no sooner.
 * Why: two runs begin at once, one fails and takes its file away: the other's cells went with it.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* Two processes that take turns: each says a byte, and waits for the other's. */
struct turns {
	int say, hear;
};

static pid_t turns_fork(struct turns *turns)
{
	int down[2], up[2];
	pid_t pid;

	assert_int_equal(pipe(down), 0);
	assert_int_equal(pipe(up), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	*turns = pid ? (struct turns){ down[1], up[0] } : (struct turns){ up[1], down[0] };
	close(pid ? down[0] : down[1]);
	close(pid ? up[1] : up[0]);
	return pid;
}

static bool say(const struct turns *turns)
{
	return write(turns->say, "x", 1) == 1;
}

static bool hear(const struct turns *turns)
{
	char byte;

	return read(turns->hear, &byte, 1) == 1;
}

static int ended(pid_t pid)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	return status;
}

/* The one that made it has nothing to store; the other one has opened it, and stores later. */
static void test_another_has_it(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record run = fixture_run(UUID_A);
	struct turns turns;
	int64_t id = 0;
	pid_t pid;

	pid = turns_fork(&turns);
	if (!pid) {
		struct pb_cell_result cell = fixture_cell(0, 10);

		if (!hear(&turns) || pb_store_open(path, PB_STORE_WRITE, &store) || !say(&turns) ||
		    !hear(&turns))
			_exit(1);
		if (pb_store_run_begin(store, &run, &id) || pb_store_cell_add(store, id, &cell))
			_exit(2);
		pb_store_free(store);
		_exit(0);
	}
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_true(say(&turns) && hear(&turns)); /* the other one has it, too */
	pb_store_free(pb_steal(store));
	assert_true(say(&turns));
	assert_int_equal(ended(pid), 0);
	assert_int_equal(pb_store_open(path, PB_STORE_READ, &store), 0);
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 1);
}

/* Neither stores anything: the last of them removes what neither of them found. */
static void test_the_last_removes(void **state)
{
	const char *path = fixture_path(state, 0, "a.db");
	struct pb_store *store = NULL;
	struct turns turns;
	pid_t pid;

	pid = turns_fork(&turns);
	if (!pid) {
		if (!hear(&turns) || pb_store_open(path, PB_STORE_WRITE, &store) || !say(&turns) ||
		    !hear(&turns))
			_exit(1);
		pb_store_free(store);
		_exit(0);
	}
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_true(say(&turns) && hear(&turns));
	pb_store_free(store);
	assert_true(pb_file_exists(path));
	assert_true(say(&turns));
	assert_int_equal(ended(pid), 0);
	assert_false(pb_file_exists(path));
}

/* An empty file of the user's, and one that another program has open. */
static void test_what_stays(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"), *link = fixture_path(state, 1, "l.db");
	pb_cleanup(fclosep) FILE *other = NULL;
	struct pb_store *store = NULL;
	struct stat st;

	fixture_write(path, "", 0);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	pb_store_free(store);
	assert_true(pb_file_exists(path));
	assert_int_equal(unlink(path), 0);
	/* A link that leads nowhere yet: what is made at its end goes, the link does not. */
	assert_int_equal(symlink("a.db", link), 0);
	assert_int_equal(pb_store_open(link, PB_STORE_WRITE, &store), 0);
	assert_true(pb_file_exists(path));
	pb_store_free(store);
	assert_false(pb_file_exists(path));
	assert_int_equal(lstat(link, &st), 0);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	other = fopen(path, "r");
	assert_non_null(other);
	pb_store_free(store);
	if (!pb_file_exists(path)) /* a file system without leases */
		skip();
}

/* One process opens and gives up, again and again; the other one's runs are all there. */
static void test_a_race(void **state)
{
	enum { RUNS = 40 };
	const char *path = fixture_path(state, 0, "a.db");
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pid_t maker = getpid(), pid = fork();

	assert_true(pid >= 0);
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == maker) {
			if (pb_store_open(path, PB_STORE_WRITE, &store)) {
				fprintf(stderr, "%s\n", pb_fail_message(-EIO));
				_exit(1);
			}
			pb_store_free(pb_steal(store));
		}
		_exit(0);
	}
	for (int i = 0; i < RUNS; i++) {
		char uuid[] = UUID_A;
		struct pb_run_record run;
		int64_t id = 0;

		snprintf(uuid + strlen(uuid) - 2, 3, "%02x", i);
		run = fixture_run(uuid);
		/* Mostly it is missing when this one comes. */
		assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
		assert_int_equal(pb_store_run_begin(store, &run, &id), 0);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM run"), 1);
		assert_int_equal(pb_store_run_drop(store, id), 0);
		pb_store_free(pb_steal(store));
	}
	kill(pid, SIGKILL);
	assert_int_equal(WTERMSIG(ended(pid)), SIGKILL);
}

/* A log without its database may hold all of it. */
static void test_orphans(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"),
		   *log = fixture_path(state, 1, "a.db-wal");
	const char *journal = fixture_path(state, 2, "a.db-journal");
	struct pb_store *store = NULL;

	fixture_write(log, "data", 4);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), -EBADMSG);
	assert_non_null(strstr(pb_fail_message(0), "a.db-wal', holds data"));
	assert_false(pb_file_exists(path));
	fixture_write(path, "", 0);
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), -EBADMSG);
	assert_true(pb_file_exists(log) && pb_file_exists(path));
	assert_int_equal(unlink(path) | unlink(log), 0);
	fixture_write(log, "", 0);
	fixture_write(journal, "data", 4); /* of what was never committed */
	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	pb_store_free(store);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_another_has_it), test(test_the_last_removes), test(test_what_stays),
		test(test_a_race),         test(test_orphans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
