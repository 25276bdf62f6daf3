/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gnuplot - the one way by which text gets into a gnuplot script or into the data that it reads.
 * Why: a line of a script that begins with '!' is a shell's; no text ever begins one, or ends a
 * string.
 */
#ifndef COMMON_ENCODE_GNUPLOT_H
#define COMMON_ENCODE_GNUPLOT_H

#include <stdio.h>

#include "common/cleanup.h"

/*
 * printf() into a script: every %s becomes a whole string of gnuplot's, 'text', in which no escape,
 * back-quote or macro is read. Enhanced text is off (report/draw/draw.c), so that markup is
 * letters.
 */
void pb_gp_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/* The same for the labels of tics, which gnuplot takes for formats. */
void pb_gp_tic_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/*
 * printf() into a data file, for gnuplot and for spreadsheets: fields between tabs, in lines. A %s
 * is one field or a part of one; it holds neither tab nor quote nor comment, and begins no formula.
 */
void pb_gp_data_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/* NAME = VALUE, in a script. */
void pb_gp_number(FILE *out, const char *name, double value);

/* What is gnuplot's language already: a template, or what these functions wrote. Never of data. */
void pb_gp_script(FILE *out, const char *script);

#endif
