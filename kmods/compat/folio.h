/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/folio - folios where the kernel has none: its compound heads, under the folio's names.
 * Why: on such a kernel the bare reference is get_page(), and that is what gets measured there.
 */
#ifndef PB_COMPAT_FOLIO_H
#define PB_COMPAT_FOLIO_H

#include <linux/mm.h>

#ifdef PB_HAVE_FOLIO

#define PB_FOLIO_GET "folio_get"

#else /* before 7b230db3b8d3 ("mm: Introduce struct folio"), v5.16 */

#define PB_FOLIO_GET "get_page"

struct folio;

static inline struct folio *page_folio(struct page *page)
{
	return (struct folio *)compound_head(page);
}

static inline void folio_get(struct folio *folio)
{
	get_page((struct page *)folio);
}

static inline void folio_put(struct folio *folio)
{
	put_page((struct page *)folio);
}

#endif

#endif
