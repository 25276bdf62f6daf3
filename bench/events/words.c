// SPDX-License-Identifier: GPL-2.0-only
/*
 * words - what a machine needs on which events are watched.
 * Why: host and agent have to agree, and a cell that is only timed must need nothing of it.
 */
#include "bench/events/words.h"

#include "bench/memory/needs.h"
#include "collect/observed.h"
#include "common/str.h"

unsigned int pb_event_needs(const char *event)
{
	if (pb_streq(event, PB_EVENT_USE))
		return PB_NEEDS_USERS;
	return *event ? PB_NEEDS_OBSERVER | PB_NEEDS_PMEM | PB_NEEDS_NODE | PB_NEEDS_SWAP
		      : PB_NEEDS_NOTHING;
}
