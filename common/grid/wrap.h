/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * wrap - how wide a text is on a terminal, and where it may be broken.
 * Why: bytes, characters and columns are three counts, and only the last one lines up.
 */
#ifndef COMMON_GRID_WRAP_H
#define COMMON_GRID_WRAP_H

#include <stddef.h>

/* Columns of a terminal that the text takes when it is printed (common/encode/terminal.h). */
size_t pb_wrap_columns(const char *text);

/*
 * How many bytes of @text stand on a line of @columns: up to its last blank there, or, of a word
 * that is longer, as much as fits, at least a character. *ret_next is where the next line begins,
 * behind the blanks, or the end.
 */
size_t pb_wrap_line(const char *text, size_t columns, const char **ret_next);

/* Lines that this makes of @text; 1 for an empty one. */
size_t pb_wrap_lines(const char *text, size_t columns);

#endif
