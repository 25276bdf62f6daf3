// SPDX-License-Identifier: GPL-2.0-only
/*
 * scatter - small pages no one of which follows its neighbour in physical memory.
 * Why: a bio and a list for a device join pages that do, and whether they do hangs on what the
 * allocator had left of whoever ran before. Memory of huge pages shows what joined pages cost.
 */
#include "bench/users/guest/scatter.h"

#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/page_flags.h"
#include "common/err.h"
#include "common/str.h"

enum { SPARE_PAGES = 2048 };

/* Pages that are in the way, kept until all have their place: what is given back comes back. */
struct spare {
	char *pages;
	size_t page_bytes;
	size_t nr;
};

static void spare_done(struct spare *spare)
{
	if (spare->pages)
		munmap(spare->pages, SPARE_PAGES * spare->page_bytes);
}

static int spare_init(struct spare *spare)
{
	void *pages = mmap(NULL, SPARE_PAGES * spare->page_bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (pages == MAP_FAILED)
		return pb_fail(-errno, "cannot map pages to spare: %s", strerror(errno));
	spare->pages = pages;
	if (madvise(pages, SPARE_PAGES * spare->page_bytes, MADV_NOHUGEPAGE))
		return pb_fail(-errno, "cannot have small pages to spare: %s", strerror(errno));
	return 0;
}

/* Another frame for @page: the one that it has goes to a spare page. */
static int frame_exchange(struct spare *spare, char *page)
{
	if (spare->nr == SPARE_PAGES)
		return pb_fail(-ENOMEM,
			       "%d frames were tried, and each lies behind its neighbour's: pages "
			       "that a device's list would join cost less than the others",
			       SPARE_PAGES);
	if (madvise(page, spare->page_bytes, MADV_DONTNEED))
		return pb_fail(-errno, "cannot give a page back: %s", strerror(errno));
	*(volatile char *)(spare->pages + spare->nr++ * spare->page_bytes) = 1;
	*(volatile char *)page = 1;
	return 0;
}

static int frame_read(const char *page, struct pb_page *ret_page)
{
	_cleanup_free_ struct pb_page *read = NULL;
	int ret = pb_pages_read(page, 1, &read);

	if (!ret)
		*ret_page = *read;
	return ret;
}

/* Only what loses its page when it is given back, and has pages of its own, can be exchanged. */
static bool is_small_anon(const struct pb_page *page)
{
	return pb_page_has(page, KPF_ANON) && !pb_page_has(page, KPF_COMPOUND_HEAD) &&
	       !pb_page_has(page, KPF_COMPOUND_TAIL) && !pb_page_has(page, KPF_HUGE);
}

int pb_guest_scatter(char *pages, size_t nr_pages)
{
	pb_cleanup(spare_done) struct spare spare = { .page_bytes = (size_t)sysconf(_SC_PAGESIZE) };
	struct pb_page before = { 0 }, page = { 0 };
	int ret = frame_read(pages, &before);

	if (ret || !is_small_anon(&before))
		return ret;
	ret = spare_init(&spare);
	for (size_t i = 1; i < nr_pages && !ret; i++) {
		char *at = pages + i * spare.page_bytes;

		ret = frame_read(at, &page);
		while (!ret && page.pfn == before.pfn + 1) {
			ret = frame_exchange(&spare, at);
			if (!ret)
				ret = frame_read(at, &page);
		}
		before = page;
	}
	return ret;
}
