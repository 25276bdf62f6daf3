// SPDX-License-Identifier: GPL-2.0-only
/*
 * proc_files - files of /proc that read or write a process by its pages: mem, cmdline, pagemap.
 * Why: three files of one folder come to a page in three ways.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

enum { PAGEMAP_BYTES = 8, PAGEMAP_MOST = 512 };

static int mem_open(struct pb_guest_use *use)
{
	return pb_guest_open_fd(use, 0, "/proc/self/mem", O_RDWR);
}

static off_t page_at(const struct pb_guest_use *use, size_t i)
{
	return (off_t)(uintptr_t)(use->buffer + i * use->page_bytes);
}

/* A byte of each: what is copied is not what is looked at. */
static int mem_read(struct pb_guest_use *use)
{
	char byte;

	for (size_t i = 0; i < use->nr_pages; i++)
		if (pread(use->fds[0], &byte, 1, page_at(use, i)) != 1)
			return errno ? -errno : -EIO;
	return 0;
}

static int mem_write(struct pb_guest_use *use)
{
	for (size_t i = 0; i < use->nr_pages; i++)
		if (pwrite(use->fds[0], "", 1, page_at(use, i)) != 1)
			return errno ? -errno : -EIO;
	return 0;
}

const struct pb_guest_user pb_guest_proc_mem_read = { .open = mem_open, .acquire = mem_read };
const struct pb_guest_user pb_guest_proc_mem_write = { .open = mem_open, .acquire = mem_write };

static int cmdline_open(struct pb_guest_use *use)
{
	return pb_guest_open_fd(use, 0, "/proc/self/cmdline", O_RDONLY);
}

static int environ_open(struct pb_guest_use *use)
{
	return pb_guest_open_fd(use, 0, "/proc/self/environ", O_RDONLY);
}

static int cmdline_read(struct pb_guest_use *use)
{
	char bytes[16];

	return pread(use->fds[0], bytes, sizeof(bytes), 0) > 0 ? 0 : errno ? -errno : -EIO;
}

const struct pb_guest_user pb_guest_proc_cmdline = { .open = cmdline_open,
						     .acquire = cmdline_read };

const struct pb_guest_user pb_guest_proc_environ = { .open = environ_open,
						     .acquire = cmdline_read };

static int pagemap_open(struct pb_guest_use *use)
{
	return pb_guest_open_fd(use, 0, "/proc/self/pagemap", O_RDONLY);
}

static int pagemap_read(struct pb_guest_use *use)
{
	uint64_t entries[PAGEMAP_MOST];
	size_t len = use->nr_pages * PAGEMAP_BYTES;

	return pb_guest_got(pread(use->fds[0], entries, len,
				  page_at(use, 0) / (off_t)use->page_bytes * PAGEMAP_BYTES),
			    (long)len);
}

const struct pb_guest_user pb_guest_pagemap = { .open = pagemap_open, .acquire = pagemap_read };
