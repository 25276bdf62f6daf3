/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * opening - opens what a user named, which may be a pipe that nobody has the other end of.
 * Why: open() of one waits for ever, without a word, and nobody knows for what.
 */
#ifndef COMMON_OPENING_H
#define COMMON_OPENING_H

#include "common/cleanup.h"

/* How long the other end of a pipe may take to be opened. */
enum { PB_OPENING_WAIT_MS = 10000 };

/*
 * A descriptor to read (O_RDONLY) or to write (O_WRONLY) @path, which waits as usual; -errno without
 * a message. -ENXIO: a pipe whose other end nobody opened within @wait_ms, or a socket.
 */
int pb_opening(const char *path, int mode, unsigned int wait_ms) pb_must_check;

/* Why it failed: what strerror() says, but for pipes. */
const char *pb_opening_why(int ret);

#endif
