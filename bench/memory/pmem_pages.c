// SPDX-License-Identifier: GPL-2.0-only
/*
 * pmem_pages - is it persistent memory that stands behind an address?
 * Why: /proc/kpageflags says nothing of such frames; the map of physical memory does.
 */
#include "bench/memory/pmem_pages.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

/* "10000000-17ffffff : Persistent Memory (legacy)": is @addr in such a range of /proc/iomem? */
static bool line_holds(const char *line, uint64_t addr)
{
	char *end;
	uint64_t first = strtoull(line, &end, 16), last;

	if (*end != '-' || !strstr(line, ": Persistent Memory"))
		return false;
	last = strtoull(end + 1, NULL, 16);
	return first <= addr && addr <= last;
}

static bool iomem_holds(const char *iomem, uint64_t addr)
{
	for (const char *line = iomem; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (line_holds(line + strspn(line, " "), addr))
			return true;
	}
	return false;
}

int pb_pmem_check_pages(const struct pb_memory *memory, const char *name)
{
	uint64_t page_bytes = (uint64_t)sysconf(_SC_PAGESIZE);
	size_t nr_pages = memory->len_bytes / page_bytes;
	_cleanup_free_ struct pb_page *pages = NULL;
	_cleanup_free_ char *iomem = NULL;
	int ret = pb_pages_read(memory->addr, nr_pages, &pages);

	if (!ret)
		ret = pb_file_read("/proc/iomem", &iomem, NULL);
	if (!ret && !*iomem)
		ret = pb_fail(-ENODATA, "'/proc/iomem' is empty (is it masked?)");
	for (size_t i = 0; i < nr_pages && !ret; i++)
		if (!iomem_holds(iomem, pages[i].pfn * page_bytes))
			ret = pb_fail(-ENOMEM,
				      "page %zu of %zu of memory '%s' is not persistent memory", i,
				      nr_pages, name);
	return ret;
}
