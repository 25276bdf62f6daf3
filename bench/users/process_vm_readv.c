// SPDX-License-Identifier: GPL-2.0-only
/*
 * process_vm_readv - FOLL_PIN by the slow path: pins all remote pages, copies as much as asked.
 * Why: a local buffer of one byte leaves the pins and next to nothing of the copy.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/user.h"
#include "common/err.h"

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22 /* include/uapi/asm-generic/mman-common.h, since 5.14 */
#endif

static ssize_t remote_read(const struct pb_use *use, char *from)
{
	char byte;
	struct iovec local = { &byte, 1 };
	/* Ends in the last page's first byte, so that nr_pages pages are covered. */
	struct iovec remote = { from, (use->nr_pages - 1) * use->page_bytes + 1 };

	return process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
}

static int readv_acquire(struct pb_use *use, char *buffer)
{
	ssize_t got = remote_read(use, buffer);

	return got == 1 ? 0 : got < 0 ? -errno : -EIO;
}

static int readv_base(struct pb_use *use, char *buffer)
{
	(void)buffer;
	return remote_read(use, pb_unmapped()) < 0 && errno == EFAULT ? 0 : -EIO;
}

static int readv_populate(struct pb_use *use, char *buffer)
{
	return madvise(buffer, use->nr_pages * use->page_bytes, MADV_POPULATE_READ) ? -errno : 0;
}

static int readv_populate_none(struct pb_use *use, char *buffer)
{
	(void)buffer;
	return madvise(pb_unmapped(), use->nr_pages * use->page_bytes, MADV_POPULATE_READ) &&
			       errno == ENOMEM
		       ? 0
		       : -EIO;
}

static int readv_open(struct pb_use *use)
{
	int code = readv_acquire(use, use->buffers[0]);

	if (code)
		return pb_fail(code, "process_vm_readv of this process's own memory: %s%s",
			       strerror(-code),
			       code == -ENOSYS || code == -EPERM
				       ? " (a seccomp filter, or a kernel "
					 "without cross-memory attach)"
				       : "");
	return 0;
}

static void readv_close(struct pb_use *use)
{
	(void)use;
}

static const char *readv_symbol(const struct pb_use *use)
{
	(void)use;
	return "pin_user_pages_remote";
}

const struct pb_user pb_user_process_vm_readv = {
	.name = "process_vm_readv",
	.strategy = "pin",
	.baseline = "the same call on a remote range that is not mapped (EFAULT)",
	.unreleased = "the call pins, copies one byte and unpins; acquire holds all of it",
	.pair = "MADV_POPULATE_READ, the same walk without a reference",
	.max_pages = 512,
	.pin_counts = 1,
	.contends = true,
	.open = readv_open,
	.close = readv_close,
	.symbol = readv_symbol,
	.acquire = readv_acquire,
	.base_acquire = readv_base,
	.pair_call = readv_populate,
	.pair_base = readv_populate_none,
};
