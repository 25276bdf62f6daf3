// SPDX-License-Identifier: GPL-2.0-only
/*
 * release - each way to release pinned pages: where it is had, what it leaves behind.
 * Why: a release that does not do what its name says would be a number under a wrong name.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 16, NR_CALLS = 5, HUGE_PAGES = HUGE / PAGE, KPF_DIRTY = 4 };

static const struct {
	uint32_t id;
	const char *name;
	const char *symbol; /* NULL: every kernel has it */
	bool dirties;
} releases[] = {
	{ PB_RELEASE_PLAIN, "plain", NULL, false },
	{ PB_RELEASE_DIRTY, "dirty", NULL, true },
	{ PB_RELEASE_RANGE_DIRTY, "range-dirty", "unpin_user_page_range_dirty_lock", true },
	{ PB_RELEASE_FOLIO, "folio", "unpin_user_folio", false },
};

enum { NR_RELEASES = sizeof(releases) / sizeof(*releases) };

static bool is_had(uint32_t strategy, int release)
{
	if (releases[release].id == PB_RELEASE_PLAIN)
		return true;
	return strategy_pins(strategy) &&
	       (!releases[release].symbol || kernel_has(releases[release].symbol));
}

static void test_info(int fd, const struct strategy_row *row)
{
	struct pb_strategy_info info = { .size = sizeof(info), .strategy = row->id };
	uint32_t want = 0;

	for (int i = 0; i < NR_RELEASES; i++)
		want |= is_had(row->id, i) ? 1U << releases[i].id : 0;
	info.releases = ~0U;
	device_request(fd, PB_IOC_STRATEGY_INFO, &info);
	tap_ok(info.releases == want, "%s: releases %#x, this kernel has %#x", row->name,
	       info.releases, want);
}

static int nr_dirty(const char *memory, int nr_pages)
{
	int nr = 0, fd = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	uint64_t flags;

	for (int i = 0; i < nr_pages; i++) {
		uint64_t frame = page_frame(memory + (size_t)i * PAGE);

		if (pread(fd, &flags, sizeof(flags), (off_t)(frame * sizeof(flags))) !=
		    sizeof(flags))
			tap_bail("cannot read the flags of frame %#llx", (unsigned long long)frame);
		nr += flags >> KPF_DIRTY & 1;
	}
	close(fd);
	return nr;
}

/* Private memory that was written is dirty in its page tables, not in its page flags. */
static void test_one(int fd, const struct strategy_row *row, int i, uint32_t shape)
{
	const int each = shape == PB_RUN_TWICE ? 2 : 1;
	char *memory = memory_map(NR_PAGES * PAGE);
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	struct pin_counts before = pins_now(), after;
	int ret, dirty = nr_dirty(memory, NR_PAGES);

	run.release = releases[i].id;
	run.flags = PB_RUN_WRITE | shape;
	ret = device_request(fd, PB_IOC_RUN, &run);
	after = pins_now();
	if (!is_had(row->id, i)) {
		tap_errno(ret, EOPNOTSUPP, "%s: has no release '%s' here", row->name,
			  releases[i].name);
		tap_ok(after.acquired == before.acquired, "%s: and pins nothing", row->name);
	} else {
		tap_errno(ret, 0, "%s: releases '%s', flags %#x", row->name, releases[i].name,
			  run.flags);
		tap_ok(run.nr_done == 4 && (!strategy_pins(row->id) ||
					    after.acquired - before.acquired ==
						    (uint64_t)NR_CALLS * each * NR_PAGES),
		       "%s: all of its calls were made", row->name);
		tap_ok(dirty == 0 &&
			       nr_dirty(memory, NR_PAGES) == (releases[i].dirties ? NR_PAGES : 0),
		       "%s: '%s' leaves %d pages dirty", row->name, releases[i].name,
		       nr_dirty(memory, NR_PAGES));
	}
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	munmap(memory, NR_PAGES * PAGE);
}

/* A huge page with a hole that base pages fill: neighbours that are some frames, some folios. */
static void test_mixed(int fd, const struct strategy_row *row, int i)
{
	char *memory = memory_map_huge(2UL * HUGE);
	struct pb_run run = run_of(row->id, memory + HUGE / 2, HUGE_PAGES);
	uint64_t free_before, free_after;

	madvise(memory + HUGE - 3 * PAGE, 10UL * PAGE, MADV_DONTNEED);
	for (int page = -3; page < 7; page++)
		memory[HUGE + page * PAGE] = 1;
	run.release = releases[i].id;
	run.flags = PB_RUN_WRITE;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0,
		  "%s: releases '%s' over two huge pages and base pages", row->name,
		  releases[i].name);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	free_before = memory_free_pages();
	munmap(memory, 2UL * HUGE);
	free_after = memory_free_pages();
	tap_ok(free_after > free_before + HUGE_PAGES, "%s: and no reference keeps them", row->name);
}

void test_release(void)
{
	int fd = device_open();

	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_info(fd, row);
		for (int i = 0; i < NR_RELEASES; i++) {
			test_one(fd, row, i, 0);
			test_one(fd, row, i, PB_RUN_TWICE);
			test_one(fd, row, i, PB_RUN_HOLD);
			if (is_had(row->id, i) && strategy_pins(row->id))
				test_mixed(fd, row, i);
		}
	}
	close(fd);
}
