/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hugetlb - pages of the kernel's pools, which are huge from the start.
 * Why: the types differ in nothing but the size of a page.
 */
#ifndef BENCH_MEMORY_HUGETLB_H
#define BENCH_MEMORY_HUGETLB_H

#include "bench/memory/memory.h"

/*
 * How a pool of pages of 1 << @shift bytes is grown by @nr_huge: 0, or -EOPNOTSUPP with a message
 * where there is no room, and then it is as it was. Who runs cells says so once; until then pools
 * are only used as they are.
 */
typedef int (*pb_hugetlb_grow)(unsigned int shift, uint64_t nr_huge);
void pb_hugetlb_grow_by(pb_hugetlb_grow grow);

/* Writes to the pool's file, for a machine that is switched off afterwards. */
int pb_hugetlb_grow_for_good(unsigned int shift, uint64_t nr_huge) pb_must_check;

/*
 * Sees to @nr_huge free pages of 1 << @shift bytes, growing the pool if it must. -EOPNOTSUPP with
 * a message where this machine has no such pages or no room for them.
 */
int pb_hugetlb_reserve(unsigned int shift, uint64_t nr_huge) pb_must_check;

/* Maps and writes @nr_pages small pages' worth of them. */
int pb_hugetlb_map(struct pb_memory *memory, unsigned int shift, uint64_t nr_pages) pb_must_check;

int pb_hugetlb_verify(const struct pb_memory *memory, unsigned int shift) pb_must_check;

#endif
