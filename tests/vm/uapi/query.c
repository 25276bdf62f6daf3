// SPDX-License-Identifier: GPL-2.0-only
/*
 * query - PB_IOC_INFO, PB_IOC_STRATEGY_INFO and the hidden parameter that adds instructions.
 * Why: a number is only worth what is known of where it came from.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

#define INJECT "/sys/module/pinbench/parameters/inject"

static struct pb_info info_get(int fd)
{
	struct pb_info info = { .size = sizeof(info) };

	if (device_request(fd, PB_IOC_INFO, &info))
		tap_bail("PB_IOC_INFO fails");
	return info;
}

static void test_info(int fd)
{
	struct pb_info info = info_get(fd);
	uint64_t all = 0;

	for (const struct strategy_row *row = strategy_rows; row->id; row++)
		all |= 1ULL << row->id;
	tap_ok(info.abi == PB_ABI, "INFO: abi %u", info.abi);
	tap_ok(info.strategies == all, "INFO: every strategy is loaded (%#llx)",
	       (unsigned long long)info.strategies);
#if defined(__aarch64__)
	tap_ok(info.clock == PB_CLOCK_ICOUNT, "INFO: the clock counts instructions");
	tap_ok(!info.ticks_hz, "INFO: and they are not time");
#else
	tap_ok(info.clock == PB_CLOCK_TSC, "INFO: the clock is the TSC");
	tap_ok(info.ticks_hz > 1000000, "INFO: %llu ticks a second",
	       (unsigned long long)info.ticks_hz);
#endif
	tap_ok(info.inject == 0, "INFO: nothing is injected");
}

static void test_strategy_info(int fd)
{
	const uint32_t unknown[] = { 0, 40, PB_MAX_ID, PB_MAX_ID + 1, ~0U };
	struct pb_strategy_info info = { .size = sizeof(info), .strategy = 1, .pad = 1 };

	tap_errno(device_request(fd, PB_IOC_STRATEGY_INFO, &info), EINVAL, "STRATEGY_INFO: pad");
	for (size_t i = 0; i < sizeof(unknown) / sizeof(*unknown); i++) {
		info = (struct pb_strategy_info){ .size = sizeof(info), .strategy = unknown[i] };
		tap_errno(device_request(fd, PB_IOC_STRATEGY_INFO, &info), ENOENT,
			  "STRATEGY_INFO: id %u", unknown[i]);
	}
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		info = (struct pb_strategy_info){ .size = sizeof(info), .strategy = row->id };
		memset(info.symbol, 'x', sizeof(info.symbol));
		tap_errno(device_request(fd, PB_IOC_STRATEGY_INFO, &info), 0, "STRATEGY_INFO: %s",
			  row->name);
		if (memchr(info.symbol, 0, sizeof(info.symbol)) == NULL)
			tap_ok(false, "%s: the symbol is not terminated", row->name);
		else if (row->id == PB_STRATEGY_noop)
			tap_ok(!*info.symbol, "noop: no function acquires");
		else if (row->id == PB_STRATEGY_ref) /* inline on every kernel */
			tap_ok(!strcmp(info.symbol, "folio_get") ||
				       !strcmp(info.symbol, "get_page"),
			       "ref: acquires by %s", info.symbol);
		else
			tap_ok(kernel_has(info.symbol), "%s: this kernel has %s", row->name,
			       info.symbol);
	}
}

static int inject_set(const char *value)
{
	int fd = open(INJECT, O_WRONLY | O_CLOEXEC);
	int ret = 0;

	if (fd < 0)
		return errno;
	if (write(fd, value, strlen(value)) < 0)
		ret = errno;
	close(fd);
	return ret;
}

/* The least of many: a timer's interrupt can only add. */
static uint64_t acquire_least(int fd, uint32_t strategy, const void *memory, uint32_t flags)
{
	struct pb_run run = run_of(strategy, memory, 8);
	uint64_t least = UINT64_MAX;

	run.nr_samples = 32;
	run.flags = flags;
	if (device_request(fd, PB_IOC_RUN, &run))
		return 0;
	for (uint32_t i = 0; i < run.nr_done; i++)
		if (run_samples[i].acquire_ticks < least)
			least = run_samples[i].acquire_ticks;
	return least;
}

/* Once a window, whatever the window holds. @step: every how many of 0..99 is tried. */
static void test_inject_exact(int fd, const struct strategy_row *row, const void *memory,
			      uint32_t flags, unsigned int step)
{
	unsigned int nr_wrong = 0;
	uint64_t base;
	char value[16];

	acquire_least(fd, row->id, memory, flags); /* pages become active as they are looked up */
	base = acquire_least(fd, row->id, memory, flags);

	for (unsigned int k = 0; k <= PB_MAX_INJECT; k += step) {
		snprintf(value, sizeof(value), "%u", k);
		if (inject_set(value) || info_get(fd).inject != k ||
		    acquire_least(fd, row->id, memory, flags) - base != k) {
			nr_wrong++;
			printf("# %s: inject=%u is not seen as %u\n", row->name, k, k);
		}
	}
	inject_set("0");
	tap_ok(base && !nr_wrong, "%s: each %u of 0..%d injected instructions, flags %#x, is seen",
	       row->name, step, PB_MAX_INJECT, flags);
}

static void test_inject(int fd)
{
	const char *const wrong[] = { "100", "-1", "4294967296", "one", "" };
	char *memory = memory_map(8 * PAGE);
	struct stat info;

	tap_ok(!stat(INJECT, &info) && (info.st_mode & 0777) == 0600, "inject: mode 0600");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		int ret = inject_set(wrong[i]);

		if (*wrong[i]) /* an empty write is none */
			tap_ok(ret == EINVAL || ret == ERANGE, "inject: \"%s\" is refused",
			       wrong[i]);
		tap_ok(info_get(fd).inject == 0, "inject: \"%s\" changes nothing", wrong[i]);
	}
	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		test_inject_exact(fd, row, memory, 0, 1);
		test_inject_exact(fd, row, memory, PB_RUN_TWICE, 11);
		test_inject_exact(fd, row, memory, PB_RUN_HOLD, 11);
	}
	munmap(memory, 8 * PAGE);
}

void test_query(void)
{
	int fd = device_open();

	test_info(fd);
	test_strategy_info(fd);
	test_inject(fd);
	close(fd);
}
