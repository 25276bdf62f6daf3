// SPDX-License-Identifier: GPL-2.0-only
/*
 * reclaim - has the kernel take the pages away: to swap, or, of files, out of the page cache.
 * Why: a page that is held stays; one that is not has to be brought back by whoever wants it next.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/load/action.h"
#include "common/err.h"
#include "common/file.h"

/* Since 5.4; older headers lack it. */
#ifndef MADV_PAGEOUT
#define MADV_PAGEOUT 21
#endif

/* Behind the heading, /proc/swaps has a line for each. */
static int swap_check(const struct pb_load_use *use)
{
	_cleanup_free_ char *swaps = NULL, *path = NULL;
	const char *first;
	int ret;

	if (pb_file_exists(PB_PLACES "/" PB_PLACE_SWAP ".absent")) /* whoever noted it knows why */
		return pb_place_find(PB_PLACE_SWAP, &path);
	if (!pb_file_exists("/proc/swaps"))
		return pb_fail(-EOPNOTSUPP,
			       "this kernel has no swap, and only to swap could memory "
			       "'%s' be reclaimed",
			       use->memory_name);
	ret = pb_file_read("/proc/swaps", &swaps, NULL);
	if (ret)
		return ret;
	first = strchr(swaps, '\n');
	if (!first || !first[1])
		return pb_fail(-EOPNOTSUPP,
			       "no swap is in use on this machine, and only to swap "
			       "could memory '%s' be reclaimed",
			       use->memory_name);
	return 0;
}

static int reclaim_open(struct pb_load_use *use)
{
	size_t nr_pages = use->len_bytes / (size_t)sysconf(_SC_PAGESIZE);
	int ret = use->memory->path ? 0 : swap_check(use);

	if (ret)
		return ret;
	use->state = malloc(nr_pages);
	return use->state ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int missing_count(const struct pb_load_use *use, uint64_t *ret_nr)
{
	size_t nr_pages = use->len_bytes / (size_t)sysconf(_SC_PAGESIZE);
	const unsigned char *present = use->state;

	if (mincore(use->addr, use->len_bytes, use->state))
		return pb_fail(-errno, "cannot look for the pages of memory '%s': %s",
			       use->memory_name, strerror(errno));
	*ret_nr = 0;
	for (size_t i = 0; i < nr_pages; i++)
		*ret_nr += !(present[i] & 1);
	return 0;
}

static int reclaim_step(struct pb_load_use *use)
{
	uint64_t before = 0, after = 0;
	int ret = missing_count(use, &before);

	/* A dirty page of a file is not reclaimed but left to be written back. */
	if (!ret && use->memory->path && msync(use->addr, use->len_bytes, MS_SYNC))
		ret = pb_fail(-errno, "cannot write back memory '%s': %s", use->memory_name,
			      strerror(errno));
	if (ret)
		return ret;
	if (madvise(use->addr, use->len_bytes, MADV_PAGEOUT))
		return pb_fail(errno == EINVAL ? -EOPNOTSUPP : -errno,
			       "the kernel does not reclaim memory '%s' on request: %s",
			       use->memory_name, strerror(errno));
	ret = missing_count(use, &after);
	if (!ret && after > before)
		use->nr_done += after - before;
	return ret;
}

static int reclaim_check(const struct pb_load_use *use)
{
	if (use->nr_done)
		return 0;
	return pb_fail(-EOPNOTSUPP, "the kernel reclaimed no page of memory '%s' in %llu rounds",
		       use->memory_name, (unsigned long long)use->nr_steps);
}

static int reclaim_close(struct pb_load_use *use)
{
	free(use->state);
	use->state = NULL;
	return 0;
}

const struct pb_load_action pb_load_reclaim = {
	.name = "reclaim",
	.open = reclaim_open,
	.step = reclaim_step,
	.check = reclaim_check,
	.close = reclaim_close,
};
