// SPDX-License-Identifier: GPL-2.0-only
/*
 * truncate - the file loses the page: truncated, a hole punched, or its name gone.
 * Why: the page cache lets go of a page whoever holds it; DAX cannot, and waits.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "bench/events/event.h"

static int truncate_act(struct pb_happening *happening)
{
	return ftruncate(happening->subject->fd, 0) ? -errno : 0;
}

static int punch_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return fallocate(subject->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, subject->offset,
			 (off_t)pb_event_bytes(subject))
		       ? -errno
		       : 0;
}

static int unlink_act(struct pb_happening *happening)
{
	return unlink(happening->subject->path) ? -errno : 0;
}

const struct pb_event pb_event_truncate = {
	.name = "truncate",
	.fits = pb_event_wants_file,
	.act = truncate_act,
};

const struct pb_event pb_event_punch = {
	.name = "punch",
	.fits = pb_event_wants_file,
	.act = punch_act,
};

const struct pb_event pb_event_unlink = {
	.name = "unlink",
	.fits = pb_event_wants_path,
	.act = unlink_act,
};
