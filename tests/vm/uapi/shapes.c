// SPDX-License-Identifier: GPL-2.0-only
/*
 * shapes - PB_RUN_TWICE, PB_RUN_HOLD, PB_RUN_TOLERATE and the histogram.
 * Why: each is another way to arrive at a number, and has to agree with the plain way.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "kmods/uapi/histogram.h"
#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 8, NR_HELD = 16, SLACK = 2 * NR_PAGES };

static struct pb_sample least_of(const struct pb_run *run)
{
	struct pb_sample least = { UINT64_MAX, UINT64_MAX };

	for (uint32_t i = 0; i < run->nr_done; i++) {
		if (run_samples[i].acquire_ticks < least.acquire_ticks)
			least.acquire_ticks = run_samples[i].acquire_ticks;
		if (run_samples[i].release_ticks < least.release_ticks)
			least.release_ticks = run_samples[i].release_ticks;
	}
	return least;
}

static struct pb_sample run_least(int fd, uint32_t strategy, const void *memory, uint32_t flags)
{
	struct pb_run run = run_of(strategy, memory, NR_PAGES);

	run.nr_samples = 64;
	run.flags = flags;
	if (device_request(fd, PB_IOC_RUN, &run) || run.nr_done != 64)
		return (struct pb_sample){ 0 };
	return least_of(&run);
}

/*
 * The second operation of a window costs what the one of the other window does, or nearly so: a
 * counter that the kernel keeps per CPU overflows in some windows of two and not in all of one, and
 * a compiler may keep other registers across the first.
 */
static void test_twice(int fd, const struct strategy_row *row, const void *memory)
{
	struct pin_counts before, after;
	struct pb_sample once, twice;
	uint64_t acquire, release;

	run_least(fd, row->id, memory, 0); /* pages become active as they are looked up */
	once = run_least(fd, row->id, memory, 0);
	before = pins_now();
	twice = run_least(fd, row->id, memory, PB_RUN_TWICE);
	after = pins_now();
	acquire = twice.acquire_ticks - once.acquire_ticks;
	release = twice.release_ticks - once.release_ticks;
	if (strategy_pins(row->id))
		tap_ok(after.acquired - before.acquired == 2ULL * 65 * NR_PAGES,
		       "%s: twice pins twice", row->name);
	if (row->id == PB_STRATEGY_noop)
		tap_ok(once.acquire_ticks && !acquire && !release,
		       "noop: twice costs what once does (%+lld, %+lld)", (long long)acquire,
		       (long long)release);
	else
		tap_ok(acquire && acquire <= once.acquire_ticks + SLACK &&
			       release <= once.release_ticks + SLACK,
		       "%s: an operation costs %llu of %llu, and %llu of %llu", row->name,
		       (unsigned long long)acquire, (unsigned long long)once.acquire_ticks,
		       (unsigned long long)release, (unsigned long long)once.release_ticks);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
}

static void test_all_held(int fd, const struct strategy_row *row, const void *memory)
{
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	struct pin_counts before = pins_now(), after;
	struct pb_sample once;

	run.nr_samples = NR_HELD;
	run.flags = PB_RUN_HOLD;
	memset(run_samples, 0, sizeof(run_samples));
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: holds all of %d calls", row->name,
		  NR_HELD);
	after = pins_now();
	tap_ok(run.nr_done == NR_HELD && run.nr_calls == NR_HELD + 1 && run.nr_got == NR_PAGES,
	       "%s: and counts them", row->name);
	if (strategy_pins(row->id))
		tap_ok(after.acquired - before.acquired == (NR_HELD + 1) * NR_PAGES,
		       "%s: each was made", row->name);
	once = least_of(&run);
	tap_ok(once.acquire_ticks >= run.empty_ticks && once.release_ticks >= run.empty_ticks,
	       "%s: each was timed, twice", row->name);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
}

struct blocked {
	int fd;
	struct pb_run run;
	int ret;
};

static void *blocked_run(void *data)
{
	struct blocked *blocked = data;

	blocked->ret = device_request(blocked->fd, PB_IOC_RUN, &blocked->run);
	return NULL;
}

/* The last page of this memory is missing, and who touches it waits until it is filled. */
static int missing_page(char **ret_memory)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };
	char *memory = memory_map((NR_HELD + 1) * PAGE);
	int uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	madvise(memory + NR_HELD * PAGE, PAGE, MADV_DONTNEED);
	range.range.start = (uintptr_t)memory + NR_HELD * PAGE;
	range.range.len = PAGE;
	if (uffd < 0 || ioctl(uffd, UFFDIO_API, &api) || ioctl(uffd, UFFDIO_REGISTER, &range))
		tap_bail("cannot watch for faults");
	*ret_memory = memory;
	return uffd;
}

static struct pb_run held_run(const char *memory)
{
	struct pb_run run = run_of(PB_STRATEGY_pin_fast, memory, 1);

	run.flags = PB_RUN_HOLD;
	run.nr_warmup = 0;
	run.nr_samples = NR_HELD + 1;
	run.stride_pages = 1;
	run.region_pages = NR_HELD + 1;
	return run;
}

/* As the last call waits for its page, those of all others are held: exactly those. */
static void test_held(int fd)
{
	struct uffdio_zeropage fill = { .range.len = PAGE };
	struct blocked blocked = { .fd = fd };
	struct uffd_msg message;
	pthread_t thread;
	char *memory;
	int uffd = missing_page(&memory);

	blocked.run = held_run(memory);
	if (pthread_create(&thread, NULL, blocked_run, &blocked) ||
	    read(uffd, &message, sizeof(message)) != sizeof(message))
		tap_bail("no fault came");
	tap_ok(pins_held() == NR_HELD, "hold: %llu pages are held as the last call waits",
	       (unsigned long long)pins_held());
	fill.range.start = (uintptr_t)memory + NR_HELD * PAGE;
	ioctl(uffd, UFFDIO_ZEROPAGE, &fill);
	pthread_join(thread, NULL);
	tap_errno(blocked.ret, 0, "hold: the last page comes");
	tap_ok(blocked.run.nr_done == NR_HELD + 1, "hold: and every call counts");
	tap_ok(pins_balanced(), "hold: nothing stays pinned");
	close(uffd);
	munmap(memory, (NR_HELD + 1) * PAGE);
}

static void test_held_killed(void)
{
	int ready[2];
	char byte;
	pid_t pid;

	if (pipe(ready))
		tap_bail("cannot make a pipe");
	pid = fork();
	if (!pid) {
		struct blocked blocked = { .fd = device_open() };
		struct uffd_msg message;
		pthread_t thread;
		char *memory;
		int uffd = missing_page(&memory);

		blocked.run = held_run(memory);
		pthread_create(&thread, NULL, blocked_run, &blocked);
		if (read(uffd, &message, sizeof(message)) > 0 && write(ready[1], "h", 1) == 1)
			pause();
		_exit(1);
	}
	if (read(ready[0], &byte, 1) != 1)
		tap_bail("the child never came to hold anything");
	tap_ok(pins_held() == NR_HELD, "hold: a child holds %d pages", NR_HELD);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	tap_ok(pins_balanced(), "hold: nothing stays pinned after kill -9");
	close(ready[0]);
	close(ready[1]);
}

static void test_buckets(void)
{
	unsigned int nr_wrong = 0;
	uint64_t next = 0;

	for (uint32_t i = 0; i < PB_NR_BUCKETS; i++) {
		uint64_t low = pb_bucket_low(i), width = pb_bucket_width(i);

		nr_wrong += low != next || pb_bucket_of(low) != i ||
			    pb_bucket_of(low + width - 1) != i ||
			    (low >= 64 && width > low / PB_NR_SUBBUCKETS);
		next = low + width;
	}
	tap_ok(!nr_wrong && next == 0, "buckets: side by side from 0 to 2^64");
}

static struct pb_run_histogram histogram;

static void test_histogram(int fd, const struct strategy_row *row, const void *memory,
			   uint32_t flags)
{
	static struct pb_run_histogram mine;
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	uint64_t acquires = 0, releases = 0;

	histogram = (struct pb_run_histogram){ .size = sizeof(histogram) };
	memset(histogram.acquire, 0xff, sizeof(histogram.acquire));
	mine = (struct pb_run_histogram){ .size = sizeof(mine) };
	run.nr_samples = 500;
	run.histogram = (uintptr_t)&histogram;
	run.flags = flags;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: counts 500 samples, flags %#x",
		  row->name, flags);
	for (uint32_t i = 0; i < 500; i++) {
		mine.acquire[pb_bucket_of(run_samples[i].acquire_ticks)]++;
		mine.release[pb_bucket_of(run_samples[i].release_ticks)]++;
	}
	tap_ok(!memcmp(&mine, &histogram, sizeof(mine)), "%s: the histogram is the samples'",
	       row->name);

	run.nr_samples = 10;
	run.nr_ops = 3000;
	memset(run_samples, 0, sizeof(run_samples));
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: counts 3000 calls", row->name);
	for (uint32_t i = 0; i < PB_NR_BUCKETS; i++) {
		acquires += histogram.acquire[i];
		releases += histogram.release[i];
	}
	tap_ok(acquires == 3000 && releases == 3000 && run.nr_counted == 3000,
	       "%s: %llu and %llu are in the histogram", row->name, (unsigned long long)acquires,
	       (unsigned long long)releases);
	tap_ok(run.nr_done == 10 && run_samples[9].release_ticks && !run_samples[10].acquire_ticks,
	       "%s: and ten are stored one by one", row->name);
}

/* Page 5 of 8 is missing. Calls of one page fail there; calls of two at 4 get one, at 5 none. */
static void test_tolerate(int fd, const struct strategy_row *row)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	struct pb_run run = run_of(row->id, memory, 1);
	bool all_or_nothing = row->id == PB_STRATEGY_odp;

	munmap(memory + 5 * PAGE, PAGE);
	run.stride_pages = 1, run.region_pages = 8;
	run.nr_warmup = 0, run.nr_samples = 14;
	run.flags = PB_RUN_TOLERATE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: tolerates a hole", row->name);
	tap_ok(run.nr_done == 14 && run.nr_calls == 16 && !run.nr_partial &&
		       run.failures[0].error == EFAULT && run.failures[0].nr_calls == 2 &&
		       !run.failures[1].error,
	       "%s: two of 16 calls failed", row->name);

	run.nr_pages = 2, run.region_pages = 7, run.nr_samples = 10;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: and calls cut short", row->name);
	tap_ok(run.nr_done == 10 && run.nr_calls == 14 &&
		       run.nr_partial == (all_or_nothing ? 0 : 2) &&
		       run.failures[0].nr_calls == (all_or_nothing ? 4 : 2),
	       "%s: %u of %llu calls were, %u failed", row->name, run.nr_partial,
	       (unsigned long long)run.nr_calls, run.failures[0].nr_calls);

	run.flags |= PB_RUN_HOLD;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: also where all are held",
		  row->name);
	tap_ok(run.nr_done == 10 && run.nr_calls == 14, "%s: with as many calls", row->name);
	run.flags = PB_RUN_TOLERATE | PB_RUN_TWICE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: and twice", row->name);
	tap_ok(run.nr_partial == (all_or_nothing ? 0 : 4) &&
		       run.failures[0].nr_calls == (all_or_nothing ? 8 : 4),
	       "%s: counting both", row->name);

	run.addr += 5ULL * PAGE, run.stride_pages = 0, run.region_pages = 0;
	run.nr_pages = 1, run.flags = PB_RUN_TOLERATE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EOVERFLOW, "%s: not for ever", row->name);
	tap_ok(!run.nr_done && run.nr_calls == PB_MAX_FAILURES && run.failures[0].error == EFAULT &&
		       run.failures[0].nr_calls == PB_MAX_FAILURES,
	       "%s: after %u failures", row->name, run.failures[0].nr_calls);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	munmap(memory, NR_PAGES * PAGE);
}

void test_shapes(void)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	int fd = device_open();

	test_buckets();
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_twice(fd, row, memory);
		test_all_held(fd, row, memory);
		test_histogram(fd, row, memory, 0);
		test_histogram(fd, row, memory, PB_RUN_TWICE);
		test_histogram(fd, row, memory, PB_RUN_HOLD);
		if (strategy_walks(row->id) && row->id != PB_STRATEGY_ref)
			test_tolerate(fd, row);
	}
	test_held(fd);
	test_held_killed();
	munmap(memory, NR_PAGES * PAGE);
	close(fd);
}
