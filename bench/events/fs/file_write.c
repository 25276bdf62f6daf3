// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_write - somebody else writes to the held page's place in the file, through the page cache or
 * past it.
 * Why: direct I/O has to throw the page out of the cache first, and whoever holds it stands in the
 * way; a plain write goes into the page that is held.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/events/event.h"

/* What was there is written again: the content tells where the page went (docs/semantics.md). */
static int file_rewrite(const struct pb_subject *subject, int flags)
{
	_cleanup_close_ int fd = open(subject->path, O_RDWR | O_CLOEXEC | flags);
	_cleanup_free_ void *page = aligned_alloc(subject->page_bytes, subject->page_bytes);
	ssize_t len;

	if (fd < 0)
		return -errno;
	if (!page)
		return -ENOMEM;
	/* Of the cache, so that nothing but the write is the event. */
	len = pread(subject->fd, page, subject->page_bytes, subject->offset);
	if (len < 0)
		return -errno;
	if ((size_t)len < subject->page_bytes)
		return 1;
	len = pwrite(fd, page, subject->page_bytes, subject->offset);
	if (len < 0)
		return -errno;
	return (size_t)len < subject->page_bytes;
}

static int write_act(struct pb_happening *happening)
{
	return file_rewrite(happening->subject, 0);
}

static int odirect_act(struct pb_happening *happening)
{
	return file_rewrite(happening->subject, O_DIRECT);
}

const struct pb_event pb_event_write = {
	.name = "write",
	.fits = pb_event_wants_path,
	.act = write_act,
};

const struct pb_event pb_event_odirect = {
	.name = "odirect",
	.fits = pb_event_wants_path,
	.act = odirect_act,
};
