// SPDX-License-Identifier: GPL-2.0-only
/*
 * err - the message of the last failure, one for each thread.
 * Why: a message travels beside an errno without every function growing a parameter.
 */
#include "common/err.h"

#include <stdarg.h>
#include <string.h>

/* Long enough for a console's last lines; a longer message is cut, never overrun. */
static _Thread_local char message[4096];

int pb_fail(int code, const char *fmt, ...)
{
	/* Formatted aside first: an argument may be the message that stands. */
	char fresh[sizeof(message)];
	va_list args;

	va_start(args, fmt);
	vsnprintf(fresh, sizeof(fresh), fmt, args);
	va_end(args);
	memcpy(message, fresh, sizeof(message));
	return code;
}

int pb_fail_in(int code, const char *fmt, ...)
{
	char context[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(context, sizeof(context), fmt, args);
	va_end(args);
	return pb_fail(code, "%s: %s", context, pb_fail_message(code));
}

const char *pb_fail_message(int code)
{
	return message[0] ? message : strerror(code < 0 ? -code : code);
}

void pb_fail_clear(void)
{
	message[0] = '\0';
}
