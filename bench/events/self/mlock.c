// SPDX-License-Identifier: GPL-2.0-only
/*
 * mlock - the page is locked and unlocked.
 * Why: it moves between lists and stays where it is: a row that shows nothing of the hold.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int mlock_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;
	size_t len_bytes = pb_event_bytes(subject);

	return mlock(subject->addr, len_bytes) || munlock(subject->addr, len_bytes) ? -errno : 0;
}

const struct pb_event pb_event_mlock = {
	.name = "mlock",
	.act = mlock_act,
};
