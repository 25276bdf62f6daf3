// SPDX-License-Identifier: GPL-2.0-only
/*
 * io_uring - FOLL_PIN | FOLL_LONGTERM: a buffer registered with a ring, and taken out again.
 * Why: a long-term pin that needs no device, and whose two halves can be timed apart.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "bench/users/gup_path.h"
#include "bench/users/user.h"
#include "common/err.h"
#include "common/str.h"

static int ring_fd(const struct pb_use *use)
{
	return (int)(intptr_t)use->state - 1; /* 0 is "not open" */
}

static int slot_update(struct pb_use *use, char *buffer, size_t len_bytes)
{
	struct iovec slot = { buffer, len_bytes };
	struct io_uring_rsrc_update2 update = { .data = (uintptr_t)&slot, .nr = 1 };
	long got = syscall(SYS_io_uring_register, ring_fd(use), IORING_REGISTER_BUFFERS_UPDATE,
			   &update, sizeof(update));

	return got == 1 ? 0 : got < 0 ? -errno : -EIO;
}

static int ring_acquire(struct pb_use *use, char *buffer)
{
	return slot_update(use, buffer, use->nr_pages * use->page_bytes);
}

static int ring_release(struct pb_use *use, char *buffer)
{
	(void)buffer;
	return slot_update(use, NULL, 0);
}

static int slot_try(struct pb_use *use)
{
	int code = ring_acquire(use, use->buffers[0]);

	if (!code)
		code = ring_release(use, use->buffers[0]);
	if (code == -ENOMEM)
		return pb_fail(code, "%zu pages are more than this user may lock (ulimit -l)",
			       use->nr_pages);
	return code ? pb_fail(code, "io_uring cannot register %zu pages: %s", use->nr_pages,
			      strerror(-code))
		    : 0;
}

static int ring_open(struct pb_use *use)
{
	struct io_uring_rsrc_register slots = { .nr = 1, .flags = IORING_RSRC_REGISTER_SPARSE };
	struct io_uring_params params = { 0 };
	long ring = syscall(SYS_io_uring_setup, 1, &params);

	if (ring < 0)
		return pb_fail(-errno, "cannot make an io_uring: %s%s", strerror(errno),
			       errno == EPERM    ? " (a seccomp filter, or "
						   "/proc/sys/kernel/io_uring_disabled)"
			       : errno == ENOSYS ? " (a seccomp filter, or a kernel without "
						   "CONFIG_IO_URING)"
			       : errno == ENOMEM ? " (see ulimit -l)"
						 : "");
	use->state = (void *)(intptr_t)(ring + 1);
	if (syscall(SYS_io_uring_register, ring_fd(use), IORING_REGISTER_BUFFERS2, &slots,
		    sizeof(slots)))
		return pb_fail(errno == EINVAL ? -EOPNOTSUPP : -errno,
			       "io_uring has no empty slots for buffers: %s (Linux 5.19 has them)",
			       strerror(errno));
	return slot_try(use);
}

static void ring_close(struct pb_use *use)
{
	if (use->state)
		close(ring_fd(use));
	use->state = NULL;
}

static enum pb_gup_path ring_path(const struct pb_use *use)
{
	return pb_gup_path_of(ring_acquire, ring_release, use);
}

/* Linux 6.1 pins a ring's buffers under mmap_lock, 6.12 by the fast path. */
static int ring_fits(const struct pb_use *use, const char *strategy)
{
	enum pb_gup_path path = ring_path(use);
	bool fast = pb_streq(strategy, "longterm-fast");

	if (path == PB_GUP_UNKNOWN && !fast)
		return pb_fail(-EOPNOTSUPP, "only root is shown whether this kernel's io_uring "
					    "takes the slow path; ask for longterm-fast, which "
					    "newer kernels' is");
	if (path == PB_GUP_FAST && !fast)
		return pb_fail(-EOPNOTSUPP, "this kernel's io_uring pins by the fast path, and no "
					    "other call without a device makes long-term pins: ask "
					    "for longterm-fast");
	if (path == PB_GUP_SLOW && fast)
		return pb_fail(-EOPNOTSUPP, "this kernel's io_uring pins under mmap_lock, and no "
					    "other call without a device makes long-term pins: ask "
					    "for longterm");
	return 0;
}

static const char *ring_symbol(const struct pb_use *use)
{
	switch (ring_path(use)) {
	case PB_GUP_FAST:
		return "pin_user_pages_fast";
	case PB_GUP_SLOW:
		return "pin_user_pages";
	case PB_GUP_UNKNOWN:
		break;
	}
	return "pin_user_pages_fast or pin_user_pages";
}

const struct pb_user pb_user_io_uring = {
	.name = "io_uring_register",
	.strategy = "longterm-fast",
	.baseline = "an empty slot replaced by an empty slot",
	.max_pages = 512,
	.pin_counts = 1,
	.contends = true,
	.open = ring_open,
	.close = ring_close,
	.also = "longterm",
	.fits = ring_fits,
	.symbol = ring_symbol,
	.acquire = ring_acquire,
	.release = ring_release,
	.base_acquire = ring_release,
	.base_release = ring_release,
};
