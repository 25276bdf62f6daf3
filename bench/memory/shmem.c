// SPDX-License-Identifier: GPL-2.0-only
/*
 * shmem - shared anonymous memory: pages of a file that has no name.
 * Why: what processes share a buffer through; its pages are the page cache's, though nothing is
 * written back.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/smaps.h"
#include "bench/memory/memory.h"
#include "bench/memory/shmem_pages.h"
#include "common/err.h"

static int shmem_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	int ret = pb_memory_room("shmem", len_bytes);

	if (!ret)
		ret = pb_memory_map_at(memory, len_bytes, PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	return ret ? ret : pb_shmem_populate(memory);
}

static int shmem_verify(const struct pb_memory *memory)
{
	_cleanup_free_ char *name = NULL;
	int ret = pb_smaps_name(memory->addr, &name);

	if (!ret && strncmp(name, "/dev/zero", strlen("/dev/zero")) != 0)
		ret = pb_fail(-ENOMEM, "memory 'shmem' is a mapping of '%s'", name);
	return ret ? ret : pb_memory_check_pages(memory, "shmem", pb_shmem_page_fault);
}

const struct pb_memory_type pb_memory_shmem = {
	.name = "shmem",
	.shared = true,
	.around = true,
	.prepare = shmem_prepare,
	.verify = shmem_verify,
};
