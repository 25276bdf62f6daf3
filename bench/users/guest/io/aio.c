// SPDX-License-Identifier: GPL-2.0-only
/*
 * aio - O_DIRECT by io_submit(): counted is the submission, which pins.
 * Why: asynchronous I/O leaves the pin in the submission, and completes wherever it may.
 */
#include <errno.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/guest/io/disk.h"
#include "common/err.h"

static int aio_open(struct pb_guest_use *use)
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 4, &context))
		return pb_guest_refused("io_setup", -errno);
	use->number = context;
	return pb_disk_null_open(use);
}

static int aio_submit(struct pb_guest_use *use, unsigned int operation)
{
	struct iocb io = {
		.aio_lio_opcode = (uint16_t)operation,
		.aio_fildes = (uint32_t)use->fds[0],
		.aio_buf = (uintptr_t)use->buffer,
		.aio_nbytes = use->len_bytes,
	};
	struct iocb *ios[] = { &io };

	return pb_guest_got(syscall(SYS_io_submit, use->number, 1, ios), 1);
}

static int aio_read(struct pb_guest_use *use)
{
	return aio_submit(use, IOCB_CMD_PREAD);
}

static int aio_write(struct pb_guest_use *use)
{
	return aio_submit(use, IOCB_CMD_PWRITE);
}

static int aio_reap(struct pb_guest_use *use)
{
	struct io_event event;

	if (syscall(SYS_io_getevents, use->number, 1, 1, &event, NULL) != 1)
		return -errno;
	return event.res == (int64_t)use->len_bytes ? 0 : event.res < 0 ? (int)event.res : -EIO;
}

static void aio_close(struct pb_guest_use *use)
{
	if (use->number)
		syscall(SYS_io_destroy, use->number);
}

const struct pb_guest_user pb_guest_aio_read_null = {
	.open = aio_open,
	.acquire = aio_read,
	.after = aio_reap,
	.close = aio_close,
};
const struct pb_guest_user pb_guest_aio_write_null = {
	.open = aio_open,
	.acquire = aio_write,
	.after = aio_reap,
	.close = aio_close,
};
