// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin - pin_user_pages() under mmap_lock, unpin_user_pages().
 * Why: the contract of direct I/O: the page may be written behind the page tables' back.
 */
#include "compat/gup.h"
#include "release.h"
#include "strategy.h"

static __always_inline long pin_acquire(struct pb_call *call)
{
	long got;

	mmap_read_lock(call->mm);
	got = pin_user_pages(call->addr, call->nr_pages, call->gup_flags, call->pages);
	mmap_read_unlock(call->mm);
	return got;
}

static __always_inline void pin_release(struct pb_call *call, long nr)
{
	unpin_user_pages(call->pages, nr);
}

PB_DEFINE_PIN_STRATEGY(pin, "pin_user_pages", pin_acquire, pin_release);
