// SPDX-License-Identifier: GPL-2.0-only
/*
 * terminal - the one way by which text gets onto a terminal.
 * Why: a title that is set, a screen that is cleared, a line that is painted over: none by data.
 */
#include "common/encode/terminal.h"

#include <stdbool.h>
#include <string.h>

#include "common/encode/language.h"

const char pb_term_bold[] = "\033[1m", pb_term_dim[] = "\033[2m", pb_term_red[] = "\033[31m",
	   pb_term_green[] = "\033[32m", pb_term_plain[] = "\033[0m";

static bool is_own(const char *text)
{
	return text == pb_term_bold || text == pb_term_dim || text == pb_term_red ||
	       text == pb_term_green || text == pb_term_plain;
}

static const struct pb_language terminal = { .is_own = is_own, .keep = "", .around = "" };
static const struct pb_language tabs_too = { .keep = "\t", .around = "" };

void pb_term_vprintf(FILE *out, const char *fmt, va_list args)
{
	pb_language_vprintf(out, &terminal, fmt, args);
}

void pb_term_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_term_vprintf(out, fmt, args);
	va_end(args);
}

static void line_write(FILE *out, const char *fmt, ...) pb_printf(2, 3);
static void line_write(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &tabs_too, fmt, args);
	va_end(args);
}

void pb_term_lines(FILE *out, const char *text)
{
	for (size_t len; text; text += len + 1) {
		len = strcspn(text, "\n");
		line_write(out, "%.*s\n", (int)len, text);
		if (!text[len] || !text[len + 1])
			break;
		fputs("  ", out);
	}
}

void pb_term_own(FILE *out, const char *words)
{
	fputs(words, out);
}
