// SPDX-License-Identifier: GPL-2.0-only
/*
 * group - PB_IOC_GROUP, PB_IOC_GROUP_DROP, PB_IOC_STEP, and runs that wait for steps.
 * Why: a run that waits must go on exactly when it is told to, and end whatever happens to the
 * rest.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 4, A_MOMENT_US = 50000 };

static void expect_errno(int fd, struct pb_group group, int want, const char *what)
{
	group.handle = 99;
	tap_errno(device_request(fd, PB_IOC_GROUP, &group), want, "GROUP: %s", what);
}

static void test_rejections(int fd)
{
	const struct pb_group good = { .size = sizeof(good), .nr_workers = 1 };
	struct pb_group_drop drop = { .size = sizeof(drop), .handle = 1, .pad = 1 };
	struct pb_group group = good;

	group.pad = 1;
	expect_errno(fd, group, EINVAL, "pad");
	for (unsigned int bit = 0; bit < 32; bit++) {
		group = good, group.flags = 1U << bit, group.delay_us = 1;
		if (group.flags & ~PB_GROUP_ALL)
			expect_errno(fd, group, EINVAL, "an unknown flag");
	}
	group = good, group.nr_workers = 0;
	expect_errno(fd, group, EINVAL, "no workers");
	group = good, group.delay_us = 1;
	expect_errno(fd, group, EINVAL, "a delay of nobody");
	group = good, group.flags = PB_GROUP_LATE;
	expect_errno(fd, group, EINVAL, "late by nothing");
	group.delay_us = PB_MAX_DELAY_US + 1;
	expect_errno(fd, group, E2BIG, "later than is allowed");
	group = good, group.nr_workers = 2;
	expect_errno(fd, group, E2BIG, "two workers on one CPU");
	group.nr_workers = PB_MAX_WORKERS + 1;
	expect_errno(fd, group, E2BIG, "a worker too many");
	group.nr_workers = ~0U;
	expect_errno(fd, group, E2BIG, "2^32-1 workers");
	tap_errno(device_request(fd, PB_IOC_GROUP_DROP, &drop), EINVAL, "GROUP_DROP: pad");
	tap_errno(group_drop(fd, 0), ENOENT, "GROUP_DROP: handle 0");
	tap_errno(group_step(fd, 0), ENOENT, "STEP: handle 0");
}

static void test_handles(void)
{
	const struct pb_group good = { .size = sizeof(good), .nr_workers = 1 };
	int fd = device_open(), other = device_open(), ret, nr = 0;
	struct pb_group group = good;
	uint32_t first = 0;

	tap_errno(device_request(fd, PB_IOC_GROUP, memory_read_only(&good, sizeof(good))), EFAULT,
		  "GROUP: into read-only memory");
	while (!(ret = device_request(fd, PB_IOC_GROUP, &group)))
		first = nr++ ? first : group.handle;
	tap_errno(ret, ENOSPC, "GROUP: one too many for a file");
	tap_ok(nr == PB_MAX_GROUPS, "GROUP: after %d, so what could not be told was not kept", nr);
	tap_errno(group_step(other, 1), ENOENT, "STEP: a handle is its file's own");
	tap_errno(group_drop(other, 1), ENOENT, "GROUP_DROP: likewise");
	tap_errno(group_drop(fd, first), 0, "GROUP_DROP: one is dropped");
	tap_errno(group_drop(fd, first), ENOENT, "GROUP_DROP: only once");
	tap_errno(device_request(fd, PB_IOC_GROUP, &group), 0, "GROUP: there is room for another");
	tap_ok(group.handle > first + PB_MAX_GROUPS - 1, "GROUP: whose handle nobody had before");
	tap_errno(group_step(fd, first), ENOENT, "STEP: the handle of what was dropped");
	close(other);
	close(fd);
}

static struct pb_run run_in(uint32_t group, const char *memory, uint32_t flags)
{
	struct pb_run run = run_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);

	run.group = group;
	run.flags = flags;
	return run;
}

static void test_join(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, 0), again;

	run.worker = 1;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EINVAL, "RUN: worker 1 of one");
	run.worker = 0;
	again = run;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "RUN: a worker on its own");
	tap_ok(run.nr_done == 4 && !run.nr_discarded && run.start_ticks, "RUN: has its samples");
	tap_ok(run.nr_calls == 1 + 8, "RUN: from a whole block (%llu calls)",
	       (unsigned long long)run.nr_calls);
	tap_errno(device_request(fd, PB_IOC_RUN, &again), EBUSY, "RUN: the same worker again");
	tap_errno(group_step(fd, group), ECANCELED, "STEP: all are done");
	tap_errno(group_drop(fd, group), 0, "GROUP_DROP: drops it");
	tap_errno(device_request(fd, PB_IOC_RUN, &again), ENOENT, "RUN: in a group that is gone");
}

static uint64_t pinned_since(uint64_t before)
{
	return (pins_now().acquired - before) / NR_PAGES;
}

/* One call, and not a second one, for each step. */
static void test_paced(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	uint64_t before = pins_now().acquired, nr_steps = 0, nr_wrong = 0;
	struct worker worker;

	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	tap_ok(pinned_since(before) == 0, "paced: no call without a step");
	while (!group_step(fd, group)) {
		nr_steps++;
		usleep(A_MOMENT_US);
		nr_wrong += pinned_since(before) != nr_steps;
	}
	tap_errno(worker_end(&worker), 0, "paced: ends");
	tap_ok(!nr_wrong && nr_steps == worker.run.nr_calls && nr_steps == 9,
	       "paced: %llu calls after %llu steps, one after each",
	       (unsigned long long)worker.run.nr_calls, (unsigned long long)nr_steps);
	tap_ok(pins_balanced(), "paced: nothing stays pinned");
	group_drop(fd, group);
}

/* Steps that come faster than calls are not lost. */
static void test_stepped_ahead(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	uint64_t before = pins_now().acquired;
	struct worker worker;

	group_step(fd, group);
	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	tap_ok(pinned_since(before) == 0, "paced: what was before it started is no step");
	for (int i = 0; i < 9; i++)
		group_step(fd, group);
	tap_errno(worker_end(&worker), 0, "paced: nine steps at once are nine calls");
	group_drop(fd, group);
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void test_never_stepped(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	double before = seconds_now(), took;

	tap_errno(device_request(fd, PB_IOC_RUN, &run), ETIMEDOUT,
		  "paced: a step that never comes");
	took = seconds_now() - before;
	tap_ok(took > PB_WAIT_S - 1 && took < PB_WAIT_S + 1, "paced: after %.3f s", took);
	tap_errno(group_step(fd, group), ECANCELED, "STEP: nobody waits any more");
	group_drop(fd, group);
}

static void on_signal(int number)
{
	(void)number;
}

static void test_signal(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	struct worker worker;

	signal(SIGUSR1, on_signal);
	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	tap_errno(module_delete("pinbench_pin_fast"), EWOULDBLOCK,
		  "a strategy that waits for a step cannot be unloaded");
	pthread_kill(worker.thread, SIGUSR1);
	tap_errno(worker_end(&worker), EINTR, "paced: a signal ends the wait");
	tap_errno(group_step(fd, group), ECANCELED, "STEP: the worker failed");
	group_drop(fd, group);
}

static void test_dropped(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	struct worker worker;

	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	group_step(fd, group);
	usleep(A_MOMENT_US);
	tap_errno(group_drop(fd, group), 0, "GROUP_DROP: while a worker waits");
	tap_errno(worker_end(&worker), ECANCELED, "RUN: whose group is dropped");
	tap_ok(worker.run.nr_calls == 1, "RUN: after one call");
	tap_ok(pins_balanced(), "nothing stays pinned");
}

/* The run has the file for as long as it waits, and that is not for ever. */
static void test_closed(const char *memory)
{
	int fd = device_open();
	struct pb_run run = run_in(group_new(fd, 1, 0), memory, PB_RUN_PACED);
	struct worker worker;

	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	close(fd);
	tap_errno(worker_end(&worker), ETIMEDOUT, "RUN: whose file was closed as it waited");
	tap_ok(pins_balanced(), "nothing stays pinned");
}

static void test_killed(void)
{
	int ready[2], status;
	char byte;
	pid_t pid;

	if (pipe(ready))
		tap_bail("cannot make a pipe");
	pid = fork();
	if (!pid) {
		int fd = device_open();
		char *memory = memory_map(NR_PAGES * PAGE);
		struct pb_run run = run_in(group_new(fd, 1, 0), memory, PB_RUN_PACED);
		struct worker worker;

		worker_start(&worker, fd, -1, &run);
		usleep(A_MOMENT_US);
		if (write(ready[1], "w", 1) == 1)
			pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		tap_bail("the child never came to wait");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a child that waits is killed");
	tap_ok(pins_balanced(), "nothing stays pinned");
	close(ready[0]);
	close(ready[1]);
}

/* A forked child has the file, but not the mm: it can neither step nor drop. */
static void test_forked(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_in(group, memory, PB_RUN_PACED);
	struct worker worker;
	int status;
	pid_t pid;

	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	pid = fork();
	if (!pid)
		_exit(group_step(fd, group) == EBADFD && group_drop(fd, group) == EBADFD ? 0 : 1);
	waitpid(pid, &status, 0);
	tap_ok(WIFEXITED(status) && !WEXITSTATUS(status), "a child neither steps nor drops");
	for (int i = 0; i < 9; i++)
		group_step(fd, group);
	tap_errno(worker_end(&worker), 0, "and the run goes on after the child has ended");
	group_drop(fd, group);
}

/* Each strategy, paced, in a group of one: same samples as without. */
static void test_strategy(int fd, const struct strategy_row *row, const char *memory)
{
	uint32_t group = group_new(fd, 1, 0);
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	struct worker worker;

	run.group = group;
	run.flags = PB_RUN_PACED;
	worker_start(&worker, fd, -1, &run);
	usleep(A_MOMENT_US);
	for (int i = 0; i < 9; i++)
		group_step(fd, group);
	tap_errno(worker_end(&worker), 0, "%s: runs paced", row->name);
	tap_ok(worker.run.nr_done == 4 && worker.run.nr_got == NR_PAGES, "%s: all of it",
	       row->name);
	group_drop(fd, group);
}

void test_group(void)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	int fd = device_open();

	test_rejections(fd);
	test_handles();
	test_join(fd, memory);
	test_paced(fd, memory);
	test_stepped_ahead(fd, memory);
	test_never_stepped(fd, memory);
	test_signal(fd, memory);
	test_dropped(fd, memory);
	test_closed(memory);
	test_killed();
	test_forked(fd, memory);
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		test_strategy(fd, row, memory);
	tap_ok(pins_balanced(), "nothing stays pinned");
	munmap(memory, NR_PAGES * PAGE);
	close(fd);
}
