// SPDX-License-Identifier: GPL-2.0-only
/*
 * wrap - how wide a text is on a terminal, and where it may be broken.
 * Why: bytes, characters and columns are three counts, and only the last one lines up.
 */
#include "common/grid/wrap.h"

#include <string.h>

#include "common/encode/printable.h"

size_t pb_wrap_columns(const char *text)
{
	struct pb_printable walk = { .text = text, .len_bytes = strlen(text) };
	size_t columns = 0;

	while (pb_printable_next(&walk))
		columns += walk.columns;
	return columns;
}

size_t pb_wrap_line(const char *text, size_t columns, const char **ret_next)
{
	size_t len = strlen(text);
	struct pb_printable walk = { .text = text, .len_bytes = len };
	const char *blank = NULL, *end = NULL;
	size_t used = 0;

	while (pb_printable_next(&walk)) {
		used += walk.columns;
		if (walk.at_bytes == 1 && *walk.at == ' ' && walk.at > text)
			blank = walk.at;
		/* The blank that is the line's end needs no column. */
		if (used > columns && walk.at > text && blank != walk.at) {
			end = walk.at;
			break;
		}
	}
	if (!end) {
		*ret_next = text + len;
		return len;
	}
	if (blank)
		end = blank;
	*ret_next = end + strspn(end, blank ? " " : "");
	/* Of several blanks none stands at the end of a line. */
	while (end > text + 1 && end[-1] == ' ')
		end--;
	return (size_t)(end - text);
}

size_t pb_wrap_lines(const char *text, size_t columns)
{
	size_t lines = 0;

	do {
		pb_wrap_line(text, columns, &text);
		lines++;
	} while (*text);
	return lines;
}
