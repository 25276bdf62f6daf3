// SPDX-License-Identifier: GPL-2.0-only
/*
 * ref - one more reference on folios that are known already.
 * Why: the bare reference count, which get, pin and longterm all contain. The look-up is done once,
 * in setup, and its own references keep the folios there while the run lasts.
 */
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "strategy.h"

static void lookup_release(struct page **pages, long nr)
{
	while (nr > 0)
		put_page(pages[--nr]);
}

static void ref_move(struct pb_call *call)
{
	struct page **pages = call->private;
	unsigned long i, first = (call->addr - call->span_addr) >> PAGE_SHIFT;

	for (i = 0; i < call->nr_pages; i++)
		call->folios[i] = page_folio(pages[first + i]);
}

static int ref_setup(struct pb_call *call)
{
	struct page **pages;
	int ret = 0;
	long got;

	pages = kvcalloc(call->span_pages, sizeof(*pages), GFP_KERNEL_ACCOUNT);
	if (!pages)
		return -ENOMEM;
	got = get_user_pages_fast(call->span_addr, call->span_pages, call->gup_flags, pages);
	if (got != call->span_pages) {
		call->nr_got = clamp_t(long, got, 0, call->nr_pages);
		ret = got < 0 ? got : signal_pending(current) ? -EINTR : -EIO;
		goto release_pages;
	}
	call->private = pages;
	ref_move(call);
	return 0;

release_pages:
	lookup_release(pages, got);
	kvfree(pages);
	return ret;
}

static void ref_teardown(struct pb_call *call)
{
	lookup_release(call->private, call->span_pages);
	kvfree(call->private);
	call->private = NULL;
}

static __always_inline long ref_acquire(struct pb_call *call)
{
	struct folio **folios = call->folios;
	long i, nr = call->nr_pages;

	for (i = 0; i < nr; i++)
		folio_get(folios[i]);
	return nr;
}

static __always_inline void ref_release(struct pb_call *call, long nr)
{
	struct folio **folios = call->folios;
	long i;

	for (i = 0; i < nr; i++)
		folio_put(folios[i]);
}

PB_DEFINE_ATOMIC_STRATEGY(ref, PB_FOLIO_GET, ref_acquire, ref_release, .keeps_pages = true,
			  .setup = ref_setup, .move = ref_move, .teardown = ref_teardown);
