// SPDX-License-Identifier: GPL-2.0-only
/*
 * page - what a frame is, and the device's reads and writes through it.
 * Why: a frame is looked at without touching it, since a touch would decide what is to be seen.
 */
#include <linux/preempt.h>

#include "compat/frame.h"
#include "observe/observe.h"

void pb_observed_remember(struct pb_observed *observed)
{
	observed->mapping = pb_frame_mapping(observed->page);
	observed->index = pb_frame_index(observed->page);
}

static u32 flags_of(const struct pb_observed *observed)
{
	struct page *page = observed->page;
	const void *mapping = pb_frame_mapping(page);
	u32 flags = 0;

	if (pb_frame_refs(page) <= pb_frame_idle_refs(page))
		flags |= PB_OBSERVE_PAGE_FREE;
	if (!mapping)
		flags |= PB_OBSERVE_PAGE_ORPHAN;
	if (mapping == observed->mapping && pb_frame_index(page) == observed->index)
		flags |= PB_OBSERVE_PAGE_SAME;
	if ((unsigned long)mapping & 1) /* PAGE_MAPPING_ANON, under whatever name */
		flags |= PB_OBSERVE_PAGE_ANON;
	if (PageCompound(page))
		flags |= PB_OBSERVE_PAGE_LARGE;
	if (pb_frame_dirty(page))
		flags |= PB_OBSERVE_PAGE_DIRTY;
	if (pb_frame_writeback(page))
		flags |= PB_OBSERVE_PAGE_WRITEBACK;
	if (pb_frame_pinned(page))
		flags |= PB_OBSERVE_PAGE_PINNED;
	return flags;
}

void pb_observed_look(const struct pb_observed *observed, struct pb_observe_page *page)
{
	u32 i;

	page->pfn = page_to_pfn(observed->page);
	page->flags = flags_of(observed);
	page->refs = pb_frame_refs(observed->page);
	for (i = 0; i < PB_OBSERVE_NR_INVALIDATIONS; i++)
		page->invalidations[i] = atomic_read(&observed->invalidations[i]);
}

/*
 * A frame that nobody keeps for us. What it is may change at any moment on another CPU: unowned=1
 * says that this is such a machine. Persistent memory is reserved, and a file's all the same.
 */
static bool frame_is_somebodys(struct page *page)
{
	if (is_zone_device_page(page))
		return true;
	return !PageReserved(page) && !pb_frame_slab(page) && pb_frame_refs(page) > 0 &&
	       pb_frame_mapping(page);
}

/* No highmem: modules are built for 64 bits only. */
static void bytes_move(struct page *page, struct pb_observe_access *access)
{
	u64 *at = page_address(page) + access->offset;

	access->pfn = page_to_pfn(page);
	if (access->flags & PB_OBSERVE_WRITE)
		WRITE_ONCE(*at, access->value);
	else
		access->value = READ_ONCE(*at);
}

static int unowned_access(struct pb_observed *observed, struct pb_observe_access *access)
{
	int ret = -ENXIO;

	preempt_disable();
	if (!(access->flags & PB_OBSERVE_WRITE) || frame_is_somebodys(observed->page)) {
		bytes_move(observed->page, access);
		ret = 0;
	}
	preempt_enable();
	return ret;
}

/* Between the check and the end of the access nobody can invalidate. */
static int paged_access(struct pb_observed *observed, struct pb_observe_access *access)
{
	bool done;
	int ret;

	do {
		spin_lock(&observed->lock);
		done = observed->valid;
		if (done)
			bytes_move(observed->page, access);
		spin_unlock(&observed->lock);
		ret = done ? 0 : pb_paging_fault(observed);
	} while (!done && !ret);
	return ret;
}

int pb_observed_access(struct pb_observed *observed, struct pb_observe_access *access)
{
	if (!pb_observe_seen(observed->strategy))
		return -EOPNOTSUPP;
	if (access->flags & PB_OBSERVE_WRITE && !observed->writes)
		return -EACCES;
	if (observed->strategy == PB_OBSERVE_odp)
		return paged_access(observed, access);
	if (!pb_observe_owned(observed->strategy))
		return unowned_access(observed, access);
	bytes_move(observed->page, access);
	return 0;
}
