// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsv - the one way by which text gets into a line of fields between tabs.
 * Why: a baseline is read back by its lines and tabs, which no console's words may make.
 */
#include "common/encode/tsv.h"

#include <stdarg.h>

#include "common/encode/language.h"

static const struct pb_language tsv = { .keep = "", .around = "" };

void pb_tsv_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &tsv, fmt, args);
	va_end(args);
}
