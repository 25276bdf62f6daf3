// SPDX-License-Identifier: GPL-2.0-only
/*
 * mprotect_ro - the page is made read-only, and writable again.
 * Why: what the next write does about a page that somebody holds is where kernels differ.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int mprotect_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return mprotect(subject->addr, pb_event_bytes(subject), PROT_READ) ? -errno : 0;
}

static int mprotect_restore(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return mprotect(subject->addr, pb_event_bytes(subject), PROT_READ | PROT_WRITE) ? -errno
											: 0;
}

const struct pb_event pb_event_mprotect_ro = {
	.name = "mprotect-ro",
	.device_first = true,
	.act = mprotect_act,
	.restore = mprotect_restore,
};
