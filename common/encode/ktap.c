// SPDX-License-Identifier: GPL-2.0-only
/*
 * ktap - the one way by which text gets into KTAP.
 * Why: a '#' begins a directive, and a line a result: a reason could turn a failure into a skip.
 */
#include "common/encode/ktap.h"

#include <stdarg.h>

#include "common/encode/language.h"

static const char *special(char c)
{
	return c == '#' ? "\\x23" : NULL;
}

static const struct pb_language ktap = { .special = special, .keep = "", .around = "" };

void pb_ktap_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &ktap, fmt, args);
	va_end(args);
}
