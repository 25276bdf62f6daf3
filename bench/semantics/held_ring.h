/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * held_ring - an io_uring of one request at a time, whose registered buffer is a page held for long.
 * Why: a registered buffer is pinned with FOLL_PIN | FOLL_LONGTERM, and the kernel reads and writes
 * it through that pin alone: what a device does, without one. Any process that has the ring's file
 * may ask, also when the one that registered the buffer is gone. liburing would do the same in more
 * code: the agent is static, and built for other machines than the one that it is built on.
 */
#ifndef BENCH_SEMANTICS_HELD_RING_H
#define BENCH_SEMANTICS_HELD_RING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/* *ret_ring is its file. -EOPNOTSUPP with the reason where this machine lets nobody have one. */
int pb_held_ring_open(int *ret_ring) pb_must_check;

/* Registers one buffer of this process; takes it out again. -errno, no message. */
int pb_held_ring_register(int ring, const void *addr, size_t len_bytes) pb_must_check;
int pb_held_ring_unregister(int ring) pb_must_check;

/*
 * The kernel reads @len_bytes at @addr, of the registered buffer, and writes them to the pipe @fd;
 * or the other way round (@into). -errno, no message.
 */
int pb_held_ring_move(int ring, bool into, const void *addr, size_t len_bytes,
		      int fd) pb_must_check;

#endif
