// SPDX-License-Identifier: GPL-2.0-only
/*
 * lava - the one way by which text gets into what LAVA reads signals from.
 * Why: a reason that holds one would be a result.
 */
#include "common/encode/lava.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "common/encode/language.h"

static const char *special(char c)
{
	return c == '<' ? "\\x3c" : c == '>' ? "\\x3e" : NULL;
}

static const struct pb_language lava = { .special = special, .keep = "", .around = "" };

void pb_lava_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &lava, fmt, args);
	va_end(args);
}

void pb_lava_value(FILE *out, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		fputc(c < 0x80 && isgraph(c) && !strchr("=<>", c) ? c : '_', out);
	}
}
