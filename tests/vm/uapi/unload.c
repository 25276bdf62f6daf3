// SPDX-License-Identifier: GPL-2.0-only
/*
 * unload - a module in use cannot be unloaded; one that is not, can.
 * Why: code that goes away under a run is a crash. Runs last: it leaves no module behind.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

enum { NR_LONG = 1 << 20 };

static void test_held(int fd, const struct strategy_row *row, char *memory)
{
	struct pb_hold hold = hold_of(row->id, memory, 1);
	char module[64];

	snprintf(module, sizeof(module), "pinbench_%s", row->ident);
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), 0, "%s: holds", row->name);
	tap_errno(module_delete(module), EWOULDBLOCK, "%s: in use by a hold, stays loaded",
		  row->name);
	tap_errno(hold_drop(fd, hold.handle), 0, "%s: drops", row->name);
}

static void test_running(const struct strategy_row *row)
{
	char module[64];
	pid_t pid;

	snprintf(module, sizeof(module), "pinbench_%s", row->ident);
	pid = fork();
	if (!pid) {
		struct pb_run run = run_of(row->id, memory_map(64 * PAGE), 64);

		run.nr_samples = NR_LONG;
		run.samples = (uintptr_t)malloc(NR_LONG * sizeof(struct pb_sample));
		_exit(device_request(device_open(), PB_IOC_RUN, &run));
	}
	usleep(20000);
	tap_errno(module_delete(module), EWOULDBLOCK, "%s: in use by a run, stays loaded",
		  row->name);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void test_strategy_gone(int fd, const struct strategy_row *row, char *memory)
{
	struct pb_strategy_info about = { .size = sizeof(about), .strategy = row->id };
	struct pb_info info = { .size = sizeof(info) };
	struct pb_run run = run_of(row->id, memory, 1);
	struct pb_hold hold = hold_of(row->id, memory, 1);
	char module[64];

	snprintf(module, sizeof(module), "pinbench_%s", row->ident);
	tap_errno(module_delete(module), 0, "%s: not in use, is unloaded", row->name);
	device_request(fd, PB_IOC_INFO, &info);
	tap_ok(!(info.strategies & 1ULL << row->id), "%s: INFO shows it no more", row->name);
	tap_errno(device_request(fd, PB_IOC_STRATEGY_INFO, &about), ENOENT,
		  "%s: STRATEGY_INFO does not know it", row->name);
	tap_errno(device_request(fd, PB_IOC_RUN, &run), ENOENT, "%s: RUN does not know it",
		  row->name);
	tap_errno(device_request(fd, PB_IOC_HOLD, &hold), ENOENT, "%s: HOLD does not know it",
		  row->name);
}

void test_unload(void)
{
	char *memory = memory_map(PAGE);
	int fd = device_open();

	tap_errno(module_delete("pinbench"), EWOULDBLOCK, "core: in use by its strategies");
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		if (strategy_keeps(row->id))
			test_held(fd, row, memory);
		test_running(row);
		test_strategy_gone(fd, row, memory);
	}
	tap_errno(module_delete("pinbench"), EWOULDBLOCK, "core: in use by an open file");
	close(fd);
	tap_errno(module_delete("pinbench"), 0, "core: not in use, is unloaded");
	tap_ok(access(PB_DEVICE, F_OK) && errno == ENOENT, "the device is gone");
	tap_ok(pins_balanced(), "nothing stays pinned");
	munmap(memory, PAGE);
}
