// SPDX-License-Identifier: GPL-2.0-only
/*
 * mremap - the page is moved to another address.
 * Why: the holder of a page goes with the page, the holder of an address does not.
 */
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "bench/events/event.h"
#include "common/err.h"

static int mremap_prepare(struct pb_happening *happening)
{
	size_t len_bytes = pb_event_bytes(happening->subject);
	/* Aligned as the old place is, with a huge page's room around it. */
	char *room = mmap(NULL, 2 * len_bytes + ((size_t)2 << 20), PROT_NONE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (room == MAP_FAILED)
		return pb_fail(-errno, "cannot map a place to move to: %s", strerror(errno));
	happening->beside =
		(char *)(((uintptr_t)room + ((size_t)2 << 20) - 1) & ~(((uintptr_t)2 << 20) - 1));
	return 0;
}

static int mremap_act(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;
	size_t len_bytes = pb_event_bytes(subject);

	if (mremap(subject->addr, len_bytes, len_bytes, MREMAP_MAYMOVE | MREMAP_FIXED,
		   happening->beside) == MAP_FAILED)
		return -errno;
	subject->now = happening->beside;
	return 0;
}

const struct pb_event pb_event_mremap = {
	.name = "mremap",
	.prepare = mremap_prepare,
	.act = mremap_act,
};
