// SPDX-License-Identifier: GPL-2.0-only
/*
 * offline - the block of memory that the page lies in is taken out of use.
 * Why: who unplugs memory waits for every page in it, and a held one never goes.
 */
#include <errno.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "bench/memory/block.h"
#include "common/err.h"
#include "common/str.h"

/* A try that fails is made again at once, for as long as somebody waits: a busy wait. */
enum { LIMIT_MS = 100 };

static int offline_fits(const struct pb_subject *subject)
{
	/* One of each kind is enough: every page's way out is the same function. */
	if (subject->huge || !(subject->anon || subject->shared))
		return pb_fail(-EOPNOTSUPP,
			       "the event is for small pages that are anonymous or shared, and "
			       "'%s' has none",
			       subject->name);
	return pb_event_wants_lru(subject);
}

/* Before the hold: a pin for long may take the page elsewhere first. */
static int offline_prepare(struct pb_happening *happening)
{
	return pb_block_of(happening->subject->addr, &happening->block);
}

static int offline_act(struct pb_happening *happening)
{
	return pb_block_set(happening->block, "offline");
}

/* One that is online already says EINVAL, or nothing. */
static void offline_end(struct pb_happening *happening)
{
	(void)!pb_block_set(happening->block, "online_movable");
}

const struct pb_event pb_event_offline = {
	.name = "offline",
	.machine = true,
	.place = PB_EVENT_MOVABLE_ZONE,
	.talks = true,
	.limit_ms = LIMIT_MS,
	.fits = offline_fits,
	.prepare = offline_prepare,
	.act = offline_act,
	.end = offline_end,
};
