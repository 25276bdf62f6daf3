/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * terminal - the one way by which text gets onto a terminal.
 * Why: a title that is set, a screen that is cleared, a line that is painted over: none by data.
 */
#ifndef COMMON_ENCODE_TERMINAL_H
#define COMMON_ENCODE_TERMINAL_H

#include <stdarg.h>
#include <stdio.h>

#include "common/cleanup.h"

/*
 * printf() whose every %s is shown by common/encode/printable.h: also line feeds, so that a record
 * is one line whatever its texts hold.
 */
void pb_term_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);
void pb_term_vprintf(FILE *out, const char *fmt, va_list args) pb_printf(2, 0);

/*
 * Text of several lines, which were put together of encoded ones or are a program's last words:
 * line feeds and tabs stay, and lines behind the first are indented, so that none of them reads as
 * one of pinbench's own.
 */
void pb_term_lines(FILE *out, const char *text);

/* The program's own words, of several lines. Never of data. */
void pb_term_own(FILE *out, const char *words);

/*
 * Escapes of our own, for a %s: they are known by their address, which no data has, and take no
 * column.
 */
extern const char pb_term_bold[], pb_term_dim[], pb_term_red[], pb_term_green[], pb_term_plain[];

#endif
