// SPDX-License-Identifier: GPL-2.0-only
/*
 * collapse - the page becomes part of a huge page.
 * Why: its content moves, which a reference forbids.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25 /* include/uapi/asm-generic/mman-common.h, since 6.1 */
#endif

enum { HUGE_BYTES = 2 << 20 };

/* All of the range is there: khugepaged's limits are not what is asked about. */
static int collapse_prepare(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;

	for (size_t at = subject->page_bytes; at < HUGE_BYTES; at += subject->page_bytes)
		((volatile char *)subject->addr)[at] = 1;
	return 0;
}

static int collapse_act(struct pb_happening *happening)
{
	return madvise(happening->subject->addr, HUGE_BYTES, MADV_COLLAPSE) ? -errno : 0;
}

const struct pb_event pb_event_collapse = {
	.name = "collapse",
	.fits = pb_event_wants_small,
	.prepare = collapse_prepare,
	.act = collapse_act,
};
