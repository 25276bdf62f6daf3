// SPDX-License-Identifier: GPL-2.0-only
/*
 * noop - a system call that does next to nothing, against no call at all.
 * Why: the way into the kernel and back is in every other consumer's number and its baseline.
 */
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/user.h"

static int noop_open(struct pb_use *use)
{
	(void)use;
	return 0;
}

static void noop_close(struct pb_use *use)
{
	(void)use;
}

static int noop_acquire(struct pb_use *use, char *buffer)
{
	(void)use;
	(void)buffer;
	return syscall(SYS_getppid) >= 0 ? 0 : -1;
}

static int noop_nothing(struct pb_use *use, char *buffer)
{
	(void)use;
	(void)buffer;
	return 0;
}

static const char *noop_symbol(const struct pb_use *use)
{
	(void)use;
	return "getppid";
}

const struct pb_user pb_user_noop = {
	.name = "getppid",
	.strategy = "noop",
	.baseline = "no call: two timestamps and a function that returns",
	.unreleased = "there is nothing to release",
	.max_pages = (size_t)1 << 18,
	.open = noop_open,
	.close = noop_close,
	.symbol = noop_symbol,
	.acquire = noop_acquire,
	.base_acquire = noop_nothing,
};
