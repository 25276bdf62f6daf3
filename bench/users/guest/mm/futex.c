// SPDX-License-Identifier: GPL-2.0-only
/*
 * futex - a wake on a word of each page, shared: the key of a futex is its page.
 * Why: it takes and puts a page to learn where it lies, and never looks at the data.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"

static int wake(struct pb_guest_use *use)
{
	for (size_t i = 0; i < use->nr_pages; i++)
		if (syscall(SYS_futex, use->buffer + i * use->page_bytes, FUTEX_WAKE, 1, NULL, NULL,
			    0))
			return errno ? -errno : -EIO;
	return 0;
}

const struct pb_guest_user pb_guest_futex = { .acquire = wake };
