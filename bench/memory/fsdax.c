// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsdax - a file of an ext4 with DAX: the mapping shows the persistent memory itself.
 * Why: there is no page cache in between, so the file system cannot move what is held; for this
 * memory FOLL_LONGTERM came to be, and is refused.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/memory/file_pages.h"
#include "bench/memory/pmem_pages.h"
#include "common/err.h"

static int fsdax_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), len_bytes = nr_pages * page_bytes;
	_cleanup_close_ int fd = -1;
	int ret = pb_memory_file(memory, PB_PLACE_PMEM, len_bytes + page_bytes, &fd);

	/*
	 * Mapped from its second page on, while addresses start where a huge page could: so no huge
	 * entry ever fits, and whether the file's blocks happen to be aligned does not matter.
	 */
	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				       (off_t)page_bytes);
	return ret ? ret : pb_memory_populate(memory);
}

static int fsdax_verify(const struct pb_memory *memory)
{
	struct statx file;
	int ret = pb_file_check_ext4(memory);

	if (!ret && statx(AT_FDCWD, memory->path, 0, STATX_BASIC_STATS, &file))
		ret = pb_fail(-errno, "cannot look at '%s': %s", memory->path, strerror(errno));
	if (!ret && !(file.stx_attributes & STATX_ATTR_DAX))
		ret = pb_fail(-ENOMEM, "'%s' is not a DAX file", memory->path);
	return ret ? ret : pb_pmem_check_pages(memory, "fsdax");
}

const struct pb_memory_type pb_memory_fsdax = {
	.name = "fsdax",
	.shared = true,
	.special = true,
	.prepare = fsdax_prepare,
	.verify = fsdax_verify,
};
