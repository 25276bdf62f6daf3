/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * draw - runs gnuplot once for all figures and turns its output into pictures for files and pages.
 * Why: starting gnuplot for each picture would cost more than drawing them.
 */
#ifndef REPORT_DRAW_DRAW_H
#define REPORT_DRAW_DRAW_H

#include <stdbool.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "report/draw/figure.h"

/* What the program carries with it by this name ("page.css", "head.gp"), or NULL. */
const char *pb_embedded_text(const char *name);

/*
 * Draws all figures into @dir, which exists: NAME.svg (follows the reader's light or dark setting),
 * NAME.tsv (the data) and, if asked, NAME.png; NAME.narrow.svg is for pb_draw_inline(). -ENOENT:
 * gnuplot is not installed.
 */
int pb_draw(const struct pb_figures *figures, const char *dir, bool png) pb_must_check;

/*
 * Writes a drawn figure as elements of a page: wide and narrow, one of which the page's style
 * shows. @serial is unique in the page.
 */
int pb_draw_inline(const struct pb_figure *figure, const char *dir, unsigned int serial,
		   FILE *out) pb_must_check;

#endif
