/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * language - printf() into another language: every %s is text, and is encoded for that language.
 * Why: a writer that has no other way to print cannot forget to encode; tests/style/doors.sh sees
 * to it that nobody has another way.
 *
 * A language is a row: what its own special characters become, and which control characters it can
 * show. Its file in this folder has the row and the function that writers call.
 */
#ifndef COMMON_ENCODE_LANGUAGE_H
#define COMMON_ENCODE_LANGUAGE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

#include "common/cleanup.h"

struct pb_language {
	/*
	 * What this character of ASCII becomes; NULL: itself. May itself be NULL: none is special.
	 */
	const char *(*special)(char c);
	/* A constant of the language's own file, told by its address: written as it is. Or NULL. */
	bool (*is_own)(const char *text);
	bool defuse;        /* a text that a spreadsheet would compute begins with its "\xNN" */
	const char *keep;   /* control characters that stay */
	const char *around; /* stands before and behind each text: a quote; "": nothing */
};

/*
 * printf() whose %s and %c are encoded; the format is the writer's own and goes as it is. Knows
 * flags, widths and precisions (also '*'), and the conversions d i u x X o c s f g e %. A width of
 * %s counts a terminal's columns. NULL is "". A stream's errors are found when it is closed.
 */
void pb_language_vprintf(FILE *out, const struct pb_language *language, const char *fmt,
			 va_list args) pb_printf(3, 0);

/*
 * Would a spreadsheet compute it: "=1", "@A", "-1+2", also behind blanks? @numbers_pass: what is a
 * number with a sign is one ("-1.5", "+12 %", "+22.0  (80.0)"), where numbers and texts share
 * columns.
 */
bool pb_text_is_formula(const char *text, size_t len_bytes, bool numbers_pass);

/* One text. */
void pb_language_text(FILE *out, const struct pb_language *language, const char *text);

#endif
