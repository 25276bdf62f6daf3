/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reply - what a measuring process says, read and looked at before it is believed.
 * Why: that process may be killed, or damaged by what it measures, in the middle of a word.
 */
#ifndef BENCH_BACKENDS_SYSCALL_REPLY_H
#define BENCH_BACKENDS_SYSCALL_REPLY_H

#include <stdbool.h>

#include "bench/backends/syscall/worker.h"

/*
 * One whole message: 1, or 0 at the end of the stream. -EBADMSG with a message: it is cut off.
 */
int pb_reply_read(int fd, struct pb_worker_reply *ret_reply) pb_must_check;

/*
 * Can it be the next one? The job at @position of the order is the one that was begun last, if
 * @begun. 0, or -EBADMSG with a message. Its texts are ended.
 */
int pb_reply_check(struct pb_worker_reply *reply, const struct pb_worker_setup *setup,
		   size_t position, bool begun) pb_must_check;

#endif
