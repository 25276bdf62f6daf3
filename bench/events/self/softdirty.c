// SPDX-License-Identifier: GPL-2.0-only
/*
 * softdirty - the process asks which of its pages are written from now on; then the device writes.
 * Why: whoever copies a running process by these bits (Documentation/admin-guide/mm/soft-dirty.rst)
 * misses what is written past the page tables.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"

#define SOFT_DIRTY (UINT64_C(1) << 55) /* of an entry of /proc/PID/pagemap */

static bool page_is_dirty(const struct pb_subject *subject, const char *addr)
{
	_cleanup_close_ int fd = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
	off_t at = (off_t)((uintptr_t)addr / subject->page_bytes * sizeof(uint64_t));
	uint64_t entry = 0;

	return fd >= 0 && pread(fd, &entry, sizeof(entry), at) == sizeof(entry) &&
	       entry & SOFT_DIRTY;
}

static int bits_clear(void)
{
	return pb_event_put("/proc/self/clear_refs", "4");
}

/* A kernel without them takes the request and never sets one. */
static int softdirty_fits(const struct pb_subject *subject)
{
	char *last = subject->addr + subject->page_bytes - 1;
	int ret;

	if (subject->unwritten)
		return pb_fail(-EOPNOTSUPP,
			       "the event is for memory that was written, and '%s' was only read",
			       subject->name);
	ret = bits_clear();
	if (!ret && page_is_dirty(subject, subject->addr))
		ret = -EOPNOTSUPP; /* all of the mapping counts as written, for ever */
	if (!ret) {
		*(volatile char *)last ^= 1;
		ret = page_is_dirty(subject, subject->addr) ? 0 : -EOPNOTSUPP;
	}
	return ret ? pb_fail(-EOPNOTSUPP,
			     "this kernel does not track by soft-dirty bits what is written to "
			     "memory '%s'",
			     subject->name)
		   : 0;
}

static int softdirty_act(struct pb_happening *happening)
{
	(void)happening;
	return bits_clear();
}

static bool softdirty_tracked(const struct pb_happening *happening)
{
	return page_is_dirty(happening->subject, happening->subject->addr);
}

const struct pb_event pb_event_softdirty = {
	.name = "softdirty",
	.device_first = true,
	.fits = softdirty_fits,
	.act = softdirty_act,
	.tracked = softdirty_tracked,
};
