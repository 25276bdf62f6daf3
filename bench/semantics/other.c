// SPDX-License-Identifier: GPL-2.0-only
/*
 * other - another file takes the block of persistent memory that the held page was.
 * Why: a file that takes all that is free gets that block for certain.
 */
#include "bench/semantics/other.h"

#include <fcntl.h>
#include <libgen.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "bench/semantics/medium.h"
#include "common/str.h"

/* How many pieces what is free may be in, and how much of it is given back: who touches the page
 * again needs some.
 */
enum { NR_EXTENTS = 256, ROOM_PAGES = 32 };

static char *other_path(const struct pb_subject *subject)
{
	_cleanup_free_ char *path = strdup(subject->path);

	return path ? pb_format("%s/other", dirname(path)) : NULL;
}

void pb_other_begin(struct pb_other *other, const struct pb_subject *subject)
{
	*other = (struct pb_other){ .fd = -1 };
	if (subject->device && subject->path &&
	    pb_medium_find(subject->fd, subject->offset, &other->address))
		other->address = 0;
}

static bool extent_holds(const struct fiemap_extent *extent, uint64_t address)
{
	return extent->fe_physical <= address && address < extent->fe_physical + extent->fe_length;
}

/* Where in the file the block at @address is, also one that is not written yet, and its end. */
static bool place_find(int fd, uint64_t address, off_t *ret_at, off_t *ret_end)
{
	size_t len_bytes = sizeof(struct fiemap) + NR_EXTENTS * sizeof(struct fiemap_extent);
	_cleanup_free_ struct fiemap *map = calloc(1, len_bytes);
	bool found = false;

	if (!map)
		return false;
	map->fm_length = FIEMAP_MAX_OFFSET;
	map->fm_extent_count = NR_EXTENTS;
	if (ioctl(fd, FS_IOC_FIEMAP, map))
		return false;
	for (uint32_t i = 0; i < map->fm_mapped_extents; i++) {
		const struct fiemap_extent *extent = &map->fm_extents[i];

		*ret_end = (off_t)(extent->fe_logical + extent->fe_length);
		if (!extent_holds(extent, address))
			continue;
		*ret_at = (off_t)(extent->fe_logical + (address - extent->fe_physical));
		found = true;
	}
	return found;
}

static bool page_fill(int fd, off_t at, size_t page_bytes)
{
	_cleanup_free_ uint64_t *page = malloc(page_bytes);

	for (size_t i = 0; page && i < page_bytes / sizeof(*page); i++)
		page[i] = PB_PROBE_OTHER;
	return page && pwrite(fd, page, page_bytes, at) == (ssize_t)page_bytes;
}

/* Not next to the block: its own end, or its start where the block is near the end. */
static void room_make(int fd, off_t at, off_t end, size_t page_bytes)
{
	off_t room = (off_t)(ROOM_PAGES * page_bytes);

	if (end < 3 * room)
		return;
	(void)!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			 at < end - 2 * room ? end - room : 0, room);
}

void pb_other_make(struct pb_other *other, const struct pb_subject *subject)
{
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	struct statvfs fs;
	uint64_t now;
	off_t end;

	if (!other->address ||
	    (!pb_medium_find(subject->fd, subject->offset, &now) && now == other->address))
		return;
	path = other_path(subject);
	if (path)
		unlink(path); /* of a case that ended in the middle */
	fd = path ? open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600) : -1;
	if (fd < 0 || fstatvfs(fd, &fs))
		return;
	/* Some of it goes into the list of pieces itself: the kernel gives what there is. */
	(void)!fallocate(fd, 0, 0, (off_t)(fs.f_bfree * fs.f_frsize));
	if (!place_find(fd, other->address, &other->at, &end))
		return;
	/* To write into a piece splits it, which takes a block, too. */
	room_make(fd, other->at, end, subject->page_bytes);
	if (!page_fill(fd, other->at, subject->page_bytes))
		return;
	other->fd = pb_steal_fd(fd);
}

void pb_other_look(struct pb_other *other, const struct pb_subject *subject,
		   const struct pb_probe *probe, struct pb_seen *seen)
{
	_cleanup_free_ char *path = other->address ? other_path(subject) : NULL;
	uint64_t value = 0;

	if (other->fd >= 0 &&
	    pread(other->fd, &value, sizeof(value), other->at + PB_PROBE_D2C) == sizeof(value))
		pb_seen_add(seen, "other.writes", value == probe->d2c ? "yes" : "no");
	if (path)
		unlink(path);
	if (other->fd >= 0)
		close(other->fd);
	other->fd = -1;
}
