// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_pages - pages of the page cache of a file system on a disk.
 * Why: shared and private mappings of a file begin with the same pages.
 */
#include "bench/memory/file_pages.h"

#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/vfs.h>

#include "common/err.h"

int pb_file_check_ext4(const struct pb_memory *memory)
{
	struct statfs fs;

	if (statfs(memory->path, &fs))
		return pb_fail(-errno, "cannot look at '%s': %s", memory->path, strerror(errno));
	if (fs.f_type != EXT4_SUPER_MAGIC)
		return pb_fail(-EOPNOTSUPP, "'%s' does not lie on ext4", memory->path);
	return 0;
}

const char *pb_file_page_fault(const struct pb_page *page)
{
	if (pb_page_has(page, KPF_ANON))
		return "is anonymous";
	if (pb_page_has(page, KPF_SWAPBACKED))
		return "is no disk's";
	if (!pb_page_has(page, KPF_LRU))
		return "is not on the kernel's lists yet";
	return NULL;
}
