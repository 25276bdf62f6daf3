// SPDX-License-Identifier: GPL-2.0-only
/*
 * numa - NUMA balancing finds the page on the wrong node and moves it to the one of the CPU.
 * Why: the kernel does this by itself, to whatever lies far away and may be moved.
 */
#include <errno.h>
#include <stdint.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "bench/memory/inspect/page_flags.h"
#include "common/clock.h"
#include "common/err.h"
#include "common/str.h"

#define BALANCING "/proc/sys/kernel/numa_balancing"

/*
 * How long the task runs and touches its page: several scans of its memory, one a tick. How soon
 * they come is set before the task is made (bench/semantics/machine.c).
 */
enum { TOUCH_MS = 80 };

static int numa_fits(const struct pb_subject *subject)
{
	if (access(BALANCING, W_OK))
		return pb_fail(-EOPNOTSUPP, "this kernel does not balance memory between nodes");
	/* It costs a fifth of a second a page that stays: private memory shows what there is. */
	if (!subject->anon || subject->hugetlb || subject->unwritten)
		return pb_fail(
			-EOPNOTSUPP,
			"the event is for anonymous memory that was written, and '%s' is not",
			subject->name);
	return 0;
}

static bool page_moved(const struct pb_subject *subject, uint64_t from)
{
	_cleanup_free_ struct pb_page *page = NULL;

	if (pb_pages_read(subject->addr, 1, &page)) {
		pb_fail_clear();
		return false;
	}
	return page->pfn != from;
}

static int numa_act(struct pb_happening *happening)
{
	const struct pb_subject *subject = happening->subject;
	volatile char *last = subject->addr + subject->page_bytes - 1;
	_cleanup_free_ struct pb_page *page = NULL;
	int64_t until = pb_now_ms() + TOUCH_MS;
	bool moved = false;
	int ret = pb_pages_read(subject->addr, 1, &page);

	if (!ret)
		ret = pb_event_put(BALANCING, "1");
	while (!ret && !moved && pb_now_ms() < until) {
		for (int i = 0; i < 1000; i++)
			*last;
		moved = page_moved(subject, page->pfn);
	}
	if (pb_event_put(BALANCING, "0") && !ret)
		ret = -EIO;
	return ret ? ret : !moved;
}

const struct pb_event pb_event_numa = {
	.name = "numa",
	.machine = true,
	.place = PB_EVENT_SECOND_NODE,
	.fits = numa_fits,
	.act = numa_act,
};
