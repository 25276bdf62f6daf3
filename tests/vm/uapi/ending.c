// SPDX-License-Identifier: GPL-2.0-only
/*
 * ending - signals, kill -9, exit, exec and close: nothing stays held after any of them.
 * Why: a page that stays pinned can never be moved or reclaimed again.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 64, NR_LONG = 1 << 20 };

static void on_alarm(int number)
{
	(void)number;
}

/* More samples than fit into the time before anybody stops it. */
static struct pb_run long_run(uint32_t strategy, const void *memory, const void *samples)
{
	struct pb_run run = run_of(strategy, memory, NR_PAGES);

	run.samples = (uintptr_t)samples;
	run.nr_samples = NR_LONG;
	return run;
}

static void test_signal(int fd, const struct strategy_row *row, char *memory, char *samples)
{
	struct itimerval soon = { .it_value = { .tv_usec = 30000 } };
	struct pb_run run = long_run(row->id, memory, samples);

	setitimer(ITIMER_REAL, &soon, NULL);
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EINTR, "%s: a signal ends a run",
		  row->name);
	tap_ok(run.nr_done && run.nr_done < NR_LONG, "%s: after %u samples", row->name,
	       run.nr_done);
	tap_ok(pins_balanced(), "%s: nothing stays pinned after a signal", row->name);
}

/* Runs @body in a child with a file and memory of its own; returns once the child said so. */
static pid_t child_start(void (*body)(int fd, char *memory, uint32_t strategy, int ready),
			 uint32_t strategy)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		tap_bail("cannot make a pipe");
	pid = fork();
	if (!pid) {
		body(device_open(), memory_map(NR_PAGES * PAGE), strategy, ready[1]);
		_exit(1);
	}
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		tap_bail("the child never became ready");
	close(ready[0]);
	return pid;
}

static void body_run(int fd, char *memory, uint32_t strategy, int ready)
{
	struct pb_run run = long_run(strategy, memory, malloc(NR_LONG * sizeof(struct pb_sample)));

	if (write(ready, "r", 1) == 1)
		device_request(fd, PB_IOC_RUN, &run);
}

static void body_hold(int fd, char *memory, uint32_t strategy, int ready)
{
	struct pb_hold hold = hold_of(strategy, memory, NR_PAGES);

	if (!device_request(fd, PB_IOC_HOLD, &hold) && write(ready, "h", 1) == 1)
		pause();
}

static void body_hold_exit(int fd, char *memory, uint32_t strategy, int ready)
{
	struct pb_hold hold = hold_of(strategy, memory, NR_PAGES);

	if (!device_request(fd, PB_IOC_HOLD, &hold) && write(ready, "h", 1) == 1)
		exit(0);
}

/* Another mm takes the process over: what the old one held cannot be dropped any more. */
static void body_hold_exec(int fd, char *memory, uint32_t strategy, int ready)
{
	struct pb_hold hold = hold_of(strategy, memory, NR_PAGES);
	char *argv[] = { (char *)"/proc/self/exe", (char *)"exit", NULL };

	fcntl(fd, F_SETFD, 0);
	if (!device_request(fd, PB_IOC_HOLD, &hold) && write(ready, "h", 1) == 1)
		execv(argv[0], argv);
}

static void test_kill_run(const struct strategy_row *row)
{
	struct pin_counts before = pins_now(), after;
	pid_t pid = child_start(body_run, row->id);
	int status;

	usleep(20000);
	tap_ok(!waitpid(pid, &status, WNOHANG), "%s: a child is in the middle of a run", row->name);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "%s: and is killed", row->name);
	after = pins_now();
	if (strategy_pins(row->id))
		tap_ok(after.acquired > before.acquired, "%s: after it pinned %llu pages",
		       row->name, (unsigned long long)(after.acquired - before.acquired));
	tap_ok(pins_balanced(), "%s: nothing stays pinned after kill -9 in a run", row->name);
}

static void test_kill_hold(const struct strategy_row *row)
{
	pid_t pid = child_start(body_hold, row->id);

	tap_ok(pins_held() == (strategy_pins(row->id) ? NR_PAGES : 0), "%s: a child holds %d pages",
	       row->name, NR_PAGES);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	tap_ok(pins_balanced(), "%s: nothing stays pinned after kill -9 in a hold", row->name);
}

static void test_end(void (*body)(int fd, char *memory, uint32_t strategy, int ready),
		     const char *what)
{
	struct pin_counts before = pins_now(), after;
	int status;

	waitpid(child_start(body, PB_STRATEGY_longterm), &status, 0);
	after = pins_now();
	tap_ok(WIFEXITED(status) && !WEXITSTATUS(status) &&
		       after.acquired - before.acquired == NR_PAGES,
	       "a child holds pages and ends by %s", what);
	tap_ok(pins_balanced(), "nothing stays pinned after %s", what);
}

/* The mapping goes first, the file later: the pages are the file's until then. */
static void test_unmap(void)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	struct pb_hold hold = hold_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);
	int fd = device_open();

	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "pages are held");
	munmap(memory, NR_PAGES * PAGE);
	tap_ok(pins_held() == NR_PAGES, "their mapping goes, they stay held");
	close(fd);
	tap_ok(pins_balanced(), "nothing stays pinned after the file is closed");
}

void test_ending(void)
{
	const size_t samples_len = NR_LONG * sizeof(struct pb_sample);
	char *memory = memory_map(NR_PAGES * PAGE), *samples = memory_map_huge(samples_len);
	int fd = device_open();

	signal(SIGALRM, on_alarm);
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		test_signal(fd, row, memory, samples);
	munmap(samples, samples_len);
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_kill_run(row);
		if (strategy_keeps(row->id))
			test_kill_hold(row);
	}
	test_end(body_hold_exit, "exit");
	test_end(body_hold_exec, "exec");
	test_unmap();
	munmap(memory, NR_PAGES * PAGE);
	close(fd);
}
