// SPDX-License-Identifier: GPL-2.0-only
/*
 * noop - acquires nothing.
 * Why: it is what the loop, the timestamps and the call frame cost by themselves.
 */
#include "strategy.h"

static __always_inline long noop_acquire(struct pb_call *call)
{
	return PB_GOT_ALL; /* not even a number is read */
}

static __always_inline void noop_release(struct pb_call *call, long nr)
{
}

PB_DEFINE_ATOMIC_STRATEGY(noop, "", noop_acquire, noop_release);
