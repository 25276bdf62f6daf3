// SPDX-License-Identifier: GPL-2.0-only
/*
 * pageout - the page is to be reclaimed: MADV_COLD, MADV_PAGEOUT.
 * Why: reclaim unmaps before it looks at references, and pins it leaves alone.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

#ifndef MADV_COLD
#define MADV_COLD 20 /* include/uapi/asm-generic/mman-common.h, since 5.4 */
#endif
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

static int cold_act(struct pb_happening *happening)
{
	return pb_event_advise(happening->subject, MADV_COLD);
}

static int pageout_act(struct pb_happening *happening)
{
	return pb_event_advise(happening->subject, MADV_PAGEOUT);
}

const struct pb_event pb_event_cold = {
	.name = "cold",
	.act = cold_act,
};

const struct pb_event pb_event_pageout = {
	.name = "pageout",
	.act = pageout_act,
};
