// SPDX-License-Identifier: GPL-2.0-only
/*
 * munmap - maps, fills and unmaps a range beside the pages that are measured.
 * Why: the mmap_lock is taken for writing, page tables and the TLB are torn at, and notifiers are
 * told, though not of the pages themselves: what a busy process does to its neighbours.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/load/action.h"
#include "common/err.h"

enum { NEIGHBOUR_PAGES = 16, MAX_STEPS = 1024 };

static size_t neighbour_bytes(void)
{
	return NEIGHBOUR_PAGES * (size_t)sysconf(_SC_PAGESIZE);
}

/* Of a file that has no name: it can never merge with the mapping under measure. */
static int neighbour_map(void *addr)
{
	void *map = mmap(addr, neighbour_bytes(), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (map == MAP_FAILED)
		return -errno;
	if (map == addr)
		return 0;
	munmap(map, neighbour_bytes()); /* a kernel that takes the flag for a hint */
	return -EEXIST;
}

/* The place that is free and nearest: behind the mapping, or before it. */
static int munmap_open(struct pb_load_use *use)
{
	const struct pb_memory *memory = use->memory;
	char *map = memory->map ? memory->map : use->addr;
	size_t map_bytes = memory->map ? memory->map_bytes : use->len_bytes;

	for (size_t i = 0; i < (size_t)2 * MAX_STEPS; i++) {
		size_t distance_bytes = i / 2 * neighbour_bytes();
		char *place = i % 2 ? map - neighbour_bytes() - distance_bytes
				    : map + map_bytes + distance_bytes;

		if (neighbour_map(place))
			continue;
		use->state = place;
		if (munmap(place, neighbour_bytes()))
			return pb_fail(-errno, "cannot unmap: %s", strerror(errno));
		return 0;
	}
	return pb_fail(-EOPNOTSUPP, "load 'munmap': there is no room beside memory '%s'",
		       use->memory_name);
}

static int munmap_step(struct pb_load_use *use)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	volatile char *neighbour = use->state;
	unsigned char present[NEIGHBOUR_PAGES];
	int ret = neighbour_map(use->state);

	if (ret)
		return pb_fail(ret, "cannot map a neighbour: %s", strerror(-ret));
	for (size_t i = 0; i < NEIGHBOUR_PAGES; i++)
		neighbour[i * page_bytes] = 1;
	if (munmap(use->state, neighbour_bytes()))
		return pb_fail(-errno, "cannot unmap a neighbour: %s", strerror(errno));
	if (!mincore(use->state, neighbour_bytes(), present) || errno != ENOMEM)
		return pb_fail(-EIO, "a neighbour is still there after munmap()");
	use->nr_done++;
	return 0;
}

static int munmap_check(const struct pb_load_use *use)
{
	return use->nr_done ? 0 : pb_fail(-EIO, "no neighbour was unmapped");
}

static int munmap_close(struct pb_load_use *use)
{
	use->state = NULL;
	return 0;
}

const struct pb_load_action pb_load_munmap = {
	.name = "munmap",
	.whole = true,
	.open = munmap_open,
	.step = munmap_step,
	.check = munmap_check,
	.close = munmap_close,
};
