// SPDX-License-Identifier: GPL-2.0-only
/*
 * hugetlb_1g - a hugetlb page of 1 GiB, private to the process.
 * Why: the largest page that x86 maps with one entry. To clear it takes an emulated machine long,
 * so that one mapping serves all cells.
 */
#include <errno.h>
#include <string.h>

#include "bench/memory/hugetlb.h"
#include "common/err.h"
#include "common/file.h"

enum { SHIFT = 30 };

static struct pb_memory kept; /* until the process ends */

/* Other architectures leave the size out of the kernel's own list where they lack it. */
static int cpu_check(void)
{
#if defined(__x86_64__)
	_cleanup_free_ char *cpuinfo = NULL;
	int ret = pb_file_read("/proc/cpuinfo", &cpuinfo, NULL);

	if (!ret && !strstr(cpuinfo, " pdpe1gb"))
		ret = pb_fail(-EOPNOTSUPP, "this CPU has no pages of 1 GiB (no pdpe1gb)");
	return ret;
#else
	return 0;
#endif
}

static int hugetlb_1g_prepare(struct pb_memory *memory, uint64_t nr_pages)
{
	size_t len_bytes = nr_pages * (size_t)sysconf(_SC_PAGESIZE);
	int ret = 0;

	if (!kept.map) {
		ret = cpu_check();
		if (!ret)
			ret = pb_hugetlb_map(&kept, SHIFT, nr_pages);
	}
	if (ret) {
		pb_memory_release(&kept);
		return ret;
	}
	/* PB_MAX_PAGES is 1 GiB: one page is enough for any cell. */
	*memory = (struct pb_memory){ .addr = kept.addr, .len_bytes = len_bytes };
	return 0;
}

static int hugetlb_1g_verify(const struct pb_memory *memory)
{
	return pb_hugetlb_verify(memory, SHIFT);
}

static int hugetlb_1g_entry(size_t *ret_bytes)
{
	*ret_bytes = (size_t)1 << SHIFT;
	return 0;
}

const struct pb_memory_type pb_memory_hugetlb_1g = {
	.name = "hugetlb-1g",
	.special = true,
	.folios = true,
	.kept = true,
	.entry = hugetlb_1g_entry,
	.prepare = hugetlb_1g_prepare,
	.verify = hugetlb_1g_verify,
};
