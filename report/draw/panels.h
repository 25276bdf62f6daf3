/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * panels - small multiples of labelled lines on common scales, laid out to the pixel.
 * Why: lines carry their names at their right ends, and names must neither overlap nor be cut off.
 */
#ifndef REPORT_DRAW_PANELS_H
#define REPORT_DRAW_PANELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "report/draw/figure.h"

enum { PB_TICS_MOST = 24 };

struct pb_tic {
	double at;
	char text[24];
};

struct pb_axes {
	const char *words; /* after the unit: " (vertical) against pages a call" */
	bool log_x;
	bool log_y;
	bool at_ends;        /* labels stand at the ends of their lines, not beside the panel */
	double x_min, x_max; /* of the axis; both 0: from the lines */
	double y_min, y_max; /* likewise; of a linear axis zero is always on it */
	size_t nr_tics;      /* on the horizontal axis, rising; those that fit are drawn */
	struct pb_tic tics[PB_TICS_MOST];
};

/* Adds the tic "@at". Beyond PB_TICS_MOST it is left out. */
void pb_axes_tic(struct pb_axes *axes, double at, const char *text);

/* Adds a panel; the lines that are added after it are in it. */
int pb_panel_add(struct pb_figure *figure, const char *title) pb_must_check;

/*
 * Adds a line to the last panel, with room for @nr_most points and none yet. Its label is its name
 * and its last value, or *label where the caller sets one. The pointer is good until the next one.
 */
int pb_line_add(struct pb_figure *figure, const char *name, uint32_t colour, size_t nr_most,
		struct pb_line **ret_line) pb_must_check;

/* Adds a point; @low and @high are the ends of its spread, NaN where there is none. */
void pb_line_point(struct pb_line *line, double x, double y, double low, double high);

/* Takes back the last line, or the last panel with all its lines. */
void pb_line_drop(struct pb_figure *figure);
void pb_panel_drop(struct pb_figure *figure);

/* What figure.h asks of a kind; @words names the columns x and series. */
void pb_panels_data(const struct pb_figure *figure, const char *x_words, const char *name_words,
		    FILE *out);
int pb_panels_script(const struct pb_figure *figure, const struct pb_axes *axes,
		     struct pb_canvas *canvas, FILE *out) pb_must_check;

#endif
