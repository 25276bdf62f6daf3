// SPDX-License-Identifier: GPL-2.0-only
/*
 * paging - a device that pages on demand: it is told when its mapping ends, and faults it in again.
 * Why: what this protocol protects from is only seen beside the same device that does not listen.
 */
#include <linux/hmm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>

#include "observe/observe.h"

static bool paging_invalidate(struct mmu_interval_notifier *interval,
			      const struct mmu_notifier_range *range, unsigned long seq)
{
	struct pb_observed *observed = container_of(interval, struct pb_observed, interval);

	spin_lock(&observed->lock);
	mmu_interval_set_seq(interval, seq);
	if (observed->strategy == PB_OBSERVE_odp)
		observed->valid = false;
	spin_unlock(&observed->lock);
	return true;
}

static const struct mmu_interval_notifier_ops paging_ops = {
	.invalidate = paging_invalidate,
};

/* 0: page is valid; -EBUSY: it was invalidated meanwhile, again. */
static int fault_once(struct pb_observed *observed)
{
	unsigned long pfn = 0;
	struct hmm_range range = {
		.notifier = &observed->interval,
		.start = observed->addr,
		.end = observed->addr + PAGE_SIZE,
		.hmm_pfns = &pfn,
		.default_flags = HMM_PFN_REQ_FAULT | (observed->writes ? HMM_PFN_REQ_WRITE : 0),
	};
	int ret;

	range.notifier_seq = mmu_interval_read_begin(range.notifier);
	if (mmap_read_lock_killable(observed->mm))
		return -EINTR;
	ret = hmm_range_fault(&range);
	mmap_read_unlock(observed->mm);
	if (ret)
		return ret;
	spin_lock(&observed->lock);
	ret = mmu_interval_read_retry(&observed->interval, range.notifier_seq) ? -EBUSY : 0;
	if (!ret) {
		observed->page = hmm_pfn_to_page(pfn);
		observed->valid = true;
	}
	spin_unlock(&observed->lock);
	return ret;
}

int pb_paging_fault(struct pb_observed *observed)
{
	int ret;

	if (!mmget_not_zero(observed->mm)) /* the process is gone, and all its addresses */
		return -EFAULT;
	do {
		ret = signal_pending(current) ? -EINTR : fault_once(observed);
	} while (ret == -EBUSY);
	mmput(observed->mm);
	return ret;
}

int pb_paging_begin(struct pb_observed *observed)
{
	int ret;

	ret = mmu_interval_notifier_insert(&observed->interval, observed->mm, observed->addr,
					   PAGE_SIZE, &paging_ops);
	if (ret)
		return ret;
	ret = pb_paging_fault(observed);
	if (ret)
		mmu_interval_notifier_remove(&observed->interval);
	return ret;
}

void pb_paging_end(struct pb_observed *observed)
{
	mmu_interval_notifier_remove(&observed->interval);
}
