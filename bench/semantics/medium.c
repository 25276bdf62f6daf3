// SPDX-License-Identifier: GPL-2.0-only
/*
 * medium - what lies where a file's data lie, on the disk.
 * Why: FIEMAP says where, and the block device is read with O_DIRECT; both leave the file's pages
 * alone.
 */
#include "bench/semantics/medium.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* Not there, or there and not written yet: reads give zeros. */
#define NOTHING_YET (FIEMAP_EXTENT_UNKNOWN | FIEMAP_EXTENT_DELALLOC | FIEMAP_EXTENT_UNWRITTEN)

int pb_medium_find(int fd, off_t offset, uint64_t *ret_address)
{
	size_t len_bytes = sizeof(struct fiemap) + sizeof(struct fiemap_extent);
	_cleanup_free_ struct fiemap *map = calloc(1, len_bytes);
	const struct fiemap_extent *extent;

	if (!map)
		return -ENOMEM;
	map->fm_start = (uint64_t)offset;
	map->fm_length = sizeof(uint64_t);
	map->fm_extent_count = 1;
	if (ioctl(fd, FS_IOC_FIEMAP, map))
		return -errno;
	extent = &map->fm_extents[0];
	if (!map->fm_mapped_extents || extent->fe_flags & NOTHING_YET)
		return -ENODATA;
	*ret_address = extent->fe_physical + ((uint64_t)offset - extent->fe_logical);
	return 0;
}

/* "DEVNAME=pmem0" among its lines. */
static int disk_open(int fd)
{
	_cleanup_free_ char *path = NULL, *text = NULL, *node = NULL;
	struct stat file;
	char *name;
	int disk;

	if (fstat(fd, &file))
		return -errno;
	path = pb_format("/sys/dev/block/%u:%u/uevent", major(file.st_dev), minor(file.st_dev));
	if (!path)
		return -ENOMEM;
	if (pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		return -ENODEV;
	}
	name = strstr(text, "DEVNAME=");
	if (!name)
		return -ENODEV;
	name += strlen("DEVNAME=");
	name[strcspn(name, "\n")] = '\0';
	node = pb_format("/dev/%s", name);
	if (!node)
		return -ENOMEM;
	disk = open(node, O_RDONLY | O_DIRECT | O_CLOEXEC);
	return disk < 0 ? -errno : disk;
}

int pb_medium_read(int fd, uint64_t address, uint64_t *ret_value)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ char *page = aligned_alloc(page_bytes, page_bytes);
	_cleanup_close_ int disk = disk_open(fd);
	uint64_t within = address % page_bytes;
	ssize_t len;

	if (disk < 0)
		return disk;
	if (!page)
		return -ENOMEM;
	len = pread(disk, page, page_bytes, (off_t)(address - within));
	if (len < 0)
		return -errno;
	if ((size_t)len < page_bytes)
		return -EIO;
	memcpy(ret_value, page + within, sizeof(*ret_value));
	return 0;
}

int pb_medium_check(int fd, const char *memory)
{
	_cleanup_close_ int disk = fd < 0 ? -ENODEV : disk_open(fd);

	return disk < 0 ? pb_fail(-EOPNOTSUPP,
				  "memory '%s' lies on no disk: there is no medium to "
				  "look at",
				  memory)
			: 0;
}
