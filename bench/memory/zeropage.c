// SPDX-License-Identifier: GPL-2.0-only
/*
 * zeropage - anonymous memory that was only read: every address shows the kernel's one zero page.
 * Why: a buffer that nobody filled yet. It is held for reading, since to hold it for writing is to
 * have the kernel replace it: that is memory 'anon'.
 */
#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/memory.h"
#include "common/err.h"

static int zeropage_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	size_t table_bytes = page_bytes / sizeof(uint64_t) * page_bytes;
	int ret = pb_memory_map(memory, nr_pages * page_bytes, table_bytes, MADV_NOHUGEPAGE);

	return ret ? ret : pb_memory_populate_read(memory);
}

static const char *page_fault_of(const struct pb_page *page)
{
	return pb_page_has(page, KPF_ZERO_PAGE) ? NULL : "is not the zero page";
}

/* 84209e87c696 ("mm/gup: reliable R/O long-term pinning in COW mappings"), v6.2. */
static int zeropage_verify(const struct pb_memory *memory)
{
	_cleanup_free_ struct pb_page *page = NULL;
	int ret = pb_pages_read(memory->addr, 1, &page);

	if (!ret && pb_page_has(page, KPF_ANON))
		return pb_fail(-EOPNOTSUPP, "the kernel does not hold the zero page so: it put "
					    "pages of the process's own in its place, and those "
					    "are memory 'anon'");
	return ret ? ret : pb_memory_check_pages(memory, "zeropage", page_fault_of);
}

const struct pb_memory_type pb_memory_zeropage = {
	.name = "zeropage",
	.special = true,
	.reads = true,
	.prepare = zeropage_prepare,
	.verify = zeropage_verify,
};
