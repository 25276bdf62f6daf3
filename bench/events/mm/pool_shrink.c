// SPDX-License-Identifier: GPL-2.0-only
/*
 * pool_shrink - the page is given back to the hugetlb pool, and the pool is shrunk to nothing.
 * Why: what is held does not come back, and the pool keeps it as long as that lasts.
 */
#include <errno.h>
#include <sys/mman.h>

#include "bench/events/event.h"
#include "bench/events/pool.h"
#include "common/err.h"

static int shrink_fits(const struct pb_subject *subject)
{
	return subject->hugetlb
		       ? 0
		       : pb_fail(-EOPNOTSUPP, "the event is for hugetlb pages, and '%s' has none",
				 subject->name);
}

static int shrink_act(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;
	uint64_t left;
	int ret;

	if (munmap(subject->addr, pb_event_bytes(subject)))
		return -errno;
	subject->now = NULL;
	ret = pb_pool_clear();
	if (!ret)
		ret = pb_pool_total(&left);
	return ret ? ret : left > 0;
}

static void shrink_end(struct pb_happening *happening)
{
	(void)happening;
	pb_pool_fill();
}

const struct pb_event pb_event_pool_shrink = {
	.name = "pool-shrink",
	.machine = true,
	.fits = shrink_fits,
	.act = shrink_act,
	.end = shrink_end,
};
