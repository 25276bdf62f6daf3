// SPDX-License-Identifier: GPL-2.0-only
/*
 * fields - what PB_IOC_RUN refuses among releases, strides, counts, flags and groups.
 * Why: fields that contradict one another must not become a number of something else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 4 };

static struct pb_run_histogram histogram = { .size = sizeof(histogram) };

static void expect_errno(int fd, struct pb_run run, int want, const char *what)
{
	run.nr_done = ~0U;
	run.nr_counted = ~0U;
	run.nr_calls = ~0ULL;
	run.failures[0].error = ~0U;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), want, "RUN: %s", what);
	tap_ok(!run.nr_done && !run.nr_counted && !run.nr_calls && !run.failures[0].error,
	       "RUN: %s: no call was made", what);
}

static void test_releases(int fd, const struct pb_run *good)
{
	struct pb_run run = *good;

	run.release = PB_RELEASE_NONE;
	expect_errno(fd, run, EINVAL, "release 0");
	run.release = PB_RELEASE_FOLIO + 1;
	expect_errno(fd, run, EINVAL, "a release that is none");
	run.release = ~0U;
	expect_errno(fd, run, EINVAL, "release 2^32-1");
	run = *good, run.release = PB_RELEASE_DIRTY;
	expect_errno(fd, run, EOPNOTSUPP, "dirty pages that were pinned for reading");
}

static void test_flags(int fd, const struct pb_run *good)
{
	struct pb_run run = *good;

	run.flags = PB_RUN_HOLD | PB_RUN_TWICE;
	expect_errno(fd, run, EINVAL, "hold and twice");
	run.flags = PB_RUN_HOLD, run.group = 1;
	expect_errno(fd, run, EINVAL, "hold in a group");
	run = *good, run.flags = PB_RUN_IRQS_OFF | PB_RUN_HOLD;
	expect_errno(fd, run, EINVAL, "interrupts off and hold");
	run.flags = PB_RUN_IRQS_OFF | PB_RUN_TWICE;
	expect_errno(fd, run, EINVAL, "interrupts off and twice");
	for (uint32_t flag = 1; flag < PB_RUN_RECORD; flag <<= 1) {
		run = *good, run.flags = PB_RUN_RECORD | flag;
		if (flag != PB_RUN_WRITE)
			expect_errno(fd, run, EINVAL, "record and another flag");
	}
	run = *good, run.flags = PB_RUN_RECORD, run.stride_pages = 1, run.region_pages = 2;
	expect_errno(fd, run, EINVAL, "record, and move on");
	run = *good, run.flags = PB_RUN_RECORD, run.nr_warmup = PB_MAX_PAGES / NR_PAGES;
	expect_errno(fd, run, E2BIG, "more pages recorded than are allowed");
	run = *good, run.flags = PB_RUN_PACED;
	expect_errno(fd, run, EINVAL, "paced by no group");
	run = *good, run.worker = 1;
	expect_errno(fd, run, EINVAL, "worker 1 of no group");
	run = *good, run.group = 1;
	expect_errno(fd, run, ENOENT, "a group that is none");
	run.group = ~0U;
	expect_errno(fd, run, ENOENT, "group 2^32-1");
	run = *good, run.flags = PB_RUN_HOLD;
	run.nr_samples = PB_MAX_PAGES / NR_PAGES + 1;
	expect_errno(fd, run, E2BIG, "more pages held than are allowed");
}

/* The last page that a call may be made on; how far user space goes depends on the CPU. */
static uint64_t last_page(int fd)
{
	uint64_t good = 1, bad = 1ULL << 51; /* in pages */

	while (bad - good > 1) {
		struct pb_run run = run_of(PB_STRATEGY_noop, NULL, 1);

		run.addr = (good + bad) / 2 * PAGE;
		if (device_request(fd, PB_IOC_RUN, &run))
			bad = (good + bad) / 2;
		else
			good = (good + bad) / 2;
	}
	return good * PAGE;
}

static void test_regions(int fd, const struct pb_run *good)
{
	struct pb_run run = *good;

	run.stride_pages = 1;
	expect_errno(fd, run, EINVAL, "a stride through no region");
	run = *good, run.region_pages = 1;
	expect_errno(fd, run, EINVAL, "a region without a stride");
	run.stride_pages = 2;
	expect_errno(fd, run, EINVAL, "a stride beyond the region");
	run.region_pages = PB_MAX_PAGES + 1;
	expect_errno(fd, run, E2BIG, "a region a page too long");
	run.stride_pages = run.region_pages = ~0ULL;
	expect_errno(fd, run, E2BIG, "a region of 2^64-1 pages");
	run = *good, run.strategy = PB_STRATEGY_noop;
	run.addr = last_page(fd) - 3ULL * PAGE;
	run.nr_pages = 3;
	run.stride_pages = 1, run.region_pages = 3;
	expect_errno(fd, run, EFAULT, "a region whose last call leaves user space");
	run.region_pages = 2;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "RUN: a region that just does not");
}

static void test_counts(int fd, const struct pb_run *good)
{
	struct pb_run_histogram wrong = histogram;
	struct pb_run run = *good;

	run.nr_ops = run.nr_samples - 1;
	expect_errno(fd, run, EINVAL, "fewer operations than samples");
	run.nr_ops = run.nr_samples + 1;
	expect_errno(fd, run, EINVAL, "more operations than samples, counted nowhere");
	run.histogram = (uintptr_t)&histogram;
	run.nr_ops = PB_MAX_OPS + 1;
	expect_errno(fd, run, E2BIG, "an operation too many");
	run = *good, run.histogram = (uintptr_t)&wrong;
	wrong.pad = 1;
	expect_errno(fd, run, EINVAL, "the histogram's pad");
	wrong.pad = 0, wrong.size--;
	expect_errno(fd, run, EINVAL, "the histogram's size");
	run.histogram = PAGE;
	expect_errno(fd, run, EFAULT, "a histogram that is not mapped");
	run.histogram = 0xffff888000000000;
	expect_errno(fd, run, EFAULT, "a histogram in the kernel");
}

/* Only the end of the run finds out, so calls were made; their pages are released all the same. */
static void test_read_only(int fd, const struct pb_run *good)
{
	char *page =
		mmap(NULL, 5UL * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pb_run run = *good;

	memcpy(page, &histogram, sizeof(histogram));
	mprotect(page, 5UL * PAGE, PROT_READ);
	run.histogram = (uintptr_t)page;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EFAULT, "RUN: histogram goes to read-only");
	tap_ok(pins_balanced(), "RUN: and nothing stays pinned");
	munmap(page, 5UL * PAGE);
}

void test_fields(void)
{
	char *memory = memory_map(NR_PAGES * PAGE);
	const struct pb_run good = run_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);
	int fd = device_open();

	test_releases(fd, &good);
	test_flags(fd, &good);
	test_regions(fd, &good);
	test_counts(fd, &good);
	test_read_only(fd, &good);
	tap_ok(pins_balanced(), "RUN: rejections pinned nothing");
	munmap(memory, NR_PAGES * PAGE);
	close(fd);
}
