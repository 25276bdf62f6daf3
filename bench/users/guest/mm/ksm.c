// SPDX-License-Identifier: GPL-2.0-only
/*
 * ksm - pages that KSM made one, made several again by madvise(MADV_UNMERGEABLE).
 * Why: to break a sharing is a walk and a fault a page, in the process that asked for it.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"
#include "common/file.h"

#define KSM "/sys/kernel/mm/ksm/"

enum { STEP_MS = 10, STEPS = 300, SAME = 0x5a };

static int text_put(const char *path, const char *text)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, text, strlen(text)) < 0 ? -errno : 0;
}

/* A page more, which stays merged: a single one has nothing to share with. */
static int ksm_open(struct pb_guest_use *use)
{
	if (!pb_file_exists(KSM "run"))
		return pb_fail(-EOPNOTSUPP, "this kernel has no KSM");
	if (text_put(KSM "sleep_millisecs", "1") || text_put(KSM "pages_to_scan", "2000"))
		return pb_guest_refused("to set KSM up", -errno);
	use->map_bytes = use->page_bytes;
	use->map = mmap(NULL, use->map_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);
	if (use->map != MAP_FAILED) {
		memset(use->map, SAME, use->map_bytes);
		return madvise(use->map, use->map_bytes, MADV_MERGEABLE)
			       ? pb_guest_refused("MADV_MERGEABLE", -errno)
			       : 0;
	}
	use->map = NULL;
	return pb_fail(-errno, "cannot map a page: %s", strerror(errno));
}

static long number_read(const char *path)
{
	_cleanup_free_ char *text = NULL;

	if (pb_file_read(path, &text, NULL)) {
		pb_fail_clear();
		return -1;
	}
	return strtol(text, NULL, 10);
}

/* All the same, and merged: of N pages one is shared, the others share. */
static bool is_merged(const struct pb_guest_use *use)
{
	long shared = number_read(KSM "pages_shared"), sharing = number_read(KSM "pages_sharing");

	return shared + sharing > (long)use->nr_pages;
}

static int merge(struct pb_guest_use *use)
{
	const struct timespec pause = { .tv_nsec = STEP_MS * 1000000L };
	int code;

	memset(use->buffer, SAME, use->len_bytes);
	code = madvise(use->buffer, use->len_bytes, MADV_MERGEABLE) ? -errno : 0;
	if (!code)
		code = text_put(KSM "run", "1");
	for (int i = 0; i < STEPS && !code && !is_merged(use); i++)
		nanosleep(&pause, NULL);
	if (!code && !is_merged(use))
		code = -ETIMEDOUT;
	return text_put(KSM "run", "0") ? -EIO : code;
}

static int unmerge(struct pb_guest_use *use)
{
	return madvise(use->buffer, use->len_bytes, MADV_UNMERGEABLE) ? -errno : 0;
}

const struct pb_guest_user pb_guest_ksm_unmerge = {
	.open = ksm_open,
	.before = merge,
	.acquire = unmerge,
};
