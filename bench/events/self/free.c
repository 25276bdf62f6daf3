// SPDX-License-Identifier: GPL-2.0-only
/*
 * free - MADV_FREE: the page may be taken, until it is written again.
 * Why: reclaim asks the reference count before it takes such a page.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int free_act(struct pb_happening *happening)
{
	return pb_event_advise(happening->subject, MADV_FREE);
}

const struct pb_event pb_event_free = {
	.name = "free",
	.fits = pb_event_wants_anon,
	.act = free_act,
};
