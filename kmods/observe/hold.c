// SPDX-License-Identifier: GPL-2.0-only
/*
 * hold - takes one page in each of the ways that are watched, and counts invalidations beside it.
 * Why: all of them go through the same steps, `none` included, so that nothing but the hold differs.
 */
#include <linux/sched/mm.h>

#include "compat/folio.h"
#include "compat/gup.h"
#include "observe/observe.h"

static const struct {
	bool known;
	bool owned;
	bool seen;
} rows[] = {
#define PB_OBSERVE(id, ident, name, control, owns, sees, summary) \
	[PB_OBSERVE_##ident] = { .known = true, .owned = owns, .seen = sees },
#include "uapi/observe.def"
#undef PB_OBSERVE
};

bool pb_observe_known(u32 strategy)
{
	return strategy < ARRAY_SIZE(rows) && rows[strategy].known;
}

bool pb_observe_owned(u32 strategy)
{
	return rows[strategy].owned;
}

bool pb_observe_seen(u32 strategy)
{
	return rows[strategy].seen;
}

bool pb_observe_paged(u32 strategy)
{
	return strategy == PB_OBSERVE_odp || strategy == PB_OBSERVE_odp_ignored;
}

/* Numbers of ours: the kernel's enum grows. */
static u32 invalidation_of(enum mmu_notifier_event event)
{
	switch (event) {
	case MMU_NOTIFY_UNMAP:
		return PB_OBSERVE_UNMAP;
	case MMU_NOTIFY_CLEAR:
		return PB_OBSERVE_CLEAR;
	case MMU_NOTIFY_PROTECTION_VMA:
		return PB_OBSERVE_PROTECTION_VMA;
	case MMU_NOTIFY_PROTECTION_PAGE:
		return PB_OBSERVE_PROTECTION_PAGE;
	case MMU_NOTIFY_SOFT_DIRTY:
		return PB_OBSERVE_SOFT_DIRTY;
	case MMU_NOTIFY_RELEASE:
		return PB_OBSERVE_RELEASE;
	case MMU_NOTIFY_MIGRATE:
		return PB_OBSERVE_MIGRATE;
	default:
		return PB_OBSERVE_OTHER;
	}
}

static int range_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct pb_observed *observed = container_of(notifier, struct pb_observed, notifier);

	if (range->start < observed->addr + PAGE_SIZE && range->end > observed->addr)
		atomic_inc(&observed->invalidations[invalidation_of(range->event)]);
	return 0;
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range_start = range_start,
};

/*
 * One page by GUP, with mmap_lock. Returns it with the reference or pin of @flags; @longterm asks
 * for a pin, and @pins says so, too.
 */
static int page_get(struct pb_observed *observed, bool pins, unsigned int flags)
{
	long got;

	if (mmap_read_lock_killable(observed->mm))
		return -EINTR;
	if (pins)
		got = pin_user_pages(observed->addr, 1, flags, &observed->page);
	else
		got = get_user_pages(observed->addr, 1, flags, &observed->page);
	mmap_read_unlock(observed->mm);
	if (got == 1)
		return 0;
	return got < 0 ? got : -EFAULT;
}

/* Looked up, and not held: the frame is right at this moment, and nobody's promise later. */
static int page_follow(struct pb_observed *observed)
{
	int ret = page_get(observed, false, 0);

	if (!ret)
		put_page(observed->page);
	return ret;
}

/*
 * A bare reference on a folio that is known already: the look-up's own goes again. Looked up to be
 * written where it will be: else the zero page could be, which is everybody's, and read-only in the
 * kernel's mapping from some kernel on.
 */
static int page_ref(struct pb_observed *observed, unsigned int flags)
{
	struct folio *folio;
	int ret = page_get(observed, false, flags);

	if (ret)
		return ret;
	folio = page_folio(observed->page);
	folio_get(folio);
	put_page(observed->page);
	return 0;
}

static int page_take(struct pb_observed *observed)
{
	unsigned int flags = observed->writes ? FOLL_WRITE : 0;

	switch (observed->strategy) {
	case PB_OBSERVE_ref:
		return page_ref(observed, flags);
	case PB_OBSERVE_get:
		return page_get(observed, false, flags);
	case PB_OBSERVE_pin:
		return page_get(observed, true, flags);
	case PB_OBSERVE_longterm:
		return page_get(observed, true, flags | FOLL_LONGTERM);
	case PB_OBSERVE_odp:
	case PB_OBSERVE_odp_ignored:
		return pb_paging_begin(observed);
	default:
		return page_follow(observed);
	}
}

static void page_release(struct pb_observed *observed, bool dirty)
{
	switch (observed->strategy) {
	case PB_OBSERVE_pin:
	case PB_OBSERVE_longterm:
		unpin_user_pages_dirty_lock(&observed->page, 1, dirty);
		break;
	case PB_OBSERVE_ref:
	case PB_OBSERVE_get:
		if (dirty)
			set_page_dirty_lock(observed->page);
		put_page(observed->page);
		break;
	case PB_OBSERVE_odp:
	case PB_OBSERVE_odp_ignored:
		pb_paging_end(observed);
		break;
	default:
		break;
	}
}

/* The notifier comes last: what the hold itself does to the page is no event. */
int pb_observed_take(struct pb_observed *observed)
{
	int ret;

	spin_lock_init(&observed->lock);
	ret = page_take(observed);
	if (ret)
		return ret;
	pb_observed_remember(observed);
	observed->notifier.ops = &notifier_ops;
	ret = mmu_notifier_register(&observed->notifier, observed->mm);
	if (ret)
		page_release(observed, false);
	return ret;
}

void pb_observed_release(struct pb_observed *observed, bool dirty)
{
	mmu_notifier_unregister(&observed->notifier, observed->mm);
	page_release(observed, dirty);
}
