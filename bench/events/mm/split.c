// SPDX-License-Identifier: GPL-2.0-only
/*
 * split - a huge page is to be split.
 * Why: a split moves no data, but every reference has to be accounted for.
 */
#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"
#include "common/str.h"

#ifndef MADV_COLD
#define MADV_COLD 20 /* include/uapi/asm-generic/mman-common.h, since 5.4 */
#endif

#define SPLIT "/sys/kernel/debug/split_huge_pages"

/* A part that ends within the huge page: the kernel splits it, or lets it be, and says 0. */
static int split_cold_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;

	return madvise(subject->addr, 16 * subject->page_bytes, MADV_COLD) ? -errno : 0;
}

static int split_debugfs_fits(const struct pb_subject *subject)
{
	if (access(SPLIT, W_OK))
		return pb_fail(-EOPNOTSUPP, "this kernel has no '%s'", SPLIT);
	return pb_event_wants_huge(subject);
}

static int split_debugfs_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;
	_cleanup_free_ char *text =
		pb_format("%d,%#lx,%#lx", (int)getpid(), (unsigned long)subject->addr,
			  (unsigned long)subject->addr + pb_event_bytes(subject));

	return text ? pb_event_put(SPLIT, text) : -ENOMEM;
}

const struct pb_event pb_event_split_cold = {
	.name = "split-cold",
	.fits = pb_event_wants_huge,
	.act = split_cold_act,
};

const struct pb_event pb_event_split_debugfs = {
	.name = "split-debugfs",
	.machine = true,
	.fits = split_debugfs_fits,
	.act = split_debugfs_act,
};
