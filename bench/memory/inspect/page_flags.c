// SPDX-License-Identifier: GPL-2.0-only
/*
 * page_flags - which page frame stands behind an address, and what the kernel says of it.
 * Why: only /proc/kpageflags tells a huge page from 512 small ones.
 */
#include "bench/memory/inspect/page_flags.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/err.h"
#include "common/str.h"

/* Documentation/admin-guide/mm/pagemap.rst */
#define PAGEMAP_PRESENT  (1ULL << 63)
#define PAGEMAP_PFN_MASK ((1ULL << 55) - 1)

static int u64_read_at(int fd, const char *path, uint64_t index, uint64_t *values, size_t nr)
{
	size_t want = nr * sizeof(*values);
	ssize_t got = pread(fd, values, want, (off_t)(index * sizeof(*values)));

	if (got < 0)
		return pb_fail(-ENODATA, "cannot read '%s': %s", path, strerror(errno));
	if ((size_t)got != want)
		return pb_fail(-ENODATA, "'%s' ends before entry %llu (is it masked?)", path,
			       (unsigned long long)index + nr);
	return 0;
}

static int file_open(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return pb_fail(-ENODATA, "cannot open '%s': %s", path, strerror(errno));
	*ret_fd = fd;
	return 0;
}

int pb_pages_read(const void *addr, size_t nr_pages, struct pb_page **ret_pages)
{
	static const char map_path[] = "/proc/self/pagemap", flags_path[] = "/proc/kpageflags";
	_cleanup_free_ struct pb_page *pages = calloc(nr_pages, sizeof(*pages));
	_cleanup_close_ int map = -1, flags = -1;
	uint64_t first = (uintptr_t)addr / (uint64_t)sysconf(_SC_PAGESIZE), entry;
	int ret;

	if (!pages)
		return pb_fail(-ENOMEM, "out of memory");
	ret = file_open(map_path, &map);
	if (!ret)
		ret = file_open(flags_path, &flags);
	for (size_t i = 0; i < nr_pages && !ret; i++) {
		ret = u64_read_at(map, map_path, first + i, &entry, 1);
		if (ret)
			break;
		pages[i].pfn = entry & PAGEMAP_PFN_MASK;
		if (!(entry & PAGEMAP_PRESENT))
			ret = pb_fail(-EFAULT, "page %zu of the memory is not present", i);
		else if (!pages[i].pfn)
			ret = pb_fail(-ENODATA, "'%s' hides page frames from this user", map_path);
		else
			ret = u64_read_at(flags, flags_path, pages[i].pfn, &pages[i].flags, 1);
	}
	if (ret)
		return ret;
	*ret_pages = pb_steal(pages);
	return 0;
}

int pb_page_present(const void *addr, bool *ret_present)
{
	static const char path[] = "/proc/self/pagemap";
	_cleanup_close_ int map = -1;
	uint64_t entry = 0;
	int ret = file_open(path, &map);

	if (!ret)
		ret = u64_read_at(map, path, (uintptr_t)addr / (uint64_t)sysconf(_SC_PAGESIZE),
				  &entry, 1);
	if (!ret)
		*ret_present = entry & PAGEMAP_PRESENT;
	return ret;
}
