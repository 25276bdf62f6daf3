// SPDX-License-Identifier: GPL-2.0-only
/*
 * aio - O_DIRECT by io_submit(): counted is the submission, which pins.
 * Why: asynchronous I/O leaves the pin in the submission, and completes wherever it may.
 */
#include "bench/users/guest/io/aio.h"

#include <errno.h>
#include <linux/aio_abi.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "bench/users/guest/io/disk.h"
#include "common/err.h"

int pb_aio_open(struct pb_guest_use *use)
{
	aio_context_t context = 0;

	if (syscall(SYS_io_setup, 4, &context))
		return pb_guest_refused("io_setup", -errno);
	use->number = context;
	return 0;
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

int pb_aio_read(struct pb_guest_use *use)
{
	return aio_submit(use, IOCB_CMD_PREAD);
}

int pb_aio_write(struct pb_guest_use *use)
{
	return aio_submit(use, IOCB_CMD_PWRITE);
}

int pb_aio_reap(struct pb_guest_use *use)
{
	struct io_event event;

	if (syscall(SYS_io_getevents, use->number, 1, 1, &event, NULL) != 1)
		return -errno;
	return event.res == (int64_t)use->len_bytes ? 0 : event.res < 0 ? (int)event.res : -EIO;
}

void pb_aio_close(struct pb_guest_use *use)
{
	if (use->number)
		syscall(SYS_io_destroy, use->number);
}

static int null_open(struct pb_guest_use *use)
{
	int ret = pb_disk_null_open(use);

	return ret ? ret : pb_aio_open(use);
}

const struct pb_guest_user pb_guest_aio_read_null = {
	.open = null_open,
	.acquire = pb_aio_read,
	.after = pb_aio_reap,
	.close = pb_aio_close,
};
const struct pb_guest_user pb_guest_aio_write_null = {
	.open = null_open,
	.acquire = pb_aio_write,
	.after = pb_aio_reap,
	.close = pb_aio_close,
};
