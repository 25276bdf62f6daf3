// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages - after every run and hold, reference counts are what they were before.
 * Why: pins are counted by the kernel, plain references are not; so they are watched by what they
 * do. After a fork whose child is gone, a write to an anonymous page reuses the page only if
 * nobody else has a reference on it; else the page is copied, and its frame changes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_PAGES = 8, NR_FLUSH = 256, HUGE_LEN = 8 * HUGE, SLACK = 2 * HUGE / PAGE };

/* How many of the pages a write would copy: those that somebody has a reference on. */
static int nr_referenced(char *memory)
{
	uint64_t frames[NR_PAGES];
	int nr = 0;
	pid_t pid;

	for (int i = 0; i < NR_PAGES; i++)
		frames[i] = page_frame(memory + i * PAGE);
	pid = fork();
	if (!pid)
		_exit(0);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < NR_PAGES; i++) {
		memory[i * PAGE]++;
		nr += page_frame(memory + i * PAGE) != frames[i];
	}
	return nr;
}

/* New pages wait in a per-CPU batch that has a reference on them; enough others push them out. */
static char *memory_settled(void)
{
	char *memory = memory_map((NR_PAGES + 1) * PAGE);

	munmap(memory + NR_PAGES * PAGE, PAGE); /* so that a range can be too long */
	munmap(memory_map(NR_FLUSH * PAGE), NR_FLUSH * PAGE);
	return memory;
}

static void test_probe(int fd)
{
	struct pb_hold hold = hold_of(PB_STRATEGY_ref, NULL, NR_PAGES);
	char *memory = memory_settled();

	tap_ok(nr_referenced(memory) == 0, "pages that nobody uses are not copied");
	hold.addr = (uintptr_t)memory;
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "a reference is held on each");
	tap_ok(nr_referenced(memory) == NR_PAGES, "and each is copied: the probe sees a reference");
	hold_drop(fd, hold.handle);
	munmap(memory, NR_PAGES * PAGE);
}

static void test_strategy(int fd, const struct strategy_row *row)
{
	char *memory = memory_settled();
	struct pb_run run = run_of(row->id, memory, NR_PAGES);
	struct pb_hold hold = hold_of(row->id, memory, NR_PAGES);
	struct pb_run too_long = run_of(row->id, memory, NR_PAGES + 1);
	int ret;

	run.nr_samples = 32;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "%s: runs", row->name);
	tap_ok(nr_referenced(memory) == 0, "%s: no reference is left after a run", row->name);

	ret = device_request(fd, PB_IOC_RUN, &too_long);
	tap_ok(ret || !strategy_walks(row->id), "%s: fails on a range too long", row->name);
	tap_ok(nr_referenced(memory) == 0, "%s: no reference is left after a failure", row->name);

	if (strategy_keeps(row->id)) {
		ret = device_request(fd, PB_IOC_HOLD, &hold);
		tap_ok(!ret && !hold_drop(fd, hold.handle), "%s: holds and drops", row->name);
		tap_ok(nr_referenced(memory) == 0, "%s: no reference is left after a drop",
		       row->name);
	}
	munmap(memory, NR_PAGES * PAGE);
}

/* Huge pages: a reference that is left keeps all 2 MiB from being freed. */
static bool huge_freed(int fd, uint32_t strategy, bool hold_it)
{
	uint64_t before = memory_free_pages(), after;
	char *huge = memory_map_huge(HUGE_LEN);
	struct pb_run run = run_of(strategy, huge, HUGE_LEN / PAGE);
	struct pb_hold hold = hold_of(strategy, huge, HUGE_LEN / PAGE);
	int ret;

	ret = hold_it ? device_request(fd, PB_IOC_HOLD, &hold)
		      : device_request(fd, PB_IOC_RUN, &run);
	munmap(huge, HUGE_LEN);
	after = memory_free_pages();
	if (hold_it)
		hold_drop(fd, hold.handle);
	if (ret)
		printf("# strategy %u: %s\n", strategy, strerrorname_np(ret));
	return !ret && after + SLACK > before;
}

void test_pages(void)
{
	int fd = device_open();

	test_probe(fd);
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		test_strategy(fd, row);
	tap_ok(!huge_freed(fd, PB_STRATEGY_ref, true), "held huge pages are not freed");
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		tap_ok(huge_freed(fd, row->id, false), "%s: huge pages are freed after a run",
		       row->name);
	tap_ok(pins_balanced(), "nothing stays pinned");
	close(fd);
}
