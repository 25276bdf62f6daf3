/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * svg - gnuplot's SVG made fit to be read: by people with and without eyes, by day and by night.
 * Why: gnuplot writes black text, its own name as the title, and the same ids into every picture.
 */
#ifndef REPORT_DRAW_SVG_H
#define REPORT_DRAW_SVG_H

#include <stdio.h>

#include "common/cleanup.h"

/* Gives the file its title and description, and a style that follows light and dark. In place. */
int pb_svg_finish(const char *path, const char *title, const char *alt) pb_must_check;

/*
 * Writes a finished file into a page: without its prologue and style, every id begun with @prefix,
 * so that pictures do not refer to each other's parts.
 */
int pb_svg_inline(const char *path, const char *prefix, FILE *out) pb_must_check;

#endif
