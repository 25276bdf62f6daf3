// SPDX-License-Identifier: GPL-2.0-only
/*
 * munmap - the page is unmapped.
 * Why: who holds on has a frame that no process sees any more.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

/* The hole is shut: what is mapped next must not be taken for the page. */
static int munmap_act(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;
	size_t len_bytes = pb_event_bytes(subject);

	if (munmap(subject->addr, len_bytes))
		return -errno;
	subject->now = NULL;
	return mmap(subject->addr, len_bytes, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED
		       ? -errno
		       : 0;
}

const struct pb_event pb_event_munmap = {
	.name = "munmap",
	.act = munmap_act,
};
