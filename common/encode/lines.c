// SPDX-License-Identifier: GPL-2.0-only
/*
 * lines - the one way by which text gets into the lines of time-series databases.
 * Why: a quote ends a label there, a blank or a comma a tag, a line a sample: a kernel's name would be
 * somebody else's number.
 */
#include "common/encode/lines.h"

#include <stdarg.h>

#include "common/encode/language.h"

static const char *metrics_special(char c)
{
	return c == '"' ? "\\\"" : c == '\\' ? "\\\\" : NULL;
}

static const char *influx_special(char c)
{
	switch (c) {
	case ',':
		return "\\,";
	case '=':
		return "\\=";
	case ' ':
		return "\\ ";
	case '\\':
		return "/";
	default:
		return NULL;
	}
}

static const struct pb_language metrics = { .special = metrics_special, .keep = "", .around = "" };
static const struct pb_language influx = { .special = influx_special, .keep = "", .around = "" };

void pb_metrics_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &metrics, fmt, args);
	va_end(args);
}

void pb_influx_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &influx, fmt, args);
	va_end(args);
}
