// SPDX-License-Identifier: GPL-2.0-only
/*
 * uffd_wp - the page is write-protected by userfaultfd; then the device writes.
 * Why: who asked to be told of each write is not told of those past the page tables.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

static int wp_prepare(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { .start = (uintptr_t)subject->addr, .len = pb_event_bytes(subject) },
		.mode = UFFDIO_REGISTER_MODE_WP,
	};

	happening->uffd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK);
	if (happening->uffd < 0)
		return pb_fail(-EOPNOTSUPP, "this kernel has no userfaultfd: %s", strerror(errno));
	if (ioctl(happening->uffd, UFFDIO_API, &api) ||
	    ioctl(happening->uffd, UFFDIO_REGISTER, &range) ||
	    !(range.ioctls & (UINT64_C(1) << _UFFDIO_WRITEPROTECT)))
		return pb_fail(-EOPNOTSUPP,
			       "userfaultfd of this kernel does not write-protect memory '%s'",
			       subject->name);
	return 0;
}

static int wp_set(const struct pb_happening *happening, bool protects)
{
	const struct pb_subject *subject = happening->subject;
	struct uffdio_writeprotect wp = {
		.range = { .start = (uintptr_t)subject->addr, .len = pb_event_bytes(subject) },
		.mode = protects ? UFFDIO_WRITEPROTECT_MODE_WP : 0,
	};

	return ioctl(happening->uffd, UFFDIO_WRITEPROTECT, &wp) ? -errno : 0;
}

static int wp_act(struct pb_happening *happening)
{
	return wp_set(happening, true);
}

static int wp_restore(struct pb_happening *happening)
{
	return wp_set(happening, false);
}

/* Was anybody told of the write? */
static bool wp_tracked(const struct pb_happening *happening)
{
	struct pollfd told = { .fd = happening->uffd, .events = POLLIN };

	return poll(&told, 1, 0) > 0 && told.revents & POLLIN;
}

const struct pb_event pb_event_uffd_wp = {
	.name = "uffd-wp",
	.device_first = true,
	.prepare = wp_prepare,
	.act = wp_act,
	.restore = wp_restore,
	.tracked = wp_tracked,
};
