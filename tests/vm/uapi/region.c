// SPDX-License-Identifier: GPL-2.0-only
/*
 * region - calls that walk through a region touch the pages that they should, and no other.
 * Why: a fault is measured on a page that is not there yet, so each call has to find one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_REGION = 64 };

struct walk {
	const char *what;
	uint32_t nr_pages, stride, region, nr_warmup, nr_samples;
};

static const struct walk walks[] = {
	{ "every page once", 1, 1, 64, 0, 64 },
	{ "every other page", 1, 2, 64, 0, 32 },
	{ "warm-up takes pages of its own", 2, 4, 64, 3, 5 },
	{ "three round eight", 1, 3, 8, 0, 4 },
	{ "round and round", 1, 3, 8, 0, 40 },
	{ "beyond the region's end", 4, 1, 4, 1, 3 },
	{ "a stride that is the region", 2, 16, 16, 0, 5 },
	{ "no multiple", 5, 6, 16, 0, 20 },
};

static void expect_touched(const struct walk *walk, bool touched[NR_REGION])
{
	memset(touched, 0, NR_REGION * sizeof(*touched));
	for (uint32_t i = 0; i < walk->nr_warmup + walk->nr_samples; i++)
		for (uint32_t page = 0; page < walk->nr_pages; page++)
			touched[i * walk->stride % walk->region + page] = true;
}

/* Fresh memory: what was not touched has no frame. */
static void test_walk(int fd, const struct strategy_row *row, const struct walk *walk,
		      uint32_t flags)
{
	char *memory = mmap(NULL, NR_REGION * PAGE, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct pb_run run = run_of(row->id, memory, walk->nr_pages);
	bool touched[NR_REGION];
	int nr_wrong = 0;

	madvise(memory, NR_REGION * PAGE, MADV_NOHUGEPAGE);
	expect_touched(walk, touched);
	run.stride_pages = walk->stride;
	run.region_pages = walk->region;
	run.nr_warmup = walk->nr_warmup;
	run.nr_samples = walk->nr_samples;
	run.flags = PB_RUN_WRITE | flags;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: %s", row->name, walk->what);
	tap_ok(run.nr_calls == walk->nr_warmup + walk->nr_samples &&
		       run.nr_done == walk->nr_samples,
	       "%s: %llu calls", row->name, (unsigned long long)run.nr_calls);
	for (int i = 0; i < NR_REGION; i++)
		nr_wrong += !page_frame(memory + (size_t)i * PAGE) == touched[i];
	tap_ok(!nr_wrong, "%s: %s: %d pages are there and should not, or the other way round",
	       row->name, walk->what, nr_wrong);
	munmap(memory, NR_REGION * PAGE);
}

/* The whole region is looked up at first, and each call has its own part of it. */
static void test_ref(int fd, const struct walk *walk)
{
	char *memory = memory_map(NR_REGION * PAGE);
	struct pb_run run = run_of(PB_STRATEGY_ref, memory, walk->nr_pages);

	run.stride_pages = walk->stride;
	run.region_pages = walk->region;
	run.nr_samples = walk->nr_samples;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "ref: %s", walk->what);
	munmap(memory + 30UL * PAGE, PAGE);
	run.region_pages = 64, run.stride_pages = 1;
	run.addr = (uintptr_t)memory;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), EIO, "ref: a hole in the region");
	munmap(memory, NR_REGION * PAGE);
}

/* Where page 9 is missing: the calls that reach it fail, those before it were made. */
static void test_hole(int fd, const struct strategy_row *row)
{
	char *memory = memory_map(NR_REGION * PAGE);
	struct pb_run run = run_of(row->id, memory, 2);
	int ret;

	munmap(memory + 9UL * PAGE, PAGE);
	run.stride_pages = 2, run.region_pages = 16;
	run.nr_warmup = 0, run.nr_samples = 8;
	ret = device_request(fd, PB_IOC_RUN, &run);
	tap_errno(ret, row->id == PB_STRATEGY_odp ? EFAULT : EIO, "%s: a hole in the region",
		  row->name);
	if (row->id != PB_STRATEGY_ref)
		tap_ok(run.nr_done == 4 && run.nr_calls == 5, "%s: the fifth call reaches it",
		       row->name);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	munmap(memory, NR_REGION * PAGE);
}

void test_region(void)
{
	int fd = device_open();

	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		if (!strategy_walks(row->id))
			continue;
		test_hole(fd, row);
		if (row->id == PB_STRATEGY_follow || row->id == PB_STRATEGY_ref)
			continue; /* one faults nothing in, the other all of it, beforehand */
		for (size_t i = 0; i < sizeof(walks) / sizeof(*walks); i++) {
			test_walk(fd, row, &walks[i], 0);
			test_walk(fd, row, &walks[i], PB_RUN_TWICE);
			test_walk(fd, row, &walks[i], PB_RUN_HOLD);
		}
	}
	for (size_t i = 0; i < sizeof(walks) / sizeof(*walks); i++)
		test_ref(fd, &walks[i]);
	tap_ok(pins_balanced(), "nothing stays pinned");
	close(fd);
}
