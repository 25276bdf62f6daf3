// SPDX-License-Identifier: GPL-2.0-only
/*
 * direct - O_DIRECT by pread(), pwrite() and preadv() on disks that complete within the call.
 * Why: the case that FOLL_PIN was made for; what a read writes to are the pages of the process.
 */
#include <errno.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/guest/io/disk.h"

enum { MOST_VECTORS = 512 };

static int direct_read(struct pb_guest_use *use)
{
	return pb_guest_got(pread(use->fds[0], use->buffer, use->len_bytes, 0),
			    (long)use->len_bytes);
}

static int direct_write(struct pb_guest_use *use)
{
	return pb_guest_got(pwrite(use->fds[0], use->buffer, use->len_bytes, 0),
			    (long)use->len_bytes);
}

const struct pb_guest_user pb_guest_dio_read_null = {
	.open = pb_disk_null_open,
	.acquire = direct_read,
};
const struct pb_guest_user pb_guest_dio_write_null = {
	.open = pb_disk_null_open,
	.acquire = direct_write,
};
const struct pb_guest_user pb_guest_dio_read_brd = {
	.open = pb_disk_brd_open,
	.acquire = direct_read,
};
const struct pb_guest_user pb_guest_dio_write_brd = {
	.open = pb_disk_brd_open,
	.acquire = direct_write,
};

/* A vector of its own for each page, as programs have whose buffers are scattered. */
static int vectors_open(struct pb_guest_use *use)
{
	struct iovec *vectors = calloc(MOST_VECTORS, sizeof(*vectors));

	if (!vectors)
		return -ENOMEM;
	use->state = vectors;
	for (size_t i = 0; i < use->nr_pages; i++)
		vectors[i] = (struct iovec){ use->buffer + i * use->page_bytes, use->page_bytes };
	return pb_disk_null_open(use);
}

static int vectors_read(struct pb_guest_use *use)
{
	return pb_guest_got(preadv(use->fds[0], use->state, (int)use->nr_pages, 0),
			    (long)use->len_bytes);
}

const struct pb_guest_user pb_guest_dio_readv_null = {
	.open = vectors_open,
	.acquire = vectors_read,
};
