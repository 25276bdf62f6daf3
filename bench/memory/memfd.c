// SPDX-License-Identifier: GPL-2.0-only
/*
 * memfd - a file of memory that is passed around as a descriptor, mapped shared.
 * Why: what udmabuf and virtual machines hand to devices.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/smaps.h"
#include "bench/memory/memory.h"
#include "bench/memory/shmem_pages.h"
#include "common/err.h"

static int memfd_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	_cleanup_close_ int fd = memfd_create("pinbench", MFD_CLOEXEC);
	int ret;

	if (fd < 0 || ftruncate(fd, (off_t)len_bytes))
		return pb_fail(-errno, "cannot make a memfd of %zu bytes: %s", len_bytes,
			       strerror(errno));
	ret = pb_memory_room("memfd", len_bytes);
	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				       0);
	return ret ? ret : pb_shmem_populate(memory);
}

static int memfd_verify(const struct pb_memory *memory)
{
	_cleanup_free_ char *name = NULL;
	int ret = pb_smaps_name(memory->addr, &name);

	if (!ret && strncmp(name, "/memfd:", strlen("/memfd:")) != 0)
		ret = pb_fail(-ENOMEM, "memory 'memfd' is a mapping of '%s'", name);
	return ret ? ret : pb_memory_check_pages(memory, "memfd", pb_shmem_page_fault);
}

const struct pb_memory_type pb_memory_memfd = {
	.name = "memfd",
	.shared = true,
	.around = true,
	.prepare = memfd_prepare,
	.verify = memfd_verify,
};
