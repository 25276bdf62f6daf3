// SPDX-License-Identifier: GPL-2.0-only
/*
 * irqs - PB_RUN_IRQS_OFF: who may run so, and that no interrupt comes into a window.
 * Why: a timer's tick in a window of a millisecond is a large number; a function that sleeps with
 * interrupts off is a dead machine.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/vm/uapi/device.h"
#include "tests/vm/uapi/tap.h"
#include "tests/vm/uapi/uapi.h"

/* Windows of some 50,000 instructions, 2,000 times: hundreds of ticks come meanwhile. */
enum { NR_PAGES = 8192, NR_SAMPLES = 2000 };

static bool never_sleeps(uint32_t id)
{
	return id == PB_STRATEGY_noop || id == PB_STRATEGY_ref;
}

/* The most less the least of the acquire windows. */
static uint64_t spread(int fd, const void *memory, uint32_t flags)
{
	struct pb_run run = run_of(PB_STRATEGY_ref, memory, NR_PAGES);
	uint64_t least = UINT64_MAX, most = 0;

	run.nr_samples = NR_SAMPLES;
	run.flags = flags;
	tap_errno(device_request(fd, PB_IOC_RUN, &run), 0, "ref: %u windows of %d pages%s",
		  run.nr_samples, NR_PAGES, flags ? ", interrupts off" : "");
	for (int i = 0; i < NR_SAMPLES; i++) {
		uint64_t ticks = run_samples[i].acquire_ticks;

		least = ticks < least ? ticks : least;
		most = ticks > most ? ticks : most;
	}
	return most - least;
}

void test_irqs(void)
{
	char *memory = memory_map((size_t)NR_PAGES * PAGE);
	int fd = device_open();
	uint64_t on, off;

	for (const struct strategy_row *row = strategy_rows; row->id; row++) {
		struct pb_run run = run_of(row->id, memory, 8);

		run.flags = PB_RUN_IRQS_OFF;
		tap_errno(device_request(fd, PB_IOC_RUN, &run),
			  never_sleeps(row->id) ? 0 : EOPNOTSUPP, "%s: interrupts off", row->name);
		tap_ok(pins_balanced(), "%s: nothing stays pinned", row->name);
	}
	on = spread(fd, memory, 0);
	off = spread(fd, memory, PB_RUN_IRQS_OFF);
	tap_ok(on, "with interrupts on, some window was interrupted (for %llu)",
	       (unsigned long long)on);
	tap_ok(!off, "with interrupts off, all windows are the same (they differ by %llu)",
	       (unsigned long long)off);
	munmap(memory, (size_t)NR_PAGES * PAGE);
	close(fd);
}
