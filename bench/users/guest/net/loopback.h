/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * loopback - a pair of sockets over lo, with room for what is sent at once.
 * Why: senders without a copy need a receiver, and none should wait for the other.
 */
#ifndef BENCH_USERS_GUEST_NET_LOOPBACK_H
#define BENCH_USERS_GUEST_NET_LOOPBACK_H

#include "bench/users/guest/guest.h"
#include "common/cleanup.h"

enum { PB_LOOPBACK_SENDER, PB_LOOPBACK_RECEIVER, PB_LOOPBACK_LISTENER };

/* @type: SOCK_STREAM or SOCK_DGRAM. Into use->fds, by the names above. */
int pb_loopback_open(struct pb_guest_use *use, int type) pb_must_check;

/* Takes everything out of the receiver. */
int pb_loopback_drain(struct pb_guest_use *use);

#endif
