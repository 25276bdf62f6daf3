/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * err - one failure, one message: libraries set it and return -errno, commands print it.
 * Why: a bare errno cannot say what was attempted, on what, and what would have been valid.
 */
#ifndef COMMON_ERR_H
#define COMMON_ERR_H

#include "common/cleanup.h"

/*
 * Sets this thread's message and returns @code, a negative errno, so that a caller can write
 * `return pb_fail(-EINVAL, "plan '%s': line %d: ...", path, line);`. The message is a whole
 * sentence without a final newline; it replaces an earlier one.
 */
int pb_fail(int code, const char *fmt, ...) pb_printf(2, 3);

/* Like pb_fail(), for passing an error up: puts "context: " before the message that stands. */
int pb_fail_in(int code, const char *fmt, ...) pb_printf(2, 3);

/* The message that stands, or the text of -@code when none was set. Never NULL. */
const char *pb_fail_message(int code);

/* Forgets the message, when a failure was handled. */
void pb_fail_clear(void);

#endif
