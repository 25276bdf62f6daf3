// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_uring - buffers registered with an io_uring: all at once, one exchanged, shared with
 * another ring.
 * Why: the long-term pin of which most programs make use.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/guest/guest.h"
#include "common/err.h"

/* Of kernels that are newer than the headers of Debian 12. */
#define CLONE_BUFFERS 30
struct clone_buffers {
	uint32_t src_fd, flags, src_off, dst_off, nr, pad[3];
};
#define SETUP_NO_MMAP (1U << 14)

enum { RING, OTHER_RING };

static int ring_make(struct pb_guest_use *use, int at)
{
	struct io_uring_params params = { 0 };

	use->fds[at] = (int)syscall(SYS_io_uring_setup, 1, &params);
	return use->fds[at] < 0 ? pb_guest_refused("io_uring_setup", -errno) : 0;
}

static int ring_open(struct pb_guest_use *use)
{
	return ring_make(use, RING);
}

static int ring_register(int ring, unsigned int what, const void *with, unsigned int nr)
{
	return syscall(SYS_io_uring_register, ring, what, with, nr) < 0 ? -errno : 0;
}

static int buffers_register(struct pb_guest_use *use)
{
	const struct iovec pages = { use->buffer, use->len_bytes };

	return ring_register(use->fds[RING], IORING_REGISTER_BUFFERS, &pages, 1);
}

static int buffers_unregister(struct pb_guest_use *use)
{
	return ring_register(use->fds[RING], IORING_UNREGISTER_BUFFERS, NULL, 0);
}

const struct pb_guest_user pb_guest_uring_register = {
	.open = ring_open,
	.acquire = buffers_register,
	.release = buffers_unregister,
};

/* A table with an empty place, which a buffer then takes and leaves. */
static int slot_put(struct pb_guest_use *use, char *buffer, size_t len)
{
	const struct iovec pages = { buffer, len };
	const struct io_uring_rsrc_update2 update = { .data = (uintptr_t)&pages, .nr = 1 };

	return ring_register(use->fds[RING], IORING_REGISTER_BUFFERS_UPDATE, &update,
			     sizeof(update));
}

static int slot_open(struct pb_guest_use *use)
{
	const struct io_uring_rsrc_register slots = { .nr = 1,
						      .flags = IORING_RSRC_REGISTER_SPARSE };
	int code, ret = ring_make(use, RING);

	if (ret)
		return ret;
	code = ring_register(use->fds[RING], IORING_REGISTER_BUFFERS2, &slots, sizeof(slots));
	return code ? pb_guest_refused("a table of empty places", code) : 0;
}

static int slot_fill(struct pb_guest_use *use)
{
	return slot_put(use, use->buffer, use->len_bytes);
}

static int slot_clear(struct pb_guest_use *use)
{
	return slot_put(use, NULL, 0);
}

const struct pb_guest_user pb_guest_uring_update = {
	.open = slot_open,
	.acquire = slot_fill,
	.release = slot_clear,
};

static int clone_open(struct pb_guest_use *use)
{
	int code, ret = ring_make(use, RING);

	if (!ret)
		ret = ring_make(use, OTHER_RING);
	if (ret)
		return ret;
	code = buffers_register(use);
	return code ? pb_fail(code, "cannot register buffers: %s", strerror(-code)) : 0;
}

static int clone_take(struct pb_guest_use *use)
{
	const struct clone_buffers clone = { .src_fd = (uint32_t)use->fds[RING] };

	return ring_register(use->fds[OTHER_RING], CLONE_BUFFERS, &clone, 1);
}

static int clone_drop(struct pb_guest_use *use)
{
	return ring_register(use->fds[OTHER_RING], IORING_UNREGISTER_BUFFERS, NULL, 0);
}

const struct pb_guest_user pb_guest_uring_clone = {
	.open = clone_open,
	.acquire = clone_take,
	.release = clone_drop,
};

/* The ring of a group of buffers, in memory of the program's own. */
static int bufring_take(struct pb_guest_use *use)
{
	const struct io_uring_buf_reg ring = {
		.ring_addr = (uintptr_t)use->buffer,
		.ring_entries = (uint32_t)(use->len_bytes / sizeof(struct io_uring_buf)),
	};

	return ring_register(use->fds[RING], IORING_REGISTER_PBUF_RING, &ring, 1);
}

static int bufring_drop(struct pb_guest_use *use)
{
	const struct io_uring_buf_reg ring = { .bgid = 0 };

	return ring_register(use->fds[RING], IORING_UNREGISTER_PBUF_RING, &ring, 1);
}

const struct pb_guest_user pb_guest_uring_buf_ring = {
	.open = ring_open,
	.acquire = bufring_take,
	.release = bufring_drop,
};

/* The rings themselves in the program's memory: two pages, one for each. */
static int nommap_take(struct pb_guest_use *use)
{
	struct io_uring_params params = { .flags = SETUP_NO_MMAP };
	uint64_t rings = (uintptr_t)use->buffer;

	params.cq_off.resv2 = rings;
	params.sq_off.resv2 = rings + use->page_bytes;
	use->fds[RING] = (int)syscall(SYS_io_uring_setup, 4, &params);
	return use->fds[RING] < 0 ? -errno : 0;
}

/* The kernel lets go of it behind the caller's back. */
static int nommap_close(struct pb_guest_use *use)
{
	closep(&use->fds[RING]);
	use->fds[RING] = -1;
	return 0;
}

const struct pb_guest_user pb_guest_uring_no_mmap = {
	.acquire = nommap_take,
	.after = nommap_close,
};
