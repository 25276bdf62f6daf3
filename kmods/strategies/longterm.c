// SPDX-License-Identifier: GPL-2.0-only
/*
 * longterm - pin_user_pages() with FOLL_LONGTERM, unpin_user_pages().
 * Why: the contract of RDMA: pages that must not stay for long where they are get migrated first.
 */
#include "compat/gup.h"
#include "release.h"
#include "strategy.h"

static __always_inline long longterm_acquire(struct pb_call *call)
{
	long got;

	mmap_read_lock(call->mm);
	got = pin_user_pages(call->addr, call->nr_pages, call->gup_flags | FOLL_LONGTERM,
			     call->pages);
	mmap_read_unlock(call->mm);
	return got;
}

static __always_inline void longterm_release(struct pb_call *call, long nr)
{
	unpin_user_pages(call->pages, nr);
}

PB_DEFINE_PIN_STRATEGY(longterm, "pin_user_pages", longterm_acquire, longterm_release);
