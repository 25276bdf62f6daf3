// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuse_server - the least file system of FUSE: one file, whose data nobody keeps.
 * Why: direct I/O on FUSE needs a server, and a guest has no library for one.
 */
#include "bench/users/guest/io/fuse_server.h"

#include <errno.h>
#include <linux/fuse.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FILE_NODE = 2, MAX_WRITE = 1 << 20, MAX_PAGES = 256, ROOM = MAX_WRITE + 4096 };

static char room[ROOM], data[MAX_WRITE];

/* The protocol of Linux 5.4 is enough, and each later kernel speaks it. */
static const struct fuse_init_out init = {
	.major = FUSE_KERNEL_VERSION,
	.minor = 31,
	.flags = FUSE_ASYNC_READ | FUSE_ASYNC_DIO | FUSE_BIG_WRITES | FUSE_MAX_PAGES,
	.max_background = 12,
	.congestion_threshold = 9,
	.max_write = MAX_WRITE,
	.max_pages = MAX_PAGES,
	.time_gran = 1,
};

static struct fuse_attr attr_of(uint64_t node)
{
	return (struct fuse_attr){
		.ino = node,
		.size = node == FILE_NODE ? PB_FUSE_FILE_BYTES : 0,
		.mode = node == FILE_NODE ? S_IFREG | 0600 : S_IFDIR | 0700,
		.nlink = 1,
	};
}

static void reply(int device, uint64_t unique, int error, const void *body, size_t len)
{
	struct fuse_out_header head = { .len = (uint32_t)(sizeof(head) + len),
					.error = error,
					.unique = unique };
	const struct iovec parts[] = { { &head, sizeof(head) }, { (void *)body, len } };

	/* A request that was given up meanwhile wants no answer. */
	(void)!writev(device, parts, len ? 2 : 1);
}

static void lookup(int device, const struct fuse_in_header *head)
{
	const struct fuse_entry_out entry = { .nodeid = FILE_NODE,
					      .entry_valid = 1 << 20,
					      .attr_valid = 1 << 20,
					      .attr = attr_of(FILE_NODE) };

	if (strcmp((const char *)(head + 1), PB_FUSE_FILE) != 0)
		reply(device, head->unique, -ENOENT, NULL, 0);
	else
		reply(device, head->unique, 0, &entry, sizeof(entry));
}

static void answer(int device, const struct fuse_in_header *head)
{
	const struct fuse_attr_out attr = { .attr_valid = 1 << 20, .attr = attr_of(head->nodeid) };
	const struct fuse_open_out open = { .open_flags = FOPEN_DIRECT_IO };
	const struct fuse_read_in *read_in = (const void *)(head + 1);
	const struct fuse_write_in *write_in = (const void *)(head + 1);
	struct fuse_write_out written = { 0 };

	switch (head->opcode) {
	case FUSE_INIT:
		return reply(device, head->unique, 0, &init, sizeof(init));
	case FUSE_LOOKUP:
		return lookup(device, head);
	case FUSE_GETATTR:
		return reply(device, head->unique, 0, &attr, sizeof(attr));
	case FUSE_OPEN:
		return reply(device, head->unique, 0, &open, sizeof(open));
	case FUSE_READ:
		return reply(device, head->unique, 0, data, read_in->size);
	case FUSE_WRITE:
		written.size = write_in->size;
		return reply(device, head->unique, 0, &written, sizeof(written));
	case FUSE_FORGET:
	case FUSE_BATCH_FORGET:
	case FUSE_INTERRUPT:
		return;
	case FUSE_FLUSH:
	case FUSE_RELEASE:
		return reply(device, head->unique, 0, NULL, 0);
	default:
		return reply(device, head->unique, -ENOSYS, NULL, 0);
	}
}

void pb_fuse_serve(int device)
{
	ssize_t got;

	while ((got = read(device, room, sizeof(room))) > 0 || (got < 0 && errno == EINTR) ||
	       (got < 0 && errno == ENOENT))
		if (got >= (ssize_t)sizeof(struct fuse_in_header))
			answer(device, (const struct fuse_in_header *)room);
	_exit(0);
}
