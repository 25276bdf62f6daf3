/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * disk - the disks of null_blk and brd, opened for direct I/O.
 * Why: several users do I/O on the same disks, each by calls of its own.
 */
#ifndef BENCH_USERS_GUEST_IO_DISK_H
#define BENCH_USERS_GUEST_IO_DISK_H

#include "bench/users/guest/guest.h"
#include "common/cleanup.h"

/* Opens @path, which may still have to appear, into use->fds[@at]. */
int pb_disk_open(struct pb_guest_use *use, int at, const char *path) pb_must_check;

/* Into use->fds[0]; null_blk completes within the call that submits, brd copies there. */
int pb_disk_null_open(struct pb_guest_use *use) pb_must_check;
int pb_disk_brd_open(struct pb_guest_use *use) pb_must_check;

#endif
