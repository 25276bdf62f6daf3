// SPDX-License-Identifier: GPL-2.0-only
/*
 * longterm_fast - pin_user_pages_fast() with FOLL_LONGTERM, unpin_user_pages().
 * Why: registered buffers, say io_uring's, pin in this way.
 */
#include "release.h"
#include "strategy.h"

static __always_inline long longterm_fast_acquire(struct pb_call *call)
{
	return pin_user_pages_fast(call->addr, call->nr_pages, call->gup_flags | FOLL_LONGTERM,
				   call->pages);
}

static __always_inline void longterm_fast_release(struct pb_call *call, long nr)
{
	unpin_user_pages(call->pages, nr);
}

PB_DEFINE_PIN_STRATEGY(longterm_fast, "pin_user_pages_fast", longterm_fast_acquire,
		       longterm_fast_release);
