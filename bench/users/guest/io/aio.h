/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * aio - Linux AIO on use->fds[0], a request at a time.
 * Why: asynchronous I/O leaves the pin in the submission, and completes wherever it may.
 */
#ifndef BENCH_USERS_GUEST_IO_AIO_H
#define BENCH_USERS_GUEST_IO_AIO_H

#include "bench/users/guest/guest.h"
#include "common/cleanup.h"

/* Keeps its context in use->number. */
int pb_aio_open(struct pb_guest_use *use) pb_must_check;
void pb_aio_close(struct pb_guest_use *use);

/* In a window: submits a read into, or a write of, all pages. */
int pb_aio_read(struct pb_guest_use *use);
int pb_aio_write(struct pb_guest_use *use);

/* Waits until it is done. */
int pb_aio_reap(struct pb_guest_use *use);

#endif
