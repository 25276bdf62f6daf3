// SPDX-License-Identifier: GPL-2.0-only
/*
 * hugetlb - pages of the kernel's pools, which are huge from the start.
 * Why: the types differ in nothing but the size of a page.
 */
#include "bench/memory/hugetlb.h"

#include <errno.h>
#include <linux/kernel-page-flags.h>
#include <linux/mman.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/memory/inspect/smaps.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static char *pool_path(unsigned int shift, const char *name)
{
	return pb_format("/sys/kernel/mm/hugepages/hugepages-%llukB/%s", 1ULL << (shift - 10),
			 name);
}

static int pool_read(unsigned int shift, const char *name, uint64_t *ret_number)
{
	_cleanup_free_ char *path = pool_path(shift, name), *text = NULL;
	int ret = path ? 0 : -ENOMEM;

	if (!ret && !pb_file_exists(path))
		return pb_fail(-EOPNOTSUPP, "this machine has no huge pages of %llu KiB",
			       1ULL << (shift - 10));
	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (ret)
		return ret;
	text[strcspn(text, "\n")] = '\0';
	return pb_parse_u64(text, path, 0, UINT32_MAX, ret_number);
}

/* The kernel grows the pool as far as it can, and shrinks it, and reports no error. */
static int pool_size(unsigned int shift, uint64_t nr_huge)
{
	_cleanup_free_ char *path = pool_path(shift, "nr_hugepages");
	_cleanup_fclose_ FILE *pool = path ? fopen(path, "we") : NULL;

	if (!path)
		return -ENOMEM;
	if (!pool || fprintf(pool, "%llu\n", (unsigned long long)nr_huge) < 0 || fflush(pool))
		return pb_fail(-EOPNOTSUPP, "cannot size the pool '%s': %s", path, strerror(errno));
	return 0;
}

static pb_hugetlb_grow pool_grow;

void pb_hugetlb_grow_by(pb_hugetlb_grow grow)
{
	pool_grow = grow;
}

int pb_hugetlb_grow_for_good(unsigned int shift, uint64_t nr_huge)
{
	uint64_t nr_before, nr_after;
	int ret = pool_read(shift, "nr_hugepages", &nr_before);

	if (!ret)
		ret = pool_size(shift, nr_before + nr_huge);
	if (!ret)
		ret = pool_read(shift, "nr_hugepages", &nr_after);
	if (ret || nr_after >= nr_before + nr_huge)
		return ret;
	/* What the kernel did find is given back: later cells want memory, too. */
	ret = pool_size(shift, nr_before);
	return ret ? ret : pb_fail(-EOPNOTSUPP, "the kernel found no room for more");
}

static int pool_lacks(unsigned int shift, uint64_t nr_free, uint64_t nr_huge, const char *why)
{
	return pb_fail(-EOPNOTSUPP,
		       "the pool of huge pages of %llu KiB has %llu free, the cell wants %llu, and "
		       "%s",
		       1ULL << (shift - 10), (unsigned long long)nr_free,
		       (unsigned long long)nr_huge, why);
}

int pb_hugetlb_reserve(unsigned int shift, uint64_t nr_huge)
{
	uint64_t nr_free;
	int ret = pool_read(shift, "free_hugepages", &nr_free);

	if (ret || nr_free >= nr_huge)
		return ret;
	if (!pool_grow)
		return pool_lacks(shift, nr_free, nr_huge, "it is only used as it is");
	ret = pool_grow(shift, nr_huge - nr_free);
	return ret == -EOPNOTSUPP
		       ? pool_lacks(shift, nr_free, nr_huge, strdupa(pb_fail_message(ret)))
		       : ret;
}

static void *pages_map(unsigned int shift, size_t map_bytes)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | (int)(shift << MAP_HUGE_SHIFT);

	return mmap(NULL, map_bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
}

int pb_hugetlb_map(struct pb_memory *memory, unsigned int shift, uint64_t nr_pages)
{
	size_t huge_bytes = (size_t)1 << shift;
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	uint64_t nr_huge = (len_bytes + huge_bytes - 1) / huge_bytes;
	int ret = pb_hugetlb_reserve(shift, nr_huge);
	void *map;

	if (ret)
		return ret;
	map = pages_map(shift, nr_huge * huge_bytes);
	/* What counts as free may be promised to others, or was taken meanwhile. */
	if (map == MAP_FAILED && errno == ENOMEM && pool_grow) {
		ret = pool_grow(shift, nr_huge);
		if (ret)
			return ret;
		map = pages_map(shift, nr_huge * huge_bytes);
	}
	if (map == MAP_FAILED)
		return pb_fail(errno == ENOMEM ? -EOPNOTSUPP : -errno,
			       "cannot map %llu huge pages of %llu KiB: %s",
			       (unsigned long long)nr_huge, 1ULL << (shift - 10), strerror(errno));
	*memory = (struct pb_memory){
		.addr = map,
		.len_bytes = len_bytes,
		.map = map,
		.map_bytes = nr_huge * huge_bytes,
	};
	return pb_memory_populate(memory);
}

static const char *page_fault_of(const struct pb_page *page)
{
	if (!pb_page_has(page, KPF_HUGE))
		return "is not a hugetlb page";
	if (!pb_page_has(page, KPF_COMPOUND_HEAD) && !pb_page_has(page, KPF_COMPOUND_TAIL))
		return "is not part of a larger page";
	return NULL;
}

int pb_hugetlb_verify(const struct pb_memory *memory, unsigned int shift)
{
	uint64_t kib;
	int ret = pb_smaps_kib(memory->addr, "KernelPageSize:", &kib);

	if (!ret && kib != 1ULL << (shift - 10))
		ret = pb_fail(-ENOMEM, "the mapping's pages are of %llu KiB, not of %llu KiB",
			      (unsigned long long)kib, 1ULL << (shift - 10));
	return ret ? ret : pb_memory_check_pages(memory, "hugetlb", page_fault_of);
}
