// SPDX-License-Identifier: GPL-2.0-only
/*
 * hugetlb_2m - hugetlb pages of 2 MiB, private to the process.
 * Why: what DPDK and databases use, and the one huge page that is never split.
 */
#include "bench/memory/hugetlb.h"

enum { SHIFT = 21 };

static int hugetlb_2m_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	return pb_hugetlb_map(memory, SHIFT, nr_pages);
}

static int hugetlb_2m_verify(const struct pb_memory *memory)
{
	return pb_hugetlb_verify(memory, SHIFT);
}

static int hugetlb_2m_entry(size_t *ret_bytes)
{
	*ret_bytes = (size_t)1 << SHIFT;
	return 0;
}

const struct pb_memory_type pb_memory_hugetlb_2m = {
	.name = "hugetlb-2m",
	.special = true,
	.folios = true,
	.entry = hugetlb_2m_entry,
	.prepare = hugetlb_2m_prepare,
	.verify = hugetlb_2m_verify,
};
