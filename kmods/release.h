/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * release - the other ways to release pages that were pinned, as loops of a strategy.
 * Why: a user of FOLL_PIN that wrote to the pages marks them dirty as it lets go, and drivers with
 * large buffers release neighbours with one call.
 */
#ifndef PB_RELEASE_H
#define PB_RELEASE_H

#include "compat/unpin.h"
#include "strategy.h"

static __always_inline void pb_release_dirty(struct pb_call *call, long nr)
{
	unpin_user_pages_dirty_lock(call->pages, nr, true);
}

#ifdef PB_HAVE_UNPIN_RANGE

static __always_inline void pb_release_range_dirty(struct pb_call *call, long nr)
{
	const struct pb_piece *pieces = call->pieces;
	unsigned long i, nr_pieces = call->nr_pieces;

	for (i = 0; i < nr_pieces; i++)
		unpin_user_page_range_dirty_lock(pieces[i].page, pieces[i].nr_pages, true);
}

#define PB_LOOPS_RANGE_DIRTY(ident, acquire_pages) \
	PB_LOOPS(ident##_range_dirty, acquire_pages, pb_release_range_dirty)
#define PB_ROW_RANGE_DIRTY(ident) \
	.measure[PB_RELEASE_RANGE_DIRTY] = PB_LOOPS_OF(ident##_range_dirty),

#else

#define PB_LOOPS_RANGE_DIRTY(ident, acquire_pages)
#define PB_ROW_RANGE_DIRTY(ident)

#endif

#ifdef PB_HAVE_UNPIN_FOLIO

static __always_inline void pb_release_folio(struct pb_call *call, long nr)
{
	const struct pb_piece *pieces = call->pieces;
	unsigned long i, nr_pieces = call->nr_pieces;

	for (i = 0; i < nr_pieces; i++)
		unpin_user_folio(pieces[i].folio, pieces[i].nr_pages);
}

#define PB_LOOPS_FOLIO(ident, acquire_pages) \
	PB_LOOPS(ident##_folio, acquire_pages, pb_release_folio)
#define PB_ROW_FOLIO(ident) .measure[PB_RELEASE_FOLIO] = PB_LOOPS_OF(ident##_folio),

#else

#define PB_LOOPS_FOLIO(ident, acquire_pages)
#define PB_ROW_FOLIO(ident)

#endif

/* PB_DEFINE_STRATEGY() for one that pins: it has all the ways to release that this kernel has. */
#define PB_DEFINE_PIN_STRATEGY(ident, function, acquire_pages, release_pages, ...)     \
	static const struct pb_strategy ident##_strategy; /* follows its loops */      \
	PB_LOOPS(ident##_dirty, acquire_pages, pb_release_dirty)                       \
	PB_LOOPS_RANGE_DIRTY(ident, acquire_pages)                                     \
	PB_LOOPS_FOLIO(ident, acquire_pages)                                           \
	PB_DEFINE_STRATEGY(ident, function, acquire_pages, release_pages,              \
			   PB_ROW_RANGE_DIRTY(ident) PB_ROW_FOLIO(ident)               \
			   .measure[PB_RELEASE_DIRTY] = PB_LOOPS_OF(ident##_dirty),    \
			   .keeps_pages = true, ##__VA_ARGS__)

#endif
