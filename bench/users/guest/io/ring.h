/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ring - an io_uring that takes one request at a time, by bare system calls.
 * Why: users that go through a ring need no library, and what they count is the kernel's.
 */
#ifndef BENCH_USERS_GUEST_IO_RING_H
#define BENCH_USERS_GUEST_IO_RING_H

#include <linux/io_uring.h>

#include "bench/users/guest/guest.h"
#include "common/cleanup.h"

/* Makes a ring in use->fds[@at] and maps it; its state is use->state, its memory use->map. */
int pb_ring_open(struct pb_guest_use *use, int at) pb_must_check;

/* Puts @request in as the next one; nothing is submitted yet. */
void pb_ring_put(struct pb_guest_use *use, const struct io_uring_sqe *request);

/* In a window: submits what was put. 0 or -errno. */
int pb_ring_submit(struct pb_guest_use *use);

/* Waits for a completion and takes it. *ret_flags are its flags (IORING_CQE_F_MORE, ...). */
int pb_ring_take(struct pb_guest_use *use, int *ret_result, unsigned int *ret_flags);

/* pb_guest_user's close(): the requests' array. */
void pb_ring_close(struct pb_guest_use *use);

#endif
