// SPDX-License-Identifier: GPL-2.0-only
/*
 * dontneed_part - the page that is held is given back, out of a huge page.
 * Why: the frame stays a part of the folio, whose other pages are mapped on: it is neither freed nor
 * the process's any more.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"

static int part_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return madvise(subject->addr, subject->page_bytes, MADV_DONTNEED) ? -errno : 0;
}

const struct pb_event pb_event_dontneed_part = {
	.name = "dontneed-part",
	.fits = pb_event_wants_huge,
	.act = part_act,
};
