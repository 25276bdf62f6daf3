// SPDX-License-Identifier: GPL-2.0-only
/*
 * compact - the page's memory node is compacted.
 * Why: compaction migrates whatever it meets, and passes by what is held.
 */
#include <errno.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

#define COMPACT "/sys/devices/system/node/node1/compact"

static int compact_fits(const struct pb_subject *subject)
{
	if (access(COMPACT, W_OK))
		return pb_fail(-EOPNOTSUPP, "this kernel has no '%s'", COMPACT);
	return pb_event_wants_lru(subject);
}

/* The second node's alone: it is small, and next to nothing else lies there. */
static int compact_act(struct pb_happening *happening)
{
	(void)happening;
	return pb_event_put(COMPACT, "1");
}

const struct pb_event pb_event_compact = {
	.name = "compact",
	.machine = true,
	.place = PB_EVENT_SECOND_NODE,
	.fits = compact_fits,
	.act = compact_act,
};
