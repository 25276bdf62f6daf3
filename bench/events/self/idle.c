// SPDX-License-Identifier: GPL-2.0-only
/*
 * idle - nothing happens.
 * Why: what is seen where nothing happens is what an event has to differ from. Every expectation
 * that idle's cases would meet, too, says nothing of its event.
 */
#include "bench/events/event.h"

static int idle_act(struct pb_happening *happening)
{
	(void)happening;
	return 0;
}

const struct pb_event pb_event_idle = {
	.name = "idle",
	.act = idle_act,
};
