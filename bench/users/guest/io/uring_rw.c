// SPDX-License-Identifier: GPL-2.0-only
/*
 * uring_rw - O_DIRECT by io_uring, from plain memory and from a registered buffer.
 * Why: a registered buffer is there to spare the pin; this is how much it spares.
 */
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/guest/io/disk.h"
#include "bench/users/guest/io/ring.h"
#include "common/err.h"

enum { DISK, RING };

static int rw_open(struct pb_guest_use *use)
{
	int ret = pb_disk_null_open(use);

	return ret ? ret : pb_ring_open(use, RING);
}

static int fixed_open(struct pb_guest_use *use)
{
	const struct iovec pages = { use->buffer, use->len_bytes };
	int ret = rw_open(use);

	if (!ret &&
	    syscall(SYS_io_uring_register, use->fds[RING], IORING_REGISTER_BUFFERS, &pages, 1))
		ret = pb_guest_refused("a registered buffer", -errno);
	return ret;
}

static int request_put(struct pb_guest_use *use, int operation)
{
	const struct io_uring_sqe request = {
		.opcode = (uint8_t)operation,
		.fd = use->fds[DISK],
		.addr = (uintptr_t)use->buffer,
		.len = (uint32_t)use->len_bytes,
	};

	pb_ring_put(use, &request);
	return 0;
}

static int read_put(struct pb_guest_use *use)
{
	return request_put(use, IORING_OP_READ);
}

static int write_put(struct pb_guest_use *use)
{
	return request_put(use, IORING_OP_WRITE);
}

static int fixed_put(struct pb_guest_use *use)
{
	return request_put(use, IORING_OP_READ_FIXED);
}

static int done_take(struct pb_guest_use *use)
{
	unsigned int flags;
	int result = 0, code = pb_ring_take(use, &result, &flags);

	return code ? code : result == (int)use->len_bytes ? 0 : result < 0 ? result : -EIO;
}

const struct pb_guest_user pb_guest_uring_read_null = {
	.open = rw_open,
	.before = read_put,
	.acquire = pb_ring_submit,
	.after = done_take,
	.close = pb_ring_close,
};
const struct pb_guest_user pb_guest_uring_write_null = {
	.open = rw_open,
	.before = write_put,
	.acquire = pb_ring_submit,
	.after = done_take,
	.close = pb_ring_close,
};
const struct pb_guest_user pb_guest_uring_fixed_null = {
	.open = fixed_open,
	.before = fixed_put,
	.acquire = pb_ring_submit,
	.after = done_take,
	.close = pb_ring_close,
};
