// SPDX-License-Identifier: GPL-2.0-only
/*
 * pin_fast - pin_user_pages_fast(), unpin_user_pages().
 * Why: FOLL_PIN without mmap_lock, the way in which most of direct I/O pins.
 */
#include "release.h"
#include "strategy.h"

static __always_inline long pin_fast_acquire(struct pb_call *call)
{
	return pin_user_pages_fast(call->addr, call->nr_pages, call->gup_flags, call->pages);
}

static __always_inline void pin_fast_release(struct pb_call *call, long nr)
{
	unpin_user_pages(call->pages, nr);
}

PB_DEFINE_PIN_STRATEGY(pin_fast, "pin_user_pages_fast", pin_fast_acquire, pin_fast_release);
