// SPDX-License-Identifier: GPL-2.0-only
/*
 * dontneed_part - one page of a huge page is given back.
 * Why: the huge mapping is split for it, and the folio where nobody holds it.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int part_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	/* Another page than the one that is held: what is asked is whether the folio stays whole.
	 */
	return madvise(subject->addr + 8 * subject->page_bytes, subject->page_bytes, MADV_DONTNEED)
		       ? -errno
		       : 0;
}

const struct pb_event pb_event_dontneed_part = {
	.name = "dontneed-part",
	.fits = pb_event_wants_huge,
	.act = part_act,
};
