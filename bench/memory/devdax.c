// SPDX-License-Identifier: GPL-2.0-only
/*
 * devdax - persistent memory as a device, mapped by 2 MiB entries.
 * Why: no file system is involved, so nothing ever moves: a long-term pin is allowed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "bench/memory/pmem_pages.h"
#include "common/err.h"

enum { ENTRY_BYTES = 2 << 20 };

static int devdax_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_free_ char *path = NULL;
	_cleanup_close_ int fd = -1;
	int ret = pb_place_find(PB_PLACE_DEVDAX, &path);

	if (ret)
		return ret;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
	len_bytes = (len_bytes + ENTRY_BYTES - 1) / ENTRY_BYTES * ENTRY_BYTES;
	ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	return ret ? ret : pb_memory_populate(memory);
}

static int devdax_verify(const struct pb_memory *memory)
{
	return pb_pmem_check_pages(memory, "devdax");
}

const struct pb_memory_type pb_memory_devdax = {
	.name = "devdax",
	.special = true,
	.prepare = devdax_prepare,
	.verify = devdax_verify,
};
