// SPDX-License-Identifier: GPL-2.0-only
/*
 * run - PB_IOC_RUN: every rejection, every error, and what a good run says.
 * Why: a request that is not exactly what was meant must not become a number.
 */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 16, NOOP_MOST = 20 };

/* On arm64 the highest byte is a tag that the kernel looks past; bit 55 tells the halves apart. */
#if defined(__aarch64__)
#define FIRST_KERNEL_ADDR (0xff8ULL << 52)
#else
#define FIRST_KERNEL_ADDR (1ULL << 63)
#endif

static void expect_errno(int fd, struct pb_run run, int want, const char *what)
{
	run.nr_done = ~0U;
	run.nr_got = ~0ULL;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), want, "RUN: %s", what);
	tap_ok(run.nr_done == 0 && run.nr_got == 0, "RUN: %s: nothing was done or got", what);
}

static void test_invalid(int fd, char *memory)
{
	const struct pb_run good = run_of(PB_STRATEGY_get_fast, memory, NR_PAGES);
	struct pb_run run = good;
	char what[64];

	run.pad = 1;
	expect_errno(fd, run, EINVAL, "pad");
	for (unsigned int bit = 0; bit < 32; bit++) {
		run = good;
		run.flags = 1U << bit;
		snprintf(what, sizeof(what), "flag bit %u", bit);
		if (!(run.flags & PB_RUN_ALL))
			expect_errno(fd, run, EINVAL, what);
	}
	run = good, run.strategy = 0;
	expect_errno(fd, run, EINVAL, "id 0");
	run = good, run.nr_pages = 0;
	expect_errno(fd, run, EINVAL, "no pages");
	run = good, run.nr_samples = 0;
	expect_errno(fd, run, EINVAL, "no samples");
	run = good, run.addr += 1;
	expect_errno(fd, run, EINVAL, "address one byte into a page");
	run = good, run.addr += PAGE / 2;
	expect_errno(fd, run, EINVAL, "address half a page into a page");
}

static void test_limits(int fd, char *memory)
{
	const struct pb_run good = run_of(PB_STRATEGY_noop, memory, 1);
	struct pb_run run = good;

	run.nr_pages = PB_MAX_PAGES + 1;
	expect_errno(fd, run, E2BIG, "a page too many");
	run.nr_pages = ~0ULL;
	expect_errno(fd, run, E2BIG, "2^64-1 pages");
	run = good, run.nr_samples = PB_MAX_SAMPLES + 1;
	expect_errno(fd, run, E2BIG, "a sample too many");
	run = good, run.nr_samples = ~0U;
	expect_errno(fd, run, E2BIG, "2^32-1 samples");
	run = good, run.nr_warmup = PB_MAX_WARMUP + 1;
	expect_errno(fd, run, E2BIG, "a warm-up call too many");

	run = good, run.nr_pages = PB_MAX_PAGES;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "RUN: as many pages as are allowed");
	run = good, run.nr_warmup = PB_MAX_WARMUP;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "RUN: as much warm-up as is allowed");
	run = good, run.nr_samples = PB_MAX_SAMPLES;
	run.samples = (uintptr_t)memory_map_huge(PB_MAX_SAMPLES * sizeof(struct pb_sample));
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "RUN: as many samples as are allowed");
	tap_ok(run.nr_done == PB_MAX_SAMPLES, "RUN: and all are taken");
	munmap((void *)(uintptr_t)run.samples, PB_MAX_SAMPLES * sizeof(struct pb_sample));
}

static void test_unknown(int fd, char *memory)
{
	const uint32_t unknown[] = { 40, PB_MAX_ID, PB_MAX_ID + 1, ~0U };

	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++)
		expect_errno(fd, run_of(unknown[i], memory, 1), ENOENT, "a strategy that is none");
}

static void test_ranges(int fd, char *memory)
{
	struct pb_run run = run_of(PB_STRATEGY_noop, memory, 1);

	run.addr = -(uint64_t)PAGE;
	expect_errno(fd, run, EFAULT, "the last page of the address space");
	run.nr_pages = 2;
	expect_errno(fd, run, EFAULT, "a range that wraps to 0");
	run.nr_pages = PB_MAX_PAGES;
	expect_errno(fd, run, EFAULT, "a range that wraps far");
	run.addr = 0xffff888000000000;
	expect_errno(fd, run, EFAULT, "kernel memory");
	run.addr = FIRST_KERNEL_ADDR;
	expect_errno(fd, run, EFAULT, "the lowest kernel address");
	run.addr = (1ULL << 63) - PAGE;
	run.nr_pages = 2;
	expect_errno(fd, run, EFAULT, "a range that leaves user space");
}

static void test_samples(int fd, char *memory)
{
	struct pb_run run = run_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);

	run.samples = 0;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "RUN: samples go nowhere");
	run.samples = 0xffff888000000000;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "RUN: samples go to the kernel");
	run.samples = (uintptr_t)memory_read_only("", 1);
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "RUN: samples go to read-only");
	tap_ok(pins_balanced(), "RUN: and nothing stays pinned");
}

/* Pages 0..4 are there, 5 is not, 6.. are. */
static void test_hole(int fd, const struct strategy_row *row)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	struct pb_run run = run_of(row->id, memory, NR_PAGES);

	munmap(memory + 5 * PAGE, PAGE);
	if (!strategy_walks(row->id)) {
		tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: a hole is not seen",
			  row->name);
	} else if (row->id == PB_STRATEGY_odp) { /* hmm_range_fault() gives all or nothing */
		tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "odp: a hole");
		tap_ok(!run.nr_got && !run.nr_done, "odp: a hole: nothing was got");
	} else {
		tap_errno(device_request(fd, PB_IOC_RUN, &run), EIO, "%s: a hole", row->name);
		tap_ok(run.nr_got == 5 && !run.nr_done, "%s: a hole: 5 pages were got (%llu)",
		       row->name, (unsigned long long)run.nr_got);
		run = run_of(row->id, memory + 5 * PAGE, 1);
		tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "%s: not mapped",
			  row->name);
		tap_ok(!run.nr_got && !run.nr_done, "%s: not mapped: nothing was got", row->name);
	}
	munmap(memory, NR_PAGES * PAGE);
}

/* Two mappings of different protection side by side are one range. */
static void test_two_vmas(int fd, const struct strategy_row *row)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	struct pb_run run = run_of(row->id, memory, NR_PAGES);

	mprotect(memory + 5 * PAGE, 3 * PAGE, PROT_READ);
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: a range over three mappings",
		  row->name);
	tap_ok(run.nr_got == NR_PAGES && run.nr_done == 4, "%s: and all of it", row->name);
	munmap(memory, NR_PAGES * PAGE);
}

/* PB_RUN_WRITE on a page that may not be written. */
static void test_write(int fd, const struct strategy_row *row, char *memory)
{
	char *page = memory_read_only("x", 1);
	struct pb_run run = run_of(row->id, page, 1);
	int want = EFAULT;

	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: reads read-only memory", row->name);
	if (row->id == PB_STRATEGY_odp)
		want = EPERM; /* hmm_range_fault()'s own word for it */
	else if (row->id == PB_STRATEGY_noop || row->id == PB_STRATEGY_follow)
		want = 0;
	run.flags = PB_RUN_WRITE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), want, "%s: writes read-only memory",
		  row->name);
	run = run_of(row->id, memory, NR_PAGES);
	run.flags = PB_RUN_WRITE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: writes memory", row->name);
	munmap(page, PAGE);
}

static void test_result(int fd, const struct strategy_row *row, char *memory)
{
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	unsigned int nr_short = 0;

	run.nr_samples = 4096;
	memset(run_samples, 0, sizeof(run_samples));
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: runs", row->name);
	tap_ok(run.nr_done == 4096 && run.nr_got == NR_PAGES, "%s: takes every sample", row->name);
	for (int i = 0; i < 4096; i++)
		nr_short += run_samples[i].acquire_ticks < run.empty_ticks ||
			    run_samples[i].release_ticks < run.empty_ticks;
	tap_ok(run.empty_ticks && !nr_short, "%s: no sample is shorter than an empty one",
	       row->name);
	tap_ok(!run.setup_ticks == (row->id != PB_STRATEGY_odp) &&
		       !run.teardown_ticks == (row->id != PB_STRATEGY_odp),
	       "%s: set-up and teardown are timed for odp alone", row->name);
	tap_ok(!run.retries && !run.invalidations, "%s: nobody disturbed it", row->name);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
}

struct disturber {
	char *memory;
	atomic_bool stop;
	atomic_uint nr_dropped;
};

static void *disturb(void *data)
{
	struct disturber *disturber = data;

	while (!atomic_load(&disturber->stop)) {
		madvise(disturber->memory, NR_PAGES * PAGE, MADV_DONTNEED);
		atomic_fetch_add(&disturber->nr_dropped, 1);
		usleep(500);
	}
	return NULL;
}

/* Another thread takes the pages away, again and again: every strategy has to find them anew. */
static void test_disturbed(int fd, const struct strategy_row *row)
{
	struct disturber disturber = { .memory = memory_map(NR_PAGES * PAGE) };
	struct pb_run run = run_of(row->id, disturber.memory, NR_PAGES);
	pthread_t thread;
	int ret;

	/* a walk finds nothing where nothing is mapped, and ref looks pages up only once */
	if (!strategy_walks(row->id) || row->id == PB_STRATEGY_follow)
		return;
	run.nr_samples = 4096;
	run.flags = PB_RUN_WRITE;
	if (pthread_create(&thread, NULL, disturb, &disturber))
		tap_bail("cannot start a thread");
	while (!atomic_load(&disturber.nr_dropped))
		usleep(100);
	ret = device_request(fd, PB_IOC_RUN, &run);
	atomic_store(&disturber.stop, true);
	pthread_join(thread, NULL);
	tap_errno(ret, 0, "%s: runs while its pages are taken away", row->name);
	tap_ok(!run.invalidations == (row->id != PB_STRATEGY_odp),
	       "%s: the notifier was told of %llu ranges, %u calls started again", row->name,
	       (unsigned long long)run.invalidations, run.retries);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	munmap(disturber.memory, NR_PAGES * PAGE);
}

/* What the loop adds to every number of every strategy. */
static void test_noop(int fd, char *memory)
{
	struct pb_run run = run_of(PB_STRATEGY_noop, memory, NR_PAGES);
	uint64_t acquire = ~0ULL, release = ~0ULL;

	run.nr_samples = 64;
	device_request(fd, PB_IOC_RUN, &run);
	for (int i = 0; i < 64; i++) {
		if (run_samples[i].acquire_ticks < acquire)
			acquire = run_samples[i].acquire_ticks;
		if (run_samples[i].release_ticks < release)
			release = run_samples[i].release_ticks;
	}
	acquire -= run.empty_ticks;
	release -= run.empty_ticks;
	tap_ok(acquire + release <= NOOP_MOST, "noop: %llu + %llu instructions, at most %d",
	       (unsigned long long)acquire, (unsigned long long)release, NOOP_MOST);
}

void test_run(void)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	int fd = device_open(), other = device_open();

	test_invalid(fd, memory);
	test_limits(fd, memory);
	test_unknown(fd, memory);
	test_ranges(fd, memory);
	test_samples(fd, memory);
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_hole(fd, row);
		test_two_vmas(fd, row);
		test_write(other, row, memory);
		test_result(other, row, memory);
		test_disturbed(other, row);
	}
	test_noop(fd, memory);
	munmap(memory, NR_PAGES * PAGE);
	close(other);
	close(fd);
}
