// SPDX-License-Identifier: GPL-2.0-only
/*
 * media - the same case, judged by what the medium has afterwards.
 * Why: the case of pin_user_pages.rst in which the data are lost is only seen past the page cache.
 */
#include "bench/semantics/media.h"

#include <errno.h>
#include <unistd.h>

#include "bench/semantics/device.h"
#include "bench/semantics/medium.h"
#include "common/err.h"

int pb_media_check(bool writes, const struct pb_subject *subject)
{
	if (!writes)
		return pb_fail(-EOPNOTSUPP, "what only reads leaves nothing on a medium");
	if (!subject->shared)
		return pb_fail(-EOPNOTSUPP, "what is written to memory '%s' never goes to a medium",
			       subject->name);
	return pb_medium_check(subject->fd, subject->name);
}

void pb_media_write_before(const struct pb_probe *probe, int device, struct pb_seen *seen)
{
	/* What became of it is seen on the medium; none has no device. */
	(void)!pb_device_write(device, seen->handle, PB_PROBE_BEFORE, probe->before);
}

void pb_media_write(const struct pb_probe *probe, int device, struct pb_seen *seen)
{
	if (pb_probe_device_write(probe, device, seen))
		pb_seen_add(seen, "device.wrote", "yes");
}

static bool medium_has(int fd, off_t at, uint64_t value)
{
	uint64_t address, found;

	return !pb_medium_find(fd, at, &address) && !pb_medium_read(fd, address, &found) &&
	       found == value;
}

void pb_media_look(const struct pb_probe *probe, int fd, bool view, struct pb_seen *seen)
{
	static const char *const names[] = { "medium.1", "medium.2" };
	bool there = false;

	for (size_t i = 0; i < 2 && !there; i++) {
		if (fsync(fd)) {
			pb_seen_error(seen, names[i], -errno);
			return;
		}
		there = medium_has(fd, (off_t)seen->offset + PB_PROBE_D2C, probe->d2c);
		pb_seen_add(seen, names[i], there ? "yes" : "no");
	}
	pb_seen_add(seen, "medium.before",
		    medium_has(fd, (off_t)seen->offset + PB_PROBE_BEFORE, probe->before) ? "yes"
											 : "no");
	/* Through the page cache only now: it brings pages in. */
	pb_probe_file(probe, fd, view, seen);
}
