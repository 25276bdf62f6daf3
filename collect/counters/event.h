/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event - an event's name turned into what perf_event_open() takes, by libpfm4.
 * Why: libpfm4 knows every CPU's events by the vendor's names; nobody has to know their numbers.
 */
#ifndef COLLECT_COUNTERS_EVENT_H
#define COLLECT_COUNTERS_EVENT_H

#include <linux/perf_event.h>
#include <stdbool.h>

#include "common/cleanup.h"

/* On whose behalf the CPU works while it is counted. */
enum pb_counter_side {
	PB_COUNTER_KERNEL = 1,
	PB_COUNTER_USER = 2,
	PB_COUNTER_BOTH = 3, /* clocks of the kernel's own, which know no sides */
};

/* Finds out which PMUs this machine has. May be called again. -ENODEV: libpfm4 cannot work here. */
int pb_events_init(void) pb_must_check;

/* Has this machine the PMU, as libpfm4 calls it? */
bool pb_events_has_pmu(const char *pmu);

/*
 * The PMUs of the CPU that libpfm4 found, with blanks between, or "none"; newly allocated. NULL:
 * out of memory.
 */
char *pb_events_pmus(void) pb_must_check;

/*
 * Encodes @event ("L1D:REPLACEMENT", "skx::L1D:REPLACEMENT:c=1"), counting @side unless the event
 * itself says ":u" or ":k". The attributes are ready to be opened for a counting event that is read
 * together with the times that it was enabled and ran. -ENOENT: libpfm4 does not know the event
 * on this machine; -EINVAL: it knows it, but not so.
 */
int pb_event_encode(const char *event, enum pb_counter_side side,
		    struct perf_event_attr *ret_attr) pb_must_check;

#endif
