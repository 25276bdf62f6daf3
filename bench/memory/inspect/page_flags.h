/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * page_flags - which page frame stands behind an address, and what the kernel says of it.
 * Why: only /proc/kpageflags tells a huge page from 512 small ones.
 */
#ifndef BENCH_MEMORY_INSPECT_PAGE_FLAGS_H
#define BENCH_MEMORY_INSPECT_PAGE_FLAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

struct pb_page {
	uint64_t pfn;
	uint64_t flags; /* KPF_* of linux/kernel-page-flags.h */
};

/*
 * Reads what stands behind the @nr_pages pages from @addr, newly allocated. -EFAULT with a message
 * if one is not present; -ENODATA if this user is not shown page frames, or the files are masked,
 * missing or empty: then nothing is known of the pages, good or bad.
 */
int pb_pages_read(const void *addr, size_t nr_pages, struct pb_page **ret_pages) pb_must_check;

static inline bool pb_page_has(const struct pb_page *page, unsigned int kpf)
{
	return page->flags >> kpf & 1;
}

/* Is there a page at @addr in the page tables? */
int pb_page_present(const void *addr, bool *ret_present) pb_must_check;

#endif
