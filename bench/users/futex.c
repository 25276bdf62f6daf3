// SPDX-License-Identifier: GPL-2.0-only
/*
 * futex - FOLL_GET by the fast path, one page a call: nobody is woken on a shared futex.
 * Why: get_futex_key() gets the page, looks at it and puts it, and takes no lock that two threads
 * would share; a private futex is the same call without the page.
 */
#include "bench/users/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/err.h"

static int wake_all(const struct pb_use *use, char *buffer, int operation)
{
	for (size_t i = 0; i < use->nr_pages; i++) {
		/* A word that nobody waits on: none is woken, and nothing is locked for it. */
		long woken = syscall(SYS_futex, buffer + i * use->page_bytes, operation, 1, NULL,
				     NULL, 0);

		if (woken)
			return woken < 0 ? -errno : -EIO;
	}
	return 0;
}

int pb_futex_wake_shared(struct pb_use *use, char *buffer)
{
	return wake_all(use, buffer, FUTEX_WAKE);
}

int pb_futex_wake_private(struct pb_use *use, char *buffer)
{
	return wake_all(use, buffer, FUTEX_WAKE | FUTEX_PRIVATE_FLAG);
}

static int futex_open(struct pb_use *use)
{
	int code = pb_futex_wake_shared(use, use->buffers[0]);

	return code ? pb_fail(code, "futex: %s%s", strerror(-code),
			      code == -EPERM || code == -ENOSYS ? " (a seccomp filter?)" : "")
		    : 0;
}

static void futex_close(struct pb_use *use)
{
	(void)use;
}

static const char *futex_symbol(const struct pb_use *use)
{
	(void)use;
	return "get_user_pages_fast";
}

const struct pb_user pb_user_futex = {
	.name = "futex (FUTEX_WAKE, shared)",
	.strategy = "get-fast",
	.baseline = "as many FUTEX_WAKEs of private futexes, which need no page",
	.unreleased = "each call gets the page and puts it; acquire holds both",
	.max_pages = 512,
	.contends = true,
	.open = futex_open,
	.close = futex_close,
	.symbol = futex_symbol,
	.acquire = pb_futex_wake_shared,
	.base_acquire = pb_futex_wake_private,
};
