// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_lives - processes that live, died, are another's, or cannot be seen.
 * Why: who takes a living one for dead removes its files; who never takes one for dead keeps all.
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

#include <cmocka.h>

#include "common/lives.h"
#include "common/str.h"

static struct pb_process self(void)
{
	struct pb_process process;

	pb_process_of(getpid(), &process);
	return process;
}

/* A pid is used again: it is not the one that was noted. */
static void test_of_this_machine(void **state)
{
	struct pb_process process = self();

	(void)state;
	assert_true(process.started > 0);
	assert_true(process.host[0] && process.boot[0] && process.namespace[0]);
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_LIVES);
	process.started--;
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE);
	process = self();
	process.pid = 0;
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE);
	process.pid = (int64_t)INT32_MAX + getpid() + 1; /* not to be cut to 32 bits */
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE);
}

static void test_of_elsewhere(void **state)
{
	struct pb_process process = self();

	(void)state;
	snprintf(process.namespace, sizeof(process.namespace), "pid:[1]");
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_UNSEEN);
	process = self();
	snprintf(process.boot, sizeof(process.boot), "another");
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE);
	snprintf(process.host, sizeof(process.host), "another");
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_UNSEEN);
	/* What is not said is no proof of anything. */
	process = self();
	process.boot[0] = '\0';
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_UNSEEN);
	process = self();
	process.namespace[0] = '\0';
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_UNSEEN);
	process = self();
	process.started = -1;
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_UNSEEN);
}

static void test_killed(void **state)
{
	struct pb_process process;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	pb_process_of(pid, &process);
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_LIVES);
	kill(pid, SIGKILL);
	assert_int_equal(waitid(P_PID, (id_t)pid, &(siginfo_t){ 0 }, WEXITED | WNOWAIT), 0);
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE); /* not yet buried */
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	assert_int_equal(pb_process_fate(&process), PB_PROCESS_GONE);
}

/* A container's process 1, seen from outside, and ours from within it. */
static void test_another_namespace(void **state)
{
	const struct pb_process outside = self();
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		pid_t inner;

		if (unshare(CLONE_NEWPID))
			_exit(77);
		inner = fork();
		if (!inner) {
			struct pb_process there = outside;

			pb_process_of(getpid(), &there);
			_exit(pb_streq(there.namespace, outside.namespace) ||
			      pb_process_fate(&outside) != PB_PROCESS_UNSEEN);
		}
		_exit(inner < 0 || waitpid(inner, &status, 0) != inner || status ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

static void test_note(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"pinbench",
		"pinbench, process 12\n",
		"pinbench\n",
		"pinbench\nhost\ta\nboot\tb\nnamespace\tc\npid\t1\n",
		"pinbench\nhost\ta\nboot\tb\nnamespace\tc\npid\t\nstarted\t2\n",
		"pinbench\nhost\ta\nboot\tb\nnamespace\tc\npid\t1\nstarted\t2",
		"pinbench\nhost\ta\nboot\tb\nnamespace\tc\npid\t1x\nstarted\t2\n",
		"pinbench\nhost\ta\nboot\tb\nnamespace\tc\npid\t99999999999999999999\nstarted\t2\n",
	};
	struct pb_process process = self(), again = { .pid = 7 };
	_cleanup_free_ char *text = pb_process_format(&process), *long_text = NULL;

	(void)state;
	assert_non_null(text);
	assert_int_equal(pb_process_parse(text, &again), 0);
	assert_true(pb_process_same(&process, &again));
	assert_string_equal(process.host, again.host);
	for (size_t i = 0; i < PB_ARRAY_SIZE(bad); i++) {
		again.pid = 7;
		assert_int_equal(pb_process_parse(bad[i], &again), -EBADMSG);
		assert_int_equal(again.pid, 7);
	}
	long_text =
		pb_format("pinbench\nhost\t%0200d\nboot\tb\nnamespace\tc\npid\t1\nstarted\t2\n", 1);
	assert_non_null(long_text);
	assert_int_equal(pb_process_parse(long_text, &again), -EBADMSG);
}

/* What a host's name holds must not end a line, nor be refused by a database later. */
static void test_host_name(void **state)
{
	static const char name[] = "a\nb\tc \xff";
	int status;
	pid_t pid = fork();

	(void)state;
	if (!pid) {
		struct pb_process process, again;
		_cleanup_free_ char *text = NULL;

		if (unshare(CLONE_NEWUTS) || sethostname(name, strlen(name)))
			_exit(77);
		process = self();
		text = pb_process_format(&process);
		_exit(!text || pb_process_parse(text, &again) ||
		      !pb_process_same(&process, &again) || !pb_streq(again.host, process.host) ||
		      strpbrk(process.host, "\n\t \xff"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_of_this_machine),
		cmocka_unit_test(test_of_elsewhere),
		cmocka_unit_test(test_killed),
		cmocka_unit_test(test_another_namespace),
		cmocka_unit_test(test_note),
		cmocka_unit_test(test_host_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
