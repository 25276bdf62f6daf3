// SPDX-License-Identifier: GPL-2.0-only
/*
 * corun - workers of a group on two CPUs: they start together, run together, end together.
 * Why: what threads do to one another can only be measured while they do it. Needs a guest whose
 * CPUs run at the same time; how long anything takes there means nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 4, NR_SAMPLES = 200, NR_TRIES = 20, SKEW_MOST_US = 200, LATE_US = 20000 };

static uint64_t ticks_hz;

static struct pb_run run_in(uint32_t group, uint32_t strategy, const char *memory, uint32_t worker)
{
	struct pb_run run = run_of(strategy, memory + (size_t)worker * NR_PAGES * PAGE, NR_PAGES);

	run.group = group;
	run.worker = worker;
	run.nr_samples = NR_SAMPLES;
	return run;
}

/* Both workers, each on a CPU; their results are in @workers. Returns the group's handle. */
static uint32_t pair_start(int fd, struct worker workers[2], const char *memory, uint32_t delay_us)
{
	uint32_t group = group_new(fd, 2, delay_us);

	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, i);

		worker_start(&workers[i], fd, (int)i, &run);
	}
	return group;
}

static double pair_skew_us(int fd, const char *memory, uint32_t delay_us, int *ret_failed)
{
	struct worker workers[2];
	uint32_t group = pair_start(fd, workers, memory, delay_us);
	int first = worker_end(&workers[0]), second = worker_end(&workers[1]);
	int64_t skew = (int64_t)(workers[1].run.start_ticks - workers[0].run.start_ticks);

	if (first || second || !workers[0].run.start_ticks ||
	    workers[0].run.nr_done != NR_SAMPLES || workers[1].run.nr_done != NR_SAMPLES) {
		printf("# %s, %s; %u and %u samples\n", strerrorname_np(first),
		       strerrorname_np(second), workers[0].run.nr_done, workers[1].run.nr_done);
		++*ret_failed;
	}
	group_drop(fd, group);
	return (double)llabs(skew) * 1e6 / (double)ticks_hz;
}

/*
 * The host may take a CPU away at any time, and does: so the best of many tries counts, and a machine
 * that has other things to do gets more of them.
 */
static void test_barrier(int fd, const char *memory)
{
	double least = 1e9, skew;
	int nr_failed = 0, nr = 0;

	for (; nr < NR_TRIES || (least >= SKEW_MOST_US && nr < 20 * NR_TRIES); nr++) {
		skew = pair_skew_us(fd, memory, 0, &nr_failed);
		least = skew < least ? skew : least;
	}
	tap_ok(!nr_failed, "%d pairs have all their samples", nr);
	tap_ok(least < SKEW_MOST_US, "and start within %.1f us, at most %d", least, SKEW_MOST_US);
}

/* Where the host holds one of them up, they start closer together or farther apart: not always. */
static void test_late(int fd, const char *memory)
{
	double skew = 0;
	int nr_failed = 0;
	bool seen = false;

	for (int i = 0; i < NR_TRIES && !seen; i++) {
		skew = pair_skew_us(fd, memory, LATE_US, &nr_failed);
		seen = skew >= LATE_US && skew < LATE_US * 1.5;
	}
	tap_ok(!nr_failed && seen, "a start that is %d us late on purpose is seen: %.0f us",
	       LATE_US, skew);
}

/* The first to have its samples goes on until the last one has them. */
static void test_run_on(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct pb_run run = run_in(group, PB_STRATEGY_pin, memory, 0);
	struct worker workers[2];

	run.nr_samples = 1;
	worker_start(&workers[0], fd, 0, &run);
	run = run_in(group, PB_STRATEGY_pin, memory, 1);
	worker_start(&workers[1], fd, 1, &run);
	tap_errno(worker_end(&workers[0]), 0, "one that has its sample");
	tap_errno(worker_end(&workers[1]), 0, "and one that wants 200");
	tap_ok(workers[0].run.nr_done == 1 && workers[0].run.nr_calls > NR_SAMPLES / 2,
	       "the first made %" PRIu64 " calls", (uint64_t)workers[0].run.nr_calls);
	tap_ok(workers[1].run.nr_done == NR_SAMPLES, "the other has all of its samples");
	group_drop(fd, group);
}

static void test_never_comes(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, 0), late;

	tap_errno(device_request(fd, PB_IOC_RUN, &run), ETIMEDOUT, "a peer that never comes");
	tap_ok(!run.nr_calls, "no call was made");
	late = run_in(group, PB_STRATEGY_pin_fast, memory, 1);
	tap_errno(device_request(fd, PB_IOC_RUN, &late), ECANCELED, "and one that comes too late");
	group_drop(fd, group);
}

static void test_one_cpu_shared(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct worker workers[2];
	int first, second;

	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, i);

		worker_start(&workers[i], fd, 1, &run);
	}
	first = worker_end(&workers[0]);
	second = worker_end(&workers[1]);
	tap_ok((first == ETIMEDOUT && second == ECANCELED) ||
		       (first == ECANCELED && second == ETIMEDOUT) ||
		       (first == ETIMEDOUT && second == ETIMEDOUT),
	       "two on one CPU never run at the same time (%s, %s)", strerrorname_np(first),
	       strerrorname_np(second));
	tap_ok(!workers[0].run.nr_counted && !workers[1].run.nr_counted &&
		       workers[0].run.nr_discarded,
	       "so no call counts: %" PRIu64 " were discarded",
	       (uint64_t)workers[0].run.nr_discarded);
	tap_ok(pins_balanced(), "nothing stays pinned");
	group_drop(fd, group);
}

static void on_signal(int number)
{
	(void)number;
}

/* Runs for ever but for what happens to it. */
static void long_start(int fd, struct worker workers[2], const char *memory, uint32_t group)
{
	static struct pb_run_histogram histogram = { .size = sizeof(histogram) };

	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, i);

		run.nr_ops = PB_MAX_OPS;
		run.histogram = (uintptr_t)&histogram;
		worker_start(&workers[i], fd, (int)i, &run);
	}
	usleep(200000);
}

static void test_signal(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct worker workers[2];

	signal(SIGUSR1, on_signal);
	long_start(fd, workers, memory, group);
	pthread_kill(workers[1].thread, SIGUSR1);
	tap_errno(worker_end(&workers[1]), EINTR, "a worker that gets a signal");
	tap_errno(worker_end(&workers[0]), ECANCELED, "and its peer");
	tap_ok(workers[0].run.nr_calls && workers[1].run.nr_calls, "in the middle of their runs");
	tap_ok(pins_balanced(), "nothing stays pinned");
	group_drop(fd, group);
}

static void test_dropped(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct worker workers[2];

	long_start(fd, workers, memory, group);
	tap_errno(module_delete("pinbench_pin_fast"), EWOULDBLOCK, "a strategy in use stays");
	tap_errno(group_drop(fd, group), 0, "a group in use is dropped");
	tap_errno(worker_end(&workers[0]), ECANCELED, "one worker ends");
	tap_errno(worker_end(&workers[1]), ECANCELED, "so does the other");
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
		char *memory = memory_map(2UL * NR_PAGES * PAGE);
		struct worker workers[2];

		long_start(fd, workers, memory, group_new(fd, 2, 0));
		if (write(ready[1], "r", 1) == 1)
			pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		tap_bail("the child never ran");
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	tap_ok(WIFSIGNALED(status), "a process with two workers is killed");
	tap_ok(pins_balanced(), "nothing stays pinned");
	close(ready[0]);
	close(ready[1]);
}

static void test_failing(int fd)
{
	char *memory = memory_map(2UL * NR_PAGES * PAGE);
	struct worker workers[2];
	uint32_t group;

	munmap(memory + NR_PAGES * PAGE + PAGE, PAGE);
	group = pair_start(fd, workers, memory, 0);
	tap_errno(worker_end(&workers[1]), EIO, "a worker whose range has a hole");
	tap_errno(worker_end(&workers[0]), ECANCELED, "and its peer");
	group_drop(fd, group);

	group = group_new(fd, 2, 0);
	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, i);

		run.release = i ? PB_RELEASE_DIRTY : PB_RELEASE_PLAIN;
		worker_start(&workers[i], fd, (int)i, &run);
	}
	tap_errno(worker_end(&workers[1]), EOPNOTSUPP, "a worker that is refused");
	tap_errno(worker_end(&workers[0]), ECANCELED, "and its peer, at the barrier");
	tap_ok(pins_balanced(), "nothing stays pinned");
	group_drop(fd, group);
	munmap(memory, 2UL * NR_PAGES * PAGE);
}

/* Both wait for the same steps; each call of one has a call of the other beside it. */
static void test_paced(int fd, const char *memory)
{
	uint32_t group = group_new(fd, 2, 0);
	struct worker workers[2];

	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, PB_STRATEGY_pin_fast, memory, i);

		run.nr_samples = 8;
		run.flags = PB_RUN_PACED;
		worker_start(&workers[i], fd, (int)i, &run);
	}
	while (!group_step(fd, group))
		usleep(2000);
	tap_errno(worker_end(&workers[0]), 0, "paced: one worker ends");
	tap_errno(worker_end(&workers[1]), 0, "paced: so does the other");
	group_drop(fd, group);
}

/* Every strategy and shape that a group takes, on the same pages. */
static void test_strategy(int fd, const struct strategy_row *row, const char *memory,
			  uint32_t flags)
{
	uint32_t group = group_new(fd, 2, 0);
	struct worker workers[2];
	int first, second;

	for (uint32_t i = 0; i < 2; i++) {
		struct pb_run run = run_in(group, row->id, memory, 0);

		run.worker = i;
		run.flags = flags;
		worker_start(&workers[i], fd, (int)i, &run);
	}
	first = worker_end(&workers[0]);
	second = worker_end(&workers[1]);
	tap_ok(!first && !second && workers[0].run.nr_done == NR_SAMPLES &&
		       workers[1].run.nr_done == NR_SAMPLES,
	       "%s: two at a time, flags %#x: %s, %s, %" PRIu64 " and %" PRIu64 " discarded",
	       row->name, flags, first ? strerrorname_np(first) : "ok",
	       second ? strerrorname_np(second) : "ok", (uint64_t)workers[0].run.nr_discarded,
	       (uint64_t)workers[1].run.nr_discarded);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	group_drop(fd, group);
}

void test_corun(void)
{
	char *memory = memory_map(2UL * NR_PAGES * PAGE);
	struct pb_group three = { .size = sizeof(three), .nr_workers = 3 };
	struct pb_info info = { .size = sizeof(info) };
	int fd = device_open();

	device_request(fd, PB_IOC_INFO, &info);
	ticks_hz = info.ticks_hz;
	tap_errno(device_request(fd, PB_IOC_GROUP, &three), E2BIG, "GROUP: three on two CPUs");
	test_barrier(fd, memory);
	test_late(fd, memory);
	test_run_on(fd, memory);
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_strategy(fd, row, memory, 0);
		test_strategy(fd, row, memory, PB_RUN_TWICE | PB_RUN_WRITE);
	}
	test_paced(fd, memory);
	test_signal(fd, memory);
	test_dropped(fd, memory);
	test_killed();
	test_failing(fd);
	test_never_comes(fd, memory);
	test_one_cpu_shared(fd, memory);
	munmap(memory, 2UL * NR_PAGES * PAGE);
	close(fd);
}
