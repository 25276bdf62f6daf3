// SPDX-License-Identifier: GPL-2.0-only
/*
 * gnuplot - the one way by which text gets into a gnuplot script or into the data that it reads.
 * Why: a line of a script that begins with '!' is a shell's; no text ever begins one, or ends a
 * string.
 */
#include "common/encode/gnuplot.h"

#include <stdarg.h>

#include "common/encode/language.h"

/* In single quotes only these end anything; the back-quote is no command there, and goes anyway. */
static const char *script_special(char c)
{
	return c == '\'' ? "''" : c == '`' ? "\\x60" : NULL;
}

static const char *tic_special(char c)
{
	return c == '%' ? "%%" : script_special(c);
}

/* A quote would hide tabs, a '#' the rest of the line, and "\\033" is an escape in a label. */
static const char *data_special(char c)
{
	return c == '"' ? "\\x22" : c == '#' ? "\\x23" : c == '\\' ? "\\x5c" : NULL;
}

static const struct pb_language script = { .special = script_special, .keep = "", .around = "'" };
static const struct pb_language tic = { .special = tic_special, .keep = "", .around = "'" };
static const struct pb_language data = {
	.special = data_special, .defuse = true, .keep = "", .around = ""
};

void pb_gp_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &script, fmt, args);
	va_end(args);
}

void pb_gp_tic_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &tic, fmt, args);
	va_end(args);
}

void pb_gp_data_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &data, fmt, args);
	va_end(args);
}

void pb_gp_number(FILE *out, const char *name, double value)
{
	fprintf(out, "%s = %.12g\n", name, value);
}

void pb_gp_script(FILE *out, const char *text)
{
	fputs(text, out);
}
