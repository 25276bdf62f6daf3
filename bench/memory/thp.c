// SPDX-License-Identifier: GPL-2.0-only
/*
 * thp - anonymous memory in transparent huge pages, each mapped by one page-table entry.
 * Why: all pages of a huge page share one reference count, which changes what holding them costs.
 */
#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/page_flags.h"
#include "bench/memory/inspect/smaps.h"
#include "bench/memory/memory.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

#define THP_DIR "/sys/kernel/mm/transparent_hugepage"

static int huge_bytes_read(size_t *ret_bytes)
{
	_cleanup_free_ char *text = NULL, *enabled = NULL;
	uint64_t bytes;
	int ret;

	if (!pb_file_exists(THP_DIR "/hpage_pmd_size"))
		return pb_fail(-EOPNOTSUPP, "this kernel has no transparent huge pages");
	ret = pb_file_read(THP_DIR "/enabled", &enabled, NULL);
	if (ret)
		return ret;
	if (strstr(enabled, "[never]"))
		return pb_fail(-EOPNOTSUPP, "transparent huge pages are switched off: " THP_DIR
					    "/enabled says 'never', want 'madvise' or 'always'");
	ret = pb_file_read(THP_DIR "/hpage_pmd_size", &text, NULL);
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	ret = pb_parse_u64(text, THP_DIR "/hpage_pmd_size", 1, UINT32_MAX, &bytes);
	if (!ret)
		*ret_bytes = (size_t)bytes;
	return ret;
}

static int thp_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), huge_bytes, len_bytes;
	int ret = huge_bytes_read(&huge_bytes);

	if (ret)
		return ret;
	len_bytes = nr_pages * page_bytes;
	len_bytes = (len_bytes + huge_bytes - 1) / huge_bytes * huge_bytes;
	ret = pb_memory_room("thp", len_bytes);
	if (!ret)
		ret = pb_memory_map(memory, len_bytes, huge_bytes, MADV_HUGEPAGE);
	return ret ? ret : pb_memory_populate(memory);
}

/* @pages are those of one huge page: a head, then its tails, in frames that follow each other. */
static int huge_verify(const struct pb_page *pages, size_t nr, size_t index)
{
	for (size_t i = 0; i < nr; i++) {
		const struct pb_page *page = &pages[i];

		if (!pb_page_has(page, KPF_THP) || !pb_page_has(page, KPF_ANON) ||
		    !pb_page_has(page, i ? KPF_COMPOUND_TAIL : KPF_COMPOUND_HEAD) ||
		    page->pfn != pages[0].pfn + i)
			return pb_fail(
				-ENOMEM,
				"the kernel formed no huge page: small page %zu of huge page "
				"%zu has flags 0x%llx",
				i, index, (unsigned long long)page->flags);
	}
	return 0;
}

/* A split of the mapping alone leaves the pages compound; only smaps tells. */
static int mapping_verify(const struct pb_memory *memory)
{
	uint64_t huge_kib;
	int ret = pb_smaps_kib(memory->addr, "AnonHugePages:", &huge_kib);

	if (ret)
		return ret;
	if (huge_kib * 1024 < memory->len_bytes)
		return pb_fail(-ENOMEM, "huge pages map %llu KiB of %zu KiB",
			       (unsigned long long)huge_kib, memory->len_bytes / 1024);
	return 0;
}

static int thp_verify(const struct pb_memory *memory)
{
	size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), huge_bytes, nr_pages, nr_per_huge;
	_cleanup_free_ struct pb_page *pages = NULL;
	int ret = huge_bytes_read(&huge_bytes);

	if (ret)
		return ret;
	nr_pages = memory->len_bytes / page_bytes;
	nr_per_huge = huge_bytes / page_bytes;
	ret = pb_pages_read(memory->addr, nr_pages, &pages);
	for (size_t i = 0; i < nr_pages && !ret; i += nr_per_huge)
		ret = huge_verify(&pages[i], nr_per_huge, i / nr_per_huge);
	return ret ? ret : mapping_verify(memory);
}

const struct pb_memory_type pb_memory_thp = {
	.name = "thp",
	.folios = true,
	.entry = huge_bytes_read,
	.prepare = thp_prepare,
	.verify = thp_verify,
};
