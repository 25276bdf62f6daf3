// SPDX-License-Identifier: GPL-2.0-only
/*
 * proc_mem - FOLL_GET by the slow path: a byte of each page read through /proc/self/mem.
 * Why: access_remote_vm() gets one page at a time, copies, and puts it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "bench/users/user.h"
#include "common/err.h"

static int mem_fd(const struct pb_use *use)
{
	return (int)(intptr_t)use->state - 1; /* 0 is "not open" */
}

static int mem_open(struct pb_use *use)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	char byte;

	errno = fd < 0 ? errno : 0;
	if (fd < 0)
		return pb_fail(-errno, "cannot open '/proc/self/mem': %s", strerror(errno));
	use->state = (void *)(intptr_t)(fd + 1);
	if (pread(fd, &byte, 1, (off_t)(uintptr_t)use->buffers[0]) != 1)
		return pb_fail(-EOPNOTSUPP,
			       "'/proc/self/mem' does not show this process's memory: %s (is it "
			       "masked, or proc_mem.force_override or a security module set?)",
			       errno ? strerror(errno) : "it is empty");
	return 0;
}

static void mem_close(struct pb_use *use)
{
	if (use->state)
		close(mem_fd(use));
	use->state = NULL;
}

static int mem_acquire(struct pb_use *use, char *buffer)
{
	char byte;

	for (size_t i = 0; i < use->nr_pages; i++) {
		off_t at = (off_t)(uintptr_t)(buffer + i * use->page_bytes);
		ssize_t got = pread(mem_fd(use), &byte, 1, at);

		if (got != 1)
			return got < 0 ? -errno : -EIO;
	}
	return 0;
}

static int mem_base(struct pb_use *use, char *buffer)
{
	char byte;

	(void)buffer;
	for (size_t i = 0; i < use->nr_pages; i++)
		if (pread(mem_fd(use), &byte, 1, (off_t)(uintptr_t)pb_unmapped()) >= 0)
			return -EIO;
	return 0;
}

static const char *mem_symbol(const struct pb_use *use)
{
	(void)use;
	return "get_user_pages_remote";
}

const struct pb_user pb_user_proc_mem = {
	.name = "pread of /proc/self/mem",
	.strategy = "get",
	.baseline = "as many preads of an address that is not mapped (EIO)",
	.unreleased = "each call gets, copies one byte and puts; acquire holds all of it",
	.max_pages = 512,
	.contends = true,
	.open = mem_open,
	.close = mem_close,
	.symbol = mem_symbol,
	.acquire = mem_acquire,
	.base_acquire = mem_base,
};
