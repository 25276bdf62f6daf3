// SPDX-License-Identifier: GPL-2.0-only
/*
 * mkclean - the page is written back and write-protected: page_mkclean().
 * Why: a device that writes afterwards does so behind the file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>

#include "bench/events/event.h"
#include "common/err.h"

static int mkclean_fits(const struct pb_subject *subject)
{
	if (!subject->path || !subject->shared)
		return pb_fail(-EOPNOTSUPP,
			       "the event writes a shared file's page back, and '%s' is none",
			       subject->name);
	return 0;
}

static int msync_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return msync(subject->addr, subject->page_bytes, MS_SYNC) ? -errno : 0;
}

static int range_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return sync_file_range(subject->fd, subject->offset, (off_t)subject->page_bytes,
			       SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
				       SYNC_FILE_RANGE_WAIT_AFTER)
		       ? -errno
		       : 0;
}

const struct pb_event pb_event_mkclean = {
	.name = "mkclean",
	.device_first = true,
	.fits = mkclean_fits,
	.act = msync_act,
};

const struct pb_event pb_event_mkclean_dirty = {
	.name = "mkclean-dirty",
	.device_first = true,
	.marks_dirty = true,
	.fits = mkclean_fits,
	.act = msync_act,
};

const struct pb_event pb_event_mkclean_range_dirty = {
	.name = "mkclean-range-dirty",
	.device_first = true,
	.marks_dirty = true,
	.fits = mkclean_fits,
	.act = range_act,
};

const struct pb_event pb_event_mkclean_range = {
	.name = "mkclean-range",
	.device_first = true,
	.fits = mkclean_fits,
	.act = range_act,
};
