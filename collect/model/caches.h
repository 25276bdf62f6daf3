/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * caches - the caches of several CPUs, kept coherent: MESI, least recently used goes first.
 * Why: what an access costs is decided by who touched its line before, and here that is known.
 *
 * A CPU's L2 holds whatever its D1 holds. All copies of a line are known (a directory without a
 * limit). There is no prefetching, no speculation, no instruction fetch and no page walk.
 */
#ifndef COLLECT_MODEL_CACHES_H
#define COLLECT_MODEL_CACHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/model/geometry.h"
#include "common/cleanup.h"

struct pb_caches;

/* What one access of one line came to. */
struct pb_touch {
	bool d1_miss;
	bool l2_miss;
	bool llc_miss; /* neither the LLC nor another CPU had it */
	bool transfer; /* it was modified in another CPU's cache */
	bool upgrade;  /* it was here to be read, and is written */
	uint64_t lost; /* CPUs whose copies it took away */
};

/*
 * Lines are known by numbers below @nr_lines; @phys holds their physical addresses, which say where
 * they may lie, divided by the size of a line. @phys stays the caller's and must outlive the caches.
 */
int pb_caches_new(const struct pb_geometry *geometry, uint32_t nr_cpus, const uint64_t *phys,
		  uint32_t nr_lines, struct pb_caches **ret_caches) pb_must_check;
void pb_caches_free(struct pb_caches *caches);

/* Nothing is cached any more. */
void pb_caches_clear(struct pb_caches *caches);

struct pb_touch pb_caches_touch(struct pb_caches *caches, uint32_t cpu, uint32_t line, bool write);

PB_DEFINE_CLEANUP(pb_caches_freep, struct pb_caches *, pb_caches_free);

#endif
