/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * machine - the guest, made ready for cases: the module, its zones, and nothing that acts by itself.
 * Why: what the kernel does to a page is to be the event's doing, and nobody else's.
 */
#ifndef BENCH_SEMANTICS_MACHINE_H
#define BENCH_SEMANTICS_MACHINE_H

#include <stdint.h>

#include "bench/events/event.h"
#include "common/cleanup.h"

/* Loads the module and sets the machine up; *ret_device is the module's open file. With a message. */
int pb_observer_begin(int *ret_device) pb_must_check;

/*
 * From here on this task's memory comes from @place, until _end(). -EOPNOTSUPP with the reason where
 * there is no such place.
 */
int pb_place_begin(enum pb_event_place place) pb_must_check;
void pb_place_end(void);

/* Where memory of tmpfs is made. */
#define PB_PLACE_TMPFS "tmpfs"

#endif
