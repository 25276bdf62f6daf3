// SPDX-License-Identifier: GPL-2.0-only
/*
 * file_shared - page cache of an ext4 file, mapped shared and held for writing.
 * Why: what writes through a pin behind the file system's back: page_mkclean() cannot know of it.
 * It is for this case that long-term pins were refused from 6.5 on.
 */
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/file_pages.h"

static int file_shared_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_close_ int fd = -1;
	int ret = pb_memory_file(memory, PB_PLACE_DISK, len_bytes, &fd);

	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				       0);
	return ret ? ret : pb_memory_populate(memory);
}

static int file_shared_verify(const struct pb_memory *memory)
{
	int ret = pb_file_check_ext4(memory);

	return ret ? ret : pb_memory_check_pages(memory, "file-shared", pb_file_page_fault);
}

const struct pb_memory_type pb_memory_file_shared = {
	.name = "file-shared",
	.shared = true,
	.around = true,
	.special = true,
	.prepare = file_shared_prepare,
	.verify = file_shared_verify,
};
