/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/frame - what is known of a page as a whole, through its folio or its compound head.
 * Why: 7b230db3b8d3 ("mm: Introduce struct folio"), v5.16, moved these facts to the folio, and later
 * kernels take them away from struct page one by one.
 */
#ifndef PB_COMPAT_FRAME_H
#define PB_COMPAT_FRAME_H

#include <linux/memremap.h>
#include <linux/mm.h>
#include <linux/page-flags.h>

#ifdef PB_HAVE_FOLIO

static inline const void *pb_frame_mapping(struct page *page)
{
	return READ_ONCE(page_folio(page)->mapping);
}

static inline unsigned long pb_frame_index(struct page *page)
{
	return READ_ONCE(page_folio(page)->index);
}

static inline int pb_frame_refs(struct page *page)
{
	return folio_ref_count(page_folio(page));
}

static inline bool pb_frame_dirty(struct page *page)
{
	return folio_test_dirty(page_folio(page));
}

static inline bool pb_frame_writeback(struct page *page)
{
	return folio_test_writeback(page_folio(page));
}

static inline bool pb_frame_slab(struct page *page)
{
	return folio_test_slab(page_folio(page));
}

static inline bool pb_frame_pinned(struct page *page)
{
	return folio_maybe_dma_pinned(page_folio(page));
}

#else

static inline const void *pb_frame_mapping(struct page *page)
{
	return READ_ONCE(compound_head(page)->mapping);
}

static inline unsigned long pb_frame_index(struct page *page)
{
	return READ_ONCE(compound_head(page)->index);
}

static inline int pb_frame_refs(struct page *page)
{
	return page_count(page);
}

static inline bool pb_frame_dirty(struct page *page)
{
	return PageDirty(compound_head(page));
}

static inline bool pb_frame_writeback(struct page *page)
{
	return PageWriteback(compound_head(page));
}

static inline bool pb_frame_slab(struct page *page)
{
	return PageSlab(compound_head(page));
}

static inline bool pb_frame_pinned(struct page *page)
{
	return page_maybe_dma_pinned(page);
}

#endif

/*
 * References of a frame that nobody uses. A page of fsdax has 1 while idle up to v6.14; from
 * 38607c62b34b ("fs/dax: properly refcount fs dax pages"), v6.15, it has 0.
 */
static inline int pb_frame_idle_refs(struct page *page)
{
#ifdef PB_HAVE_DAX_REFS
	return 0;
#else
	return is_zone_device_page(page) ? 1 : 0;
#endif
}

#endif
