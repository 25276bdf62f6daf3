/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * geometry - the caches of a simulated machine: data/caches/NAME.ini.
 * Why: sizes and ways are facts of processors, with a source each, and no code.
 *
 *   [machine]
 *   title = Some server of 2021        for people
 *   source = where these numbers are from
 *   [d1], [l2]                         each CPU's own
 *   bytes = 48K                        K and M are powers of two
 *   ways = 12
 *   [llc]                              of all CPUs together
 *   bytes = 36M
 *   ways = 12
 *   inclusive = no                     does it drop lines out of the CPUs' own caches?
 */
#ifndef COLLECT_MODEL_GEOMETRY_H
#define COLLECT_MODEL_GEOMETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/cleanup.h"

enum pb_cache_level { PB_CACHE_D1, PB_CACHE_L2, PB_CACHE_LLC, PB_NR_CACHES };

struct pb_cache_size {
	uint64_t bytes;
	uint32_t ways;
	uint32_t sets; /* bytes / ways / line */
};

struct pb_geometry {
	char name[32]; /* of the file, without its ending */
	char title[96];
	char source[256];
	bool inclusive;
	struct pb_cache_size levels[PB_NR_CACHES];
};

/*
 * Takes the name of one of pinbench's own, or a file's (what holds a '/' or ends in .ini). -ENOENT
 * with the names that there are; -EBADMSG with the line, what is wrong with it, and what would have
 * been valid.
 */
int pb_geometry_load(const char *name, struct pb_geometry *ret_geometry) pb_must_check;

/* "d1 48K/12, l2 2M/16, llc 36M/12, not inclusive": what is stored with the numbers. */
char *pb_geometry_text(const struct pb_geometry *geometry) pb_must_check;

/* The one that is taken where nobody asks. */
#define PB_GEOMETRY_DEFAULT "icelake-server"

#endif
