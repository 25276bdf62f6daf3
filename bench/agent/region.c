// SPDX-License-Identifier: GPL-2.0-only
/*
 * region - where the calls of a cell begin: always at the same pages, or further on each time.
 * Why: who holds many calls' pages at once, or faults each call's in, walks through memory.
 */
#include "bench/agent/region.h"

#include <errno.h>
#include <stdbool.h>

#include "collect/axes.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/pinbench.h"

enum {
	HELD_BYTES = 256 << 20,  /* walked round, so that pages are held more than once beyond it */
	FAULT_BYTES = 16 << 20,  /* faulted in between two zaps */
	AROUND_BYTES = 64 << 10, /* that one fault maps: the kernel's fault_around_bytes */
};

static uint64_t calls_of(const struct pb_cell *cell)
{
	return cell->nr_ops > cell->nr_samples ? cell->nr_ops : cell->nr_samples;
}

/* Pages that one fault maps: two calls among them would fault them in once. */
static int entry_pages(const struct pb_memory_type *type, uint64_t *ret_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), entry_bytes = page_bytes;
	int ret = type->entry ? type->entry(&entry_bytes) : 0;

	if (type->around && entry_bytes < AROUND_BYTES)
		entry_bytes = AROUND_BYTES;
	*ret_pages = entry_bytes / page_bytes;
	return ret;
}

/* All calls are in one region, or in batches that have to be zapped in between. */
static int fault_make(const struct pb_cell *cell, const struct pb_memory_type *type, bool at_once,
		      struct pb_region *region)
{
	uint64_t entry, max_pages = FAULT_BYTES / (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t nr_calls = calls_of(cell);
	int ret = entry_pages(type, &entry);

	if (ret)
		return ret;
	region->stride_pages = (cell->nr_pages + entry - 1) / entry * entry;
	if (at_once &&
	    nr_calls * region->stride_pages > HELD_BYTES / (uint64_t)sysconf(_SC_PAGESIZE))
		return pb_fail(-E2BIG,
			       "%llu calls of %llu pages that are faulted in and held at once take "
			       "more than %d MiB",
			       (unsigned long long)nr_calls, (unsigned long long)cell->nr_pages,
			       HELD_BYTES >> 20);
	if (!at_once && nr_calls * region->stride_pages > max_pages)
		nr_calls = max_pages > region->stride_pages ? max_pages / region->stride_pages : 1;
	region->nr_calls = (uint32_t)nr_calls;
	region->region_pages = nr_calls * region->stride_pages;
	region->nr_pages = region->region_pages;
	return 0;
}

static int hold_make(const struct pb_cell *cell, struct pb_region *region)
{
	uint64_t max_pages = HELD_BYTES / (uint64_t)sysconf(_SC_PAGESIZE);
	uint64_t nr_calls = calls_of(cell);

	if (nr_calls * cell->nr_pages > PB_MAX_PAGES)
		return pb_fail(
			-E2BIG,
			"%llu calls of %llu pages held at once: the device holds %u pages at "
			"most",
			(unsigned long long)nr_calls, (unsigned long long)cell->nr_pages,
			PB_MAX_PAGES);
	if (nr_calls * cell->nr_pages > max_pages)
		nr_calls = max_pages > cell->nr_pages ? max_pages / cell->nr_pages : 1;
	region->stride_pages = cell->nr_pages;
	region->region_pages = nr_calls * cell->nr_pages;
	region->nr_pages = region->region_pages;
	return 0;
}

int pb_region_make(const struct pb_cell *cell, const struct pb_memory_type *type,
		   struct pb_region *ret_region)
{
	bool all = cell->hold == PB_HOLDING_ALL;
	struct pb_region region = { .nr_pages = cell->nr_pages };
	int ret = 0;

	if (cell->residency == PB_RESIDENCY_FAULT)
		ret = fault_make(cell, type, all, &region);
	else if (all)
		ret = hold_make(cell, &region);
	else if (pb_sharing_flags(cell->sharing) & PB_SHARING_SIDE_BY_SIDE)
		region.nr_pages *= cell->nr_threads;
	if (!ret)
		*ret_region = region;
	return ret;
}
