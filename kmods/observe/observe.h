/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * observe - what the files of pinbench_observe.ko share.
 * Why: the gate, holding, on-demand paging and looking at a frame are separate ideas.
 */
#ifndef PB_OBSERVE_PRIVATE_H
#define PB_OBSERVE_PRIVATE_H

#include <linux/atomic.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/xarray.h>

#include "uapi/observe.h"

/* An open file. Requests take turns: a hold that is looked at must not be released meanwhile. */
struct pb_observe_file {
	struct mutex lock;
	struct xarray held; /* handle -> struct pb_observed */
	u64 last_handle;
	u32 nr_held;
};

/* One page that is held, and what was heard of its address since. */
struct pb_observed {
	u32 strategy;
	bool writes;
	struct mm_struct *mm; /* grabbed: it may have no user any more */
	unsigned long addr;
	struct page *page;
	const void *mapping; /* as it was at the hold; compared, never followed */
	unsigned long index;
	struct mmu_notifier notifier;
	atomic_t invalidations[PB_OBSERVE_NR_INVALIDATIONS];
	struct mmu_interval_notifier interval; /* odp and odp-ignored */
	spinlock_t lock;		       /* access and invalidation exclude each other */
	bool valid;			       /* odp: page is what the address has */
};

/* Is there such a row in uapi/observe.def; and what it says. */
bool pb_observe_known(u32 strategy);
bool pb_observe_owned(u32 strategy);
bool pb_observe_seen(u32 strategy);
bool pb_observe_paged(u32 strategy); /* under an interval notifier */

/* hold.c: @observed has strategy, writes, mm and addr. 0 or -errno with nothing held. */
int pb_observed_take(struct pb_observed *observed);
void pb_observed_release(struct pb_observed *observed, bool dirty);

/* paging.c: the device's own mapping. */
int pb_paging_begin(struct pb_observed *observed);
void pb_paging_end(struct pb_observed *observed);
/* Until page is what the address has; -EFAULT where it has none. */
int pb_paging_fault(struct pb_observed *observed);

/* page.c */
void pb_observed_remember(struct pb_observed *observed);
void pb_observed_look(const struct pb_observed *observed, struct pb_observe_page *page);
int pb_observed_access(struct pb_observed *observed, struct pb_observe_access *access);

#endif
