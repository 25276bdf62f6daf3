// SPDX-License-Identifier: GPL-2.0-only
/*
 * get_fast - get_user_pages_fast(), put_page().
 * Why: the same reference without mmap_lock, as long as the page tables suffice.
 */
#include "strategy.h"

static __always_inline long get_fast_acquire(struct pb_call *call)
{
	return get_user_pages_fast(call->addr, call->nr_pages, call->gup_flags, call->pages);
}

static __always_inline void get_fast_release(struct pb_call *call, long nr)
{
	struct page **pages = call->pages;
	long i;

	for (i = 0; i < nr; i++)
		put_page(pages[i]);
}

PB_DEFINE_STRATEGY(get_fast, "get_user_pages_fast", get_fast_acquire, get_fast_release,
		   .keeps_pages = true);
