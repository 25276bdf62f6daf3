/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/walk - the kernel's own walk to one page of a VMA, without a reference.
 * Why: aa39ca6940f1 ("mm/pagewalk: introduce folio_walk_start() + folio_walk_end()"), v6.12, took
 * the place of follow_page(). Neither is exported: the user of this header finds PB_WALK_SYMBOL and
 * hands it to pb_walk_set().
 *
 * The walk is a static call, not a function pointer: it costs what a direct call costs, and works
 * where indirect branch tracking has sealed a function against indirect calls.
 */
#ifndef PB_COMPAT_WALK_H
#define PB_COMPAT_WALK_H

#include <linux/err.h>
#include <linux/hugetlb.h>
#include <linux/mm.h>
#include <linux/static_call.h>

#ifdef PB_HAVE_FOLIO_WALK

#include <linux/pagewalk.h>

#define PB_WALK_SYMBOL "folio_walk_start"

DEFINE_STATIC_CALL_NULL(pb_walk, folio_walk_start);

/*
 * folio_walk_end() calls vma_pgtable_walk_end(), not exported either, which has nothing to do save
 * for hugetlb; so those VMAs are refused, and the rest of folio_walk_end() stands in
 * pb_walk_page().
 */
static inline bool pb_walk_possible(struct vm_area_struct *vma)
{
	return !is_vm_hugetlb_page(vma);
}

static __always_inline struct page *pb_walk_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct folio_walk walk;

	if (!static_call(pb_walk)(&walk, vma, addr, 0))
		return NULL;
	spin_unlock(walk.ptl);
	if (likely(walk.level == FW_LEVEL_PTE))
		pte_unmap(walk.ptep);
	return walk.page;
}

#else

#define PB_WALK_SYMBOL "follow_page"

DEFINE_STATIC_CALL_NULL(pb_walk, follow_page);

static inline bool pb_walk_possible(struct vm_area_struct *vma)
{
	return true;
}

static __always_inline struct page *pb_walk_page(struct vm_area_struct *vma, unsigned long addr)
{
	struct page *page = static_call(pb_walk)(vma, addr, 0);

	return IS_ERR(page) ? NULL : page;
}

#endif

static inline void pb_walk_set(unsigned long addr)
{
	static_call_update(pb_walk, (typeof(&STATIC_CALL_TRAMP(pb_walk)))addr);
}

#endif
