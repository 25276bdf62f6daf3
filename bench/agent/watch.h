/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - what a measurement must leave behind: a quiet kernel log and no page held.
 * Why: a number that was taken while the kernel complained, or leaked a pin, is no result.
 */
#ifndef BENCH_AGENT_WATCH_H
#define BENCH_AGENT_WATCH_H

#include "common/cleanup.h"
#include "common/str.h"

/* Opens the kernel's log at its end: what stands there already is the baseline. */
int pb_watch_open(int *ret_kmsg) pb_must_check;

/* Adds to @lines what the kernel logged since, of level warning or graver, one message a line. */
int pb_watch_log(int kmsg, struct pb_buf *lines) pb_must_check;

/*
 * Counts what others hold pinned on a machine that is up; from now on that much is not ours. In a
 * guest there is nobody else. Where the counters cannot be read, pins are not watched.
 */
int pb_watch_others(void) pb_must_check;

/*
 * 0, or -EBUSY with a message if pages are pinned still. Others' short pins, of direct I/O, are
 * waited for.
 */
int pb_watch_pins(void) pb_must_check;

/* Why pins are not watched; NULL: they are. */
const char *pb_watch_blind(void);

#endif
