// SPDX-License-Identifier: GPL-2.0-only
/*
 * odp - faults a range in under an interval notifier and keeps no reference.
 * Why: on-demand paging's contract: the driver is told when a page goes, so it need not hold it.
 * The notifier is inserted once a run and timed apart, as a driver registers its region once.
 */
#include <linux/hmm.h>
#include <linux/mmu_notifier.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "strategy.h"

struct odp {
	struct mmu_interval_notifier notifier;
	spinlock_t lock; /* retry check and invalidation exclude each other */
	u64 invalidations;
};

static bool odp_invalidate(struct mmu_interval_notifier *notifier,
			   const struct mmu_notifier_range *range, unsigned long seq)
{
	struct odp *odp = container_of(notifier, struct odp, notifier);

	spin_lock(&odp->lock);
	mmu_interval_set_seq(notifier, seq);
	odp->invalidations++;
	spin_unlock(&odp->lock);
	return true;
}

static const struct mmu_interval_notifier_ops odp_notifier_ops = {
	.invalidate = odp_invalidate,
};

static int odp_setup(struct pb_call *call)
{
	struct odp *odp;
	u64 begin;
	int ret;

	odp = kzalloc(sizeof(*odp), GFP_KERNEL_ACCOUNT);
	if (!odp)
		return -ENOMEM;
	spin_lock_init(&odp->lock);
	begin = pb_stamp();
	ret = mmu_interval_notifier_insert(&odp->notifier, call->mm, call->span_addr,
					   call->span_pages << PAGE_SHIFT, &odp_notifier_ops);
	call->setup_ticks = pb_stamp() - begin;
	if (ret)
		goto free_odp;
	call->private = odp;
	return 0;

free_odp:
	kfree(odp);
	return ret;
}

static void odp_teardown(struct pb_call *call)
{
	struct odp *odp = call->private;
	u64 begin;

	begin = pb_stamp();
	mmu_interval_notifier_remove(&odp->notifier);
	call->teardown_ticks = pb_stamp() - begin;
	call->invalidations = odp->invalidations;
	call->private = NULL;
	kfree(odp);
}

static __always_inline bool odp_is_stale(struct odp *odp, unsigned long seq)
{
	bool stale;

	spin_lock(&odp->lock);
	stale = mmu_interval_read_retry(&odp->notifier, seq);
	spin_unlock(&odp->lock);
	return stale;
}

static __always_inline long odp_acquire(struct pb_call *call)
{
	struct odp *odp = call->private;
	struct hmm_range range = {
		.notifier = &odp->notifier,
		.start = call->addr,
		.end = call->addr + (call->nr_pages << PAGE_SHIFT),
		.hmm_pfns = call->pfns,
		.default_flags =
			HMM_PFN_REQ_FAULT | (call->gup_flags & FOLL_WRITE ? HMM_PFN_REQ_WRITE : 0),
	};
	int ret;

	for (;;) {
		range.notifier_seq = mmu_interval_read_begin(range.notifier);
		mmap_read_lock(call->mm);
		ret = hmm_range_fault(&range);
		mmap_read_unlock(call->mm);
		if (ret && ret != -EBUSY)
			return ret;
		if (!ret && !odp_is_stale(odp, range.notifier_seq))
			return call->nr_pages;
		call->retries++;
		if (signal_pending(current)) /* whoever invalidates may never stop */
			return -EINTR;
	}
}

static __always_inline void odp_release(struct pb_call *call, long nr)
{
}

PB_DEFINE_STRATEGY(odp, "hmm_range_fault", odp_acquire, odp_release, .setup = odp_setup,
		   .teardown = odp_teardown);
