/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figure - a picture on its way: words, data, and the gnuplot script that draws it.
 * Why: a figure is one file in figures/ and one row in its table; drawing is the same for all.
 */
#ifndef REPORT_DRAW_FIGURE_H
#define REPORT_DRAW_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "common/encode/gnuplot.h"
#include "report/runs/figure_selection.h"
#include "report/runs/view.h"

/* One row of a bar chart, in data units. Without a label it is a heading. */
struct pb_bar {
	char *name;
	char *label; /* what stands at the end of the bar; NULL: a heading */
	double start;
	double middle; /* from here to @end the bar is pale */
	double end;
	uint32_t colour; /* 0xRRGGBB */
	bool linked;     /* the next row begins where this one ends */
};

/* One line of a line chart. */
struct pb_line {
	char *name;
	size_t panel; /* index into .panels; lines of one panel are neighbours */
	uint32_t colour;
	bool dashed;
	bool pale;   /* as release is beside acquire */
	bool plain;  /* without a dot at each point */
	bool curve;  /* a thin line without label or dots: what was fitted, not measured */
	char *label; /* at its right end; NULL: its name and last value */
	size_t nr_points;
	double *x;
	double *y;
	double *low; /* the point's spread, NaN: none; NULL where no line of the figure has any */
	double *high;
};

/* Words at a place of a panel where a line has no value. */
struct pb_mark {
	size_t panel;
	double x;
	char *text;
};

/* One field of a map of rows and columns, whose names stand in .panels and .places. */
struct pb_tile {
	size_t row;
	size_t column;
	char *text;      /* what stands in it */
	double value;    /* NaN: there is none, and it is hatched */
	uint32_t colour; /* 0xRRGGBB */
};

struct pb_figure_kind;

/* All strings are owned and clean. */
struct pb_figure {
	const struct pb_figure_kind *kind;
	char *name;  /* the file's name without its ending */
	char *title; /* in words */
	char *note;  /* conditions and evidence class; lines */
	char *alt;   /* the figure for those who cannot see it */
	char *unit;  /* of the value axis: "instructions a page" */
	size_t nr_bars;
	struct pb_bar *bars;
	size_t nr_panels;
	char **panels; /* their titles */
	size_t nr_lines;
	struct pb_line *lines;
	size_t nr_places;
	char **places; /* what stands at 0, 1, 2, ... of an axis of names */
	size_t nr_marks;
	struct pb_mark *marks;
	size_t nr_tiles;
	struct pb_tile *tiles;
};

struct pb_figures {
	size_t nr;
	size_t nr_overview; /* the first of them: what is seen before single settings */
	struct pb_figure *items;
};

/* How large a picture is to be; heights follow from what is in it. */
struct pb_canvas {
	int width;
	int height;
	int top; /* where the plot begins, below title and note */
};

struct pb_figure_kind {
	const char *name;
	const char *template;   /* file in report/draw/templates */
	bool overview;          /* stands above the others */
	bool all_calls;         /* draws each call, not what stands for a cell */
	bool one_by_one;        /* is of one setting: of those that pb_setting_is_drawn() names */
	size_t least_pages;     /* of so many numbers of pages, where not all are wanted */
	unsigned int usual_but; /* for that: axes on which other words are drawn, too */
	/* Adds the figures of one setting of a run to @figures. */
	int (*plan)(const struct pb_figure_kind *kind, const struct pb_view *view,
		    const struct pb_setting *setting, struct pb_figures *figures);
	/* Writes the data for gnuplot, the same for every size. */
	void (*data)(const struct pb_figure *figure, FILE *out);
	/* Sets the canvas's height and writes what the template needs to know, as gnuplot
	 * variables. */
	int (*script)(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out);
};

/*
 * Adds an empty figure "KIND-MEMORY..." whose note names the run. @detail ends the name and may be
 * empty. The pointer is good until the next one is added.
 */
int pb_figure_add(struct pb_figures *figures, const struct pb_figure_kind *kind,
		  const struct pb_view *view, const struct pb_setting *setting, const char *detail,
		  struct pb_figure **ret_figure) pb_must_check;
/* Adds a line to the note: what the marks of this figure mean. */
int pb_figure_note(struct pb_figure *figure, const char *words) pb_must_check;
/* Title and note as comment lines of a data file. */
void pb_figure_head(const struct pb_figure *figure, FILE *out);
/* Takes back the last figure, when it turned out to have nothing to show. */
void pb_figure_drop(struct pb_figures *figures);
void pb_line_done(struct pb_line *line);
int pb_bar_add(struct pb_figure *figure, const struct pb_bar *bar) pb_must_check;
void pb_figures_done(struct pb_figures *figures);

/* Makes of @name, in place, what can be a file's name anywhere. */
void pb_figure_name_tame(char *name);

/* "EOPNOTSUPP", "failed", "not planned": why this cell has no bar. Owned. */
char *pb_figure_absence(const struct pb_summary_cell *cell) pb_must_check;

/* How wide text of this size may come out, in pixels, whatever font the reader has. */
int pb_text_pixels(const char *text, int font_px);

/* A round step (1, 2 or 5 times a power of ten) that divides @span into at most @most parts. */
double pb_tic_step(double span, int most);

/* Bars: shared by all kinds that draw them. */
void pb_bars_data(const struct pb_figure *figure, FILE *out);
int pb_bars_script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out);

#endif
