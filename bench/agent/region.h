/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * region - where the calls of a cell begin: always at the same pages, or further on each time.
 * Why: who holds many calls' pages at once, or faults each call's in, walks through memory.
 */
#ifndef BENCH_AGENT_REGION_H
#define BENCH_AGENT_REGION_H

#include <stdint.h>

#include "bench/memory/memory.h"
#include "collect/cell.h"
#include "common/cleanup.h"

struct pb_region {
	uint64_t nr_pages;     /* of memory to prepare, for one worker or for all that share it */
	uint64_t stride_pages; /* from one call's start to the next one's; 0: all the same */
	uint64_t region_pages; /* after which starts repeat; 0 as well */
	uint32_t nr_calls;     /* that fit before they do; 0: any number */
};

/* Of one call after another on the same pages, all held, or all faulted in. -E2BIG with a message
 * where one region cannot have room for what the cell holds at once. */
int pb_region_make(const struct pb_cell *cell, const struct pb_memory_type *type,
		   struct pb_region *ret_region) pb_must_check;

#endif
