// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold - PB_IOC_HOLD and PB_IOC_DROP.
 * Why: what is held must be exactly what was asked for, and be given back exactly once.
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

enum { NR_STALE = 200, NR_PAGES = 16, HUGE_PAGES = HUGE / PAGE };

static void expect_errno(int fd, struct pb_hold hold, int want, const char *what)
{
	hold.handle = 99;
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), want, "HOLD: %s", what);
}

static void test_rejections(int fd, char *memory)
{
	const struct pb_hold good = hold_of(PB_STRATEGY_pin_fast, memory, NR_PAGES);
	struct pb_hold hold = good;

	for (unsigned int bit = 0; bit < 32; bit++) {
		hold.flags = 1U << bit;
		if (hold.flags != PB_RUN_WRITE)
			expect_errno(fd, hold, EINVAL, "a flag other than PB_RUN_WRITE");
	}
	hold = good, hold.strategy = 0;
	expect_errno(fd, hold, EINVAL, "id 0");
	hold = good, hold.nr_pages = 0;
	expect_errno(fd, hold, EINVAL, "no pages");
	hold = good, hold.addr += 8;
	expect_errno(fd, hold, EINVAL, "an address inside a page");
	hold = good, hold.nr_pages = PB_MAX_PAGES + 1;
	expect_errno(fd, hold, E2BIG, "a page too many");
	hold = good, hold.strategy = PB_MAX_ID;
	expect_errno(fd, hold, ENOENT, "a strategy that is none");
	hold = good, hold.addr = -(uint64_t)PAGE;
	expect_errno(fd, hold, EFAULT, "a range that wraps");
	hold = good, hold.addr = 0xffff888000000000;
	expect_errno(fd, hold, EFAULT, "kernel memory");
	munmap(memory + 3 * PAGE, PAGE);
	expect_errno(fd, good, EIO, "a range with a hole");
	hold = good, hold.addr += 3 * PAGE;
	expect_errno(fd, hold, EFAULT, "a range that is not mapped");
	tap_ok(pins_balanced(), "HOLD: rejections pinned nothing");
}

static void test_drop(int fd)
{
	struct pb_drop drop = { .size = sizeof(drop), .handle = 1, .pad = 1 };

	tap_errno(device_request(fd, PB_IOC_DROP, &drop), EINVAL, "DROP: pad");
	tap_errno(hold_drop(fd, 0), ENOENT, "DROP: handle 0");
	tap_errno(hold_drop(fd, 1), ENOENT, "DROP: nothing is held");
	tap_errno(hold_drop(fd, ~0U), ENOENT, "DROP: handle 2^32-1");
}

static void test_strategy(int fd, const struct strategy_row *row, char *memory)
{
	const uint64_t want = strategy_pins(row->id) ? 2 * NR_PAGES : 0;
	struct pb_hold first = hold_of(row->id, memory, NR_PAGES), second = first;
	struct pin_counts before = pins_now(), held;

	if (!strategy_keeps(row->id)) {
		expect_errno(fd, first, EOPNOTSUPP, row->name);
		return;
	}
	tap_errno(device_request(fd, PB_IOC_HOLD, &first), 0, "%s: holds", row->name);
	tap_errno(device_request(fd, PB_IOC_HOLD, &second), 0, "%s: holds again", row->name);
	tap_ok(first.handle && second.handle && first.handle != second.handle,
	       "%s: each hold has a handle", row->name);
	held = pins_now();
	tap_ok(held.acquired - before.acquired == want && held.released == before.released,
	       "%s: %llu pages are pinned", row->name, (unsigned long long)want);
	tap_errno(hold_drop(fd, first.handle), 0, "%s: drops", row->name);
	tap_errno(hold_drop(fd, first.handle), ENOENT, "%s: drops only once", row->name);
	tap_errno(hold_drop(fd, second.handle), 0, "%s: drops the other", row->name);
	tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
}

static void test_handles(char *memory)
{
	int fd = device_open(), other = device_open();
	struct pb_hold hold = hold_of(PB_STRATEGY_pin_fast, memory, 1);

	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "a first hold");
	tap_ok(hold.handle == 1, "handles start at 1");
	tap_errno(hold_drop(other, hold.handle), ENOENT, "a handle is its file's own");
	close(other);
	tap_ok(pins_held() == 1, "closing another file keeps the hold");
	close(fd);
	tap_ok(pins_balanced(), "closing the file releases it");
}

/* Who still has the handle of what was dropped reaches nothing that was acquired since. */
static void test_stale(char *memory)
{
	struct pb_hold hold = hold_of(PB_STRATEGY_pin_fast, memory, 1);
	int fd = device_open();
	uint32_t first, last = 0;
	bool grows = true;

	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "a hold");
	first = hold.handle;
	for (unsigned int i = 0; i < NR_STALE; i++) {
		last = hold.handle;
		hold_drop(fd, last);
		grows &= !device_request(fd, PB_IOC_HOLD, &hold) && hold.handle > last;
	}
	tap_ok(grows, "HOLD: no handle comes twice");
	tap_errno(hold_drop(fd, first), ENOENT, "DROP: the handle of what was dropped");
	tap_errno(hold_drop(fd, last), ENOENT, "DROP: the one before the last");
	tap_ok(pins_held() == 1, "DROP: a stale handle drops nothing");
	close(fd);
}

/* The same huge page, over and over: the limit counts what is held, not what there is. */
static void test_room(char *huge)
{
	struct pb_hold hold = hold_of(PB_STRATEGY_get_fast, huge, HUGE_PAGES);
	unsigned int nr_held = 0;
	int fd = device_open(), ret;

	while (!(ret = device_request(fd, PB_IOC_HOLD, &hold)))
		nr_held++;
	tap_errno(ret, ENOSPC, "HOLD: one hold too many for a file");
	tap_ok(nr_held == PB_MAX_PAGES / HUGE_PAGES, "HOLD: after %u of %d pages", nr_held,
	       HUGE_PAGES);
	tap_errno(hold_drop(fd, 7), 0, "HOLD: one is dropped");
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "HOLD: there is room for another");
	close(fd);
	fd = device_open();
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "HOLD: a new file has its own room");
	close(fd);
}

/* A hold whose handle cannot be told must not stay. */
static void test_untold(int fd, char *memory)
{
	struct pb_hold hold = hold_of(PB_STRATEGY_pin, memory, NR_PAGES);

	tap_errno(device_request(fd, PB_IOC_HOLD, memory_read_only(&hold, sizeof(hold))), EFAULT,
		  "HOLD: into read-only memory");
	tap_ok(pins_balanced(), "HOLD: what cannot be told is not kept");
}

/* A child that inherited the file ends; the parent's pages stay. */
static void test_child(int fd, char *memory)
{
	struct pb_hold hold = hold_of(PB_STRATEGY_pin, memory, NR_PAGES);
	pid_t pid;

	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "HOLD: before a fork");
	pid = fork();
	if (!pid)
		_exit(hold_drop(fd, hold.handle) == EBADFD ? 0 : 1);
	waitpid(pid, NULL, 0);
	tap_ok(pins_held() == NR_PAGES,
	       "HOLD: a child neither drops nor takes along what its parent holds");
	tap_errno(hold_drop(fd, hold.handle), 0, "HOLD: the parent drops it");
}

void test_hold(void)
{
	char *memory = memory_map(NR_PAGES * PAGE), *huge = memory_map_huge(HUGE);
	int fd = device_open();

	test_drop(fd);
	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		test_strategy(fd, row, memory);
	test_handles(memory);
	test_stale(memory);
	test_room(huge);
	test_untold(fd, memory);
	test_child(fd, memory);
	test_rejections(fd, memory); /* leaves a hole in it */
	munmap(memory, NR_PAGES * PAGE);
	munmap(huge, HUGE);
	close(fd);
}
