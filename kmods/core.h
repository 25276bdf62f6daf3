/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * core - what the files of the core module share.
 * Why: registry, run, team and hold are separate ideas; strategies see strategy.h only.
 */
#ifndef PB_CORE_H
#define PB_CORE_H

#include <linux/atomic.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "strategy.h"

/* An open file. Only the mm that opened it may use it; its holds and groups die with it. */
struct pb_file {
	struct mm_struct *mm; /* grabbed, so that no later mm can have the same address */
	struct xarray held;   /* handle -> struct pb_held */
	atomic64_t last_held; /* the handle that was given last */
	atomic_long_t nr_held_pages;
	struct xarray teams; /* handle -> struct pb_team */
	atomic64_t last_team;
	atomic_t nr_teams;
};

/*
 * A handle for @entry that this table never gave out before: whoever still has the handle of what
 * was dropped must not reach what another thread acquired since. ENOSPC after 2^32 - 1 of them,
 * ENOMEM. Once it is back the entry can be dropped at any moment.
 */
int pb_handle_new(struct xarray *table, atomic64_t *last, void *entry, u32 *ret_handle);

/* A loaded strategy with a reference on its module, or NULL. */
const struct pb_strategy *pb_strategy_get(u32 id);
void pb_strategy_put(const struct pb_strategy *strategy);
u64 pb_strategy_mask(void);
/* Bit 1 << enum pb_release_id for each that it has. */
u32 pb_strategy_releases(const struct pb_strategy *strategy);

/* What a call is to be made on. */
struct pb_range {
	u64 addr;
	u64 nr_pages;
	u64 span_pages; /* from addr to the end of all that calls can reach */
	u64 nr_held;    /* calls whose pages are held at the same time */
	u32 flags;      /* PB_RUN_WRITE counts */
};

/* EINVAL, E2BIG as documented for struct pb_run. */
int pb_request_check(u32 strategy, u64 addr, u64 nr_pages, u32 flags);
/* EFAULT where the range is no user range, ENOMEM. Pairs with pb_call_done(). */
int pb_call_init(struct pb_call *call, struct pb_file *file, const struct pb_range *range);
void pb_call_done(struct pb_call *call);

/*
 * Zeroed, on cache lines of its own: what one worker writes in its windows must not lie beside what
 * another one does. NULL without memory; kvfree().
 */
void *pb_alloc(size_t nr, size_t size);

int pb_run_request(struct pb_file *file, struct pb_run *run);

int pb_hold_request(struct pb_file *file, struct pb_hold *hold);
int pb_hold_drop(struct pb_file *file, u32 handle);
void pb_hold_drop_all(struct pb_file *file);

#endif
