// SPDX-License-Identifier: GPL-2.0-only
/*
 * get - get_user_pages() under mmap_lock, put_page().
 * Why: the plain reference of those who only touch struct page; the lock is taken in the window,
 * as every user has to take it.
 */
#include "compat/gup.h"
#include "strategy.h"

static __always_inline long get_acquire(struct pb_call *call)
{
	long got;

	mmap_read_lock(call->mm);
	got = get_user_pages(call->addr, call->nr_pages, call->gup_flags, call->pages);
	mmap_read_unlock(call->mm);
	return got;
}

static __always_inline void get_release(struct pb_call *call, long nr)
{
	struct page **pages = call->pages;
	long i;

	for (i = 0; i < nr; i++)
		put_page(pages[i]);
}

PB_DEFINE_STRATEGY(get, "get_user_pages", get_acquire, get_release, .keeps_pages = true);
