/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pool - the hugetlb pool of a guest, on either node.
 * Why: copies, migration and fillers of hugetlb want pages in it, and one event takes them away.
 */
#ifndef BENCH_EVENTS_POOL_H
#define BENCH_EVENTS_POOL_H

#include <stdint.h>

#include "common/cleanup.h"

/* As every case finds it. Where there is no pool there is none to fill. */
void pb_pool_fill(void);

/* To nothing, on both nodes. -errno, no message. */
int pb_pool_clear(void) pb_must_check;

/* How many pages the pool still has, those in use among them. -errno, no message. */
int pb_pool_total(uint64_t *ret_pages) pb_must_check;

#endif
