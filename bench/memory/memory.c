// SPDX-License-Identifier: GPL-2.0-only
/*
 * memory - what all types of memory share: the table, mapping, populating.
 * Why: a type is one file and one row; the table of types is made from the rows.
 */
#include "bench/memory/memory.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/err.h"
#include "common/str.h"

static const struct pb_memory_type *const memory_types[] = {
#define PB_MEMORY(ident, name, summary) &pb_memory_##ident,
#include "bench/memory/memory.def"
#undef PB_MEMORY
};

const struct pb_memory_type *pb_memory_find(const char *name)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(memory_types); i++)
		if (pb_streq(memory_types[i]->name, name))
			return memory_types[i];
	return NULL;
}

const char *pb_memory_names(void)
{
	/* Each name brings the separator that stands before it; the first one is skipped. */
	static const char names[] =
#define PB_MEMORY(ident, name, summary) ", " name
#include "bench/memory/memory.def"
#undef PB_MEMORY
		;

	return names + 2;
}

int pb_memory_map(struct pb_memory *memory, size_t len_bytes, size_t align_bytes, int advice)
{
	size_t map_bytes = len_bytes + align_bytes;
	uintptr_t addr;
	void *map =
		mmap(NULL, map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (map == MAP_FAILED)
		return pb_fail(-errno, "cannot map %zu bytes: %s", map_bytes, strerror(errno));
	memory->map = map;
	memory->map_bytes = map_bytes;
	addr = ((uintptr_t)map + align_bytes - 1) / align_bytes * align_bytes;
	memory->addr = (void *)addr;
	memory->len_bytes = len_bytes;
	/* EINVAL: a kernel built without huge pages does not know the advice, and needs none. */
	if (madvise(map, map_bytes, advice) && errno != EINVAL)
		return pb_fail(-errno, "cannot advise %zu bytes: %s", map_bytes, strerror(errno));
	return 0;
}

/*
 * Pages that were just faulted in wait in a per-CPU batch, which holds a reference on each, and
 * some strategies would pay for emptying it. mlock() of any page empties the batches of this CPU.
 */
int pb_memory_drain(void)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	char *page =
		mmap(NULL, page_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int ret = 0;

	if (page == MAP_FAILED)
		return pb_fail(-errno, "cannot map a page: %s", strerror(errno));
	*(volatile char *)page = 1;
	if (mlock(page, page_bytes) || munlock(page, page_bytes))
		ret = pb_fail(-errno, "cannot lock a page: %s", strerror(errno));
	munmap(page, page_bytes);
	return ret;
}

int pb_memory_populate(struct pb_memory *memory)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *bytes = memory->addr;

	for (size_t offset = 0; offset < memory->len_bytes; offset += page_bytes)
		bytes[offset] = 1;
	return pb_memory_drain();
}

void pb_memory_release(struct pb_memory *memory)
{
	if (memory->map)
		munmap(memory->map, memory->map_bytes);
	*memory = (struct pb_memory){ 0 };
}
