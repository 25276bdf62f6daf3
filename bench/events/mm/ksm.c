// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksm - KSM merges the page with another of the same content.
 * Why: what is merged is write-protected first, and that a reference forbids.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bench/events/event.h"
#include "common/err.h"
#include "common/file.h"

#define KSM "/sys/kernel/mm/ksm/"

enum { SCANS = 4, STEP_MS = 5, STEPS = 4000, LIMIT_MS = 30000 };

static int ksm_fits(const struct pb_subject *subject)
{
	if (access(KSM "run", W_OK))
		return pb_fail(-EOPNOTSUPP, "this kernel has no KSM");
	return pb_event_wants_small(subject);
}

/*
 * Behind the page that is held, in the same mapping: ksmd keeps the frame of the page that it comes
 * to second. The copy is made late, when the held page has its content.
 */
static int ksm_prepare(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;

	happening->beside = subject->addr + 16 * subject->page_bytes;
	happening->beside[0] = 1;
	return 0;
}

static int number_read(const char *path, long *ret_number)
{
	_cleanup_free_ char *text = NULL;
	int ret = pb_file_read(path, &text, NULL);

	if (!ret)
		*ret_number = strtol(text, NULL, 10);
	return ret;
}

static int scans_wait(void)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };
	long before, now;
	int ret = number_read(KSM "full_scans", &before);

	now = before;
	for (int i = 0; !ret && now < before + SCANS; i++) {
		if (i == STEPS)
			return -ETIMEDOUT;
		nanosleep(&pause, NULL);
		ret = number_read(KSM "full_scans", &now);
	}
	return ret;
}

static int ksm_act(struct pb_happening *happening)
{
	struct pb_subject *subject = happening->subject;
	long sharing = 0;
	int ret;

	memcpy(happening->beside, subject->addr, subject->page_bytes);
	if (madvise(subject->addr, 17 * subject->page_bytes, MADV_MERGEABLE))
		return -errno;
	ret = pb_event_put(KSM "pages_to_scan", "1000");
	if (!ret)
		ret = pb_event_put(KSM "sleep_millisecs", "1");
	if (!ret)
		ret = pb_event_put(KSM "run", "1");
	if (!ret)
		ret = scans_wait();
	if (!ret)
		ret = number_read(KSM "pages_sharing", &sharing);
	if (pb_event_put(KSM "run", "0") && !ret)
		ret = -EIO;
	return ret ? ret : sharing == 0; /* nothing was merged */
}

const struct pb_event pb_event_ksm = {
	.name = "ksm",
	.machine = true,
	.limit_ms = LIMIT_MS,
	.fits = ksm_fits,
	.prepare = ksm_prepare,
	.act = ksm_act,
};
