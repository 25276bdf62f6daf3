// SPDX-License-Identifier: GPL-2.0-only
/*
 * anon - anonymous memory in pages of the base size.
 * Why: the plainest memory there is, and what direct I/O is mostly done from.
 */
#include <linux/kernel-page-flags.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/page_flags.h"
#include "bench/memory/memory.h"

static int anon_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
	/*
	 * Starts where a page table starts, so that the number of tables that a walk crosses does
	 * not hang on where the address space happened to have room.
	 */
	size_t table_bytes = page_bytes / sizeof(uint64_t) * page_bytes;
	int ret = pb_memory_room("anon", nr_pages * page_bytes);

	if (!ret)
		ret = pb_memory_map(memory, nr_pages * page_bytes, table_bytes, MADV_NOHUGEPAGE);
	return ret ? ret : pb_memory_populate(memory);
}

static const char *page_fault_of(const struct pb_page *page)
{
	if (pb_page_has(page, KPF_COMPOUND_HEAD) || pb_page_has(page, KPF_COMPOUND_TAIL))
		return "is part of a larger page";
	if (pb_page_has(page, KPF_ZERO_PAGE))
		return "is the zero page";
	if (!pb_page_has(page, KPF_ANON))
		return "is not anonymous";
	if (!pb_page_has(page, KPF_LRU))
		return "is not on the kernel's lists yet";
	return NULL;
}

static int anon_verify(const struct pb_memory *memory)
{
	return pb_memory_check_pages(memory, "anon", page_fault_of);
}

const struct pb_memory_type pb_memory_anon = {
	.name = "anon",
	.prepare = anon_prepare,
	.verify = anon_verify,
};
