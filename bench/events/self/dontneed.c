// SPDX-License-Identifier: GPL-2.0-only
/*
 * dontneed - the process gives the page back, and touches it again.
 * Why: the frame goes, or stays with the holder alone, while the process goes on with another.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int dontneed_act(struct pb_happening *happening)
{
	return pb_event_advise(happening->subject, MADV_DONTNEED);
}

const struct pb_event pb_event_dontneed = {
	.name = "dontneed",
	.act = dontneed_act,
};
