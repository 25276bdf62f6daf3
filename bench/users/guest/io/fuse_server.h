/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fuse_server - the least file system of FUSE: one file, whose data nobody keeps.
 * Why: direct I/O on FUSE needs a server, and a guest has no library for one.
 */
#ifndef BENCH_USERS_GUEST_IO_FUSE_SERVER_H
#define BENCH_USERS_GUEST_IO_FUSE_SERVER_H

#define PB_FUSE_FILE "file"

enum { PB_FUSE_FILE_BYTES = 4 << 20 };

/* Answers what comes through @device until it closes. Never returns. */
_Noreturn void pb_fuse_serve(int device);

#endif
