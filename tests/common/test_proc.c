// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_proc - other programs: their words kept, their failures told, none left behind.
 * Why: apt, make and qemu fail in their own words, and those must reach the user.
 */
#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/err.h"
#include "common/file.h"
#include "common/proc.h"
#include "common/progress.h"
#include "common/str.h"

#define RUN(options, ret_output, ...) \
	pb_proc_run((const char *const[]){ __VA_ARGS__, NULL }, options, ret_output)

static void test_output(void **state)
{
	static const char *const env[] = { "PINBENCH_TEST=yes", NULL };
	const struct pb_proc_options options = { .dir = "/", .env = env, .input = "in" };
	_cleanup_free_ char *text = NULL;

	(void)state;
	assert_int_equal(RUN(&options, &text, "sh", "-c",
			     "cat; echo \" $PINBENCH_TEST\"; pwd; echo aside >&2"),
			 0);
	assert_string_equal(text, "in yes\n/\n");
	/* Without a shell nothing is expanded. */
	freep(&text);
	assert_int_equal(RUN(NULL, &text, "echo", "$HOME; *"), 0);
	assert_string_equal(text, "$HOME; *\n");
}

static void test_input_is_empty(void **state)
{
	_cleanup_free_ char *text = NULL;

	(void)state;
	assert_int_equal(RUN(NULL, &text, "cat"), 0);
	assert_string_equal(text, "");
}

static void test_failures(void **state)
{
	char *text = NULL;

	(void)state;
	assert_int_equal(RUN(NULL, NULL, "no-such-program"), -ENOENT);
	assert_string_equal(pb_fail_message(0), "the program 'no-such-program' is not installed");
	assert_int_equal(RUN(NULL, &text, "sh", "-c", "echo first; echo why >&2; exit 3"), -EIO);
	assert_string_equal(pb_fail_message(0), "sh failed with exit status 3:\nwhy");
	assert_int_equal(RUN(NULL, NULL, "sh", "-c", "echo words; kill -9 $$"), -EIO);
	assert_non_null(strstr(pb_fail_message(0), "sh was killed by signal 9"));
	assert_non_null(strstr(pb_fail_message(0), "words"));
	/* Of a long story the end. */
	assert_int_equal(RUN(NULL, NULL, "sh", "-c", "seq 1000; exit 1"), -EIO);
	assert_non_null(strstr(pb_fail_message(0), "\n989\n"));
	assert_non_null(strstr(pb_fail_message(0), "\n1000"));
	assert_null(strstr(pb_fail_message(0), "\n988\n"));
	assert_int_equal(RUN(&(struct pb_proc_options){ .dir = "/none" }, NULL, "true"), -EIO);
	assert_non_null(strstr(pb_fail_message(0), "'/none'"));
	assert_null(text);
}

static void test_log_and_out(void **state)
{
	char dir[] = "/tmp/pinbench-test-XXXXXX";
	_cleanup_free_ char *log = NULL, *out = NULL, *text = NULL, *logged = NULL;

	(void)state;
	assert_non_null(mkdtemp(dir));
	log = pb_format("%s/log", dir);
	out = pb_format("%s/out", dir);
	for (int i = 0; i < 2; i++)
		assert_int_equal(RUN((&(struct pb_proc_options){ .log = log, .out = out }), NULL,
				     "sh", "-c", "echo data; echo aside >&2"),
				 0);
	assert_int_equal(pb_file_read(out, &text, NULL), 0);
	assert_string_equal(text, "data\n");
	assert_int_equal(pb_file_read(log, &logged, NULL), 0);
	assert_string_equal(logged, "aside\naside\n");
	assert_int_equal(pb_tree_remove(dir), 0);
}

static void test_start_dies_with_us(void **state)
{
	int fds[2], status;
	pid_t starter, grandchild = 0;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	starter = fork();
	assert_true(starter >= 0);
	if (!starter) {
		const char *const argv[] = { "sleep", "60", NULL };
		pid_t pid = 0;

		if (pb_proc_start(argv, "/dev/null", &pid))
			_exit(1);
		/* It asks for the signal before it becomes sleep. */
		usleep(200000);
		if (write(fds[1], &pid, sizeof(pid)) != sizeof(pid))
			_exit(1);
		raise(SIGKILL);
	}
	close(fds[1]);
	assert_int_equal(read(fds[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	close(fds[0]);
	assert_int_equal(waitpid(starter, &status, 0), starter);
	for (int i = 0; i < 100; i++) {
		_cleanup_free_ char *path = pb_format("/proc/%d/stat", (int)grandchild);
		_cleanup_free_ char *stat = NULL;

		/* Gone, or a zombie that nobody has waited for yet. */
		if (pb_file_read(path, &stat, NULL) || strstr(stat, ") Z"))
			return;
		usleep(20000);
	}
	kill(grandchild, SIGKILL);
	fail_msg("the started program outlived its parent");
}

static void test_exists(void **state)
{
	(void)state;
	assert_true(pb_proc_exists("sh"));
	assert_true(pb_proc_exists("/bin/sh"));
	assert_false(pb_proc_exists("no-such-program"));
	assert_false(pb_proc_exists("/no/such/program"));
}

/* Standard error away from a terminal: plain lines, a bar's once a quarter. */
static void test_progress(void **state)
{
	char path[] = "/tmp/pinbench-test-XXXXXX";
	_cleanup_free_ char *text = NULL;
	int fd = mkstemp(path), saved = dup(STDERR_FILENO);

	(void)state;
	assert_true(fd >= 0 && saved >= 0);
	fflush(stderr);
	assert_true(dup2(fd, STDERR_FILENO) >= 0);
	pb_progress_say("fetching %s", "6.1");
	for (uint64_t i = 0; i <= 1000; i++)
		pb_progress_bar("cells", i, 1000, "pin");
	pb_progress_bar("nothing", 0, 0, NULL);
	pb_progress_bar("over", 9, 4, NULL);
	pb_progress_clear();
	pb_progress_quiet(true);
	pb_progress_say("unheard");
	pb_progress_bar("unheard", 4, 4, NULL);
	pb_progress_quiet(false);
	fflush(stderr);
	assert_true(dup2(saved, STDERR_FILENO) >= 0);
	close(saved);
	close(fd);
	assert_int_equal(pb_file_read(path, &text, NULL), 0);
	assert_string_equal(text, "fetching 6.1\ncells: 250 of 1000\ncells: 500 of 1000\n"
				  "cells: 750 of 1000\ncells: 1000 of 1000\nover: 4 of 4\n");
	unlink(path);
}

/* Three that spin on one CPU each wait for it two thirds of the time; one that sleeps waits for nothing. */
static void test_delayed(void **state)
{
	enum { SPINNERS = 3, WAIT_MS = 50, WAITS = 400 };
	const struct timespec pause = { .tv_nsec = WAIT_MS * 1000000L };
	pid_t pids[SPINNERS + 1];
	cpu_set_t one;
	int64_t delayed = 0, asleep;

	(void)state;
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	for (int i = 0; i <= SPINNERS; i++) {
		pids[i] = fork();
		if (pids[i])
			continue;
		if (i == SPINNERS)
			for (;;)
				sleep(60);
		sched_setaffinity(0, sizeof(one), &one);
		for (;;)
			;
	}
	for (int i = 0; i < WAITS && delayed < 200; i++) {
		nanosleep(&pause, NULL);
		delayed = pb_proc_delayed_ms(pids[0]);
	}
	asleep = pb_proc_delayed_ms(pids[SPINNERS]);
	for (int i = 0; i <= SPINNERS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	if (!pb_file_exists("/proc/self/schedstat"))
		skip();
	assert_true(delayed >= 200);
	assert_true(asleep < delayed);
	assert_int_equal(pb_proc_delayed_ms(-1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_input_is_empty),
		cmocka_unit_test(test_failures),
		cmocka_unit_test(test_log_and_out),
		cmocka_unit_test(test_start_dies_with_us),
		cmocka_unit_test(test_exists),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_delayed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
