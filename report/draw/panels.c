// SPDX-License-Identifier: GPL-2.0-only
/*
 * panels - small multiples of labelled lines on common scales, laid out to the pixel.
 * Why: lines carry their names at their right ends, and names must neither overlap nor be cut off.
 */
#include "report/draw/panels.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

enum {
	PANEL_PX = 150,
	HEAD_PX = 34,
	FOOT_PX = 24,
	AXIS_PX = 40,
	LABEL_FONT_PX = 11,
	LINE_PX = 14, /* least distance of two labels */
	EDGE_PX = 10,
	GAP_PX = 6,
	TIC_GAP_PX = 6,
	WIDE_PX = 600, /* from here on two panels stand side by side */
	PLOT_LEAST = 60,
	LABELS_MAX = 32,
};

void pb_axes_tic(struct pb_axes *axes, double at, const char *text)
{
	if (axes->nr_tics == PB_TICS_MOST)
		return;
	axes->tics[axes->nr_tics].at = at;
	snprintf(axes->tics[axes->nr_tics].text, sizeof(axes->tics[0].text), "%s", text);
	axes->nr_tics++;
}

int pb_panel_add(struct pb_figure *figure, const char *title)
{
	char **panels = reallocarray(figure->panels, figure->nr_panels + 1, sizeof(*panels));

	if (!panels)
		return pb_fail(-ENOMEM, "out of memory");
	figure->panels = panels;
	panels[figure->nr_panels] = pb_printable_copy(title, "");
	return panels[figure->nr_panels] ? (figure->nr_panels++, 0) : -ENOMEM;
}

int pb_line_add(struct pb_figure *figure, const char *name, uint32_t colour, size_t nr_most,
		struct pb_line **ret_line)
{
	struct pb_line *lines = reallocarray(figure->lines, figure->nr_lines + 1, sizeof(*lines));
	struct pb_line *line;

	if (!lines)
		return pb_fail(-ENOMEM, "out of memory");
	figure->lines = lines;
	line = &lines[figure->nr_lines++];
	*line = (struct pb_line){ .panel = figure->nr_panels - 1, .colour = colour };
	line->name = pb_printable_copy(name, "");
	line->x = calloc(nr_most + 1, sizeof(double));
	line->y = calloc(nr_most + 1, sizeof(double));
	line->low = calloc(nr_most + 1, sizeof(double));
	line->high = calloc(nr_most + 1, sizeof(double));
	if (!line->name || !line->x || !line->y || !line->low || !line->high)
		return pb_fail(-ENOMEM, "out of memory");
	*ret_line = line;
	return 0;
}

void pb_line_point(struct pb_line *line, double x, double y, double low, double high)
{
	size_t at = line->nr_points++;

	line->x[at] = x;
	line->y[at] = y;
	line->low[at] = low;
	line->high[at] = high;
}

void pb_line_drop(struct pb_figure *figure)
{
	pb_line_done(&figure->lines[--figure->nr_lines]);
}

void pb_panel_drop(struct pb_figure *figure)
{
	figure->nr_panels--;
	while (figure->nr_lines && figure->lines[figure->nr_lines - 1].panel == figure->nr_panels)
		pb_line_drop(figure);
	free(figure->panels[figure->nr_panels]);
}

static void number_write(double value, FILE *out)
{
	pb_gp_data_printf(out, isnan(value) ? "\tnan" : "\t%.10g", value);
}

void pb_panels_data(const struct pb_figure *figure, const char *x_words, const char *name_words,
		    FILE *out)
{
	pb_figure_head(figure, out);
	pb_gp_data_printf(out, "# %s\t%s\tlow\thigh\t%s\tpanel\n", x_words, figure->unit,
			  name_words);
	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];

		if (i)
			fputs("\n\n", out);
		for (size_t p = 0; p < line->nr_points; p++) {
			pb_gp_data_printf(out, "%.10g\t%.10g", line->x[p], line->y[p]);
			number_write(line->low[p], out);
			number_write(line->high[p], out);
			pb_gp_data_printf(out, "\t%s\t%s\n", line->name,
					  figure->panels[line->panel]);
		}
	}
}

/* What a panel's script needs: its place in pixels and the range of its axes. */
struct layout {
	const struct pb_axes *axes;
	int columns;
	int label_px;
	int panel_px; /* width of the plot itself */
	double x_min, x_max, y_min, y_max;
};

/* Where a value lies between the ends of its axis, 0 to 1. */
static double part_of(double value, double least, double most, bool log_axis)
{
	return log_axis ? log(value / least) / log(most / least) : (value - least) / (most - least);
}

static char *label_make(const struct pb_line *line)
{
	char number[PB_NUMBER_LEN];

	if (line->label)
		return strdup(line->label);
	return pb_format("%s %s", line->name,
			 pb_number_short(line->y[line->nr_points - 1], number));
}

static void range_of(const struct pb_figure *figure, struct layout *l)
{
	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];

		for (size_t p = 0; p < line->nr_points; p++) {
			l->x_min = fmin(l->x_min, line->x[p]);
			l->x_max = fmax(l->x_max, line->x[p]);
			/* fmin() and fmax() pass over NaN. */
			l->y_min = fmin(l->y_min, fmin(line->y[p], line->low[p]));
			l->y_max = fmax(l->y_max, fmax(line->y[p], line->high[p]));
		}
	}
}

static struct layout layout_make(const struct pb_figure *figure, const struct pb_axes *axes,
				 const struct pb_canvas *canvas)
{
	struct layout l = { .axes = axes,
			    .columns = canvas->width >= WIDE_PX && figure->nr_panels > 1 ? 2 : 1,
			    .x_min = INFINITY,
			    .x_max = -INFINITY,
			    .y_min = INFINITY,
			    .y_max = -INFINITY };

	range_of(figure, &l);
	for (size_t i = 0; i < figure->nr_lines; i++) {
		_cleanup_free_ char *label = label_make(&figure->lines[i]);
		int px = label ? pb_text_pixels(label, LABEL_FONT_PX) : 0;

		l.label_px = px > l.label_px ? px : l.label_px;
	}
	l.panel_px = (canvas->width - EDGE_PX) / l.columns - AXIS_PX - l.label_px - GAP_PX;
	if (axes->x_min < axes->x_max) {
		l.x_min = axes->x_min;
		l.x_max = axes->x_max;
	} else if (l.x_min == l.x_max) {
		l.x_max = axes->log_x ? 2 * l.x_min : l.x_min + 1;
	}
	if (axes->y_min < axes->y_max) {
		l.y_min = axes->y_min;
		l.y_max = axes->y_max;
		return l;
	}
	/* Whole decades below, a little air above. */
	l.y_min = axes->log_y ? pow(10, floor(log10(l.y_min) + 1e-9)) : fmin(0, l.y_min * 1.05);
	l.y_max = axes->log_y ? l.y_max * 1.25 : fmax(l.y_max * 1.05, l.y_min + 1e-9);
	return l;
}

struct label {
	const struct pb_line *line;
	double px;   /* from the panel's bottom */
	double back; /* from the panel's right end */
};

/* Pushes labels apart, from the lowest up and then back down from the panel's top. */
static void labels_spread(struct label *labels, size_t nr, double top)
{
	for (size_t i = 1; i < nr; i++) {
		struct label moved = labels[i];
		size_t at = i;

		for (; at && labels[at - 1].px > moved.px; at--)
			labels[at] = labels[at - 1];
		labels[at] = moved;
	}
	for (size_t i = 1; i < nr; i++)
		labels[i].px = fmax(labels[i].px, labels[i - 1].px + LINE_PX);
	for (size_t i = nr; i-- > 0;) {
		labels[i].px = fmin(labels[i].px, top);
		top = labels[i].px - LINE_PX;
	}
}

static void labels_write(const struct pb_figure *figure, const struct layout *l, size_t panel,
			 double x_px, double bottom_px, const struct pb_canvas *canvas, FILE *out)
{
	struct label labels[LABELS_MAX];
	size_t nr = 0;

	for (size_t i = 0; i < figure->nr_lines && nr < LABELS_MAX; i++) {
		const struct pb_line *line = &figure->lines[i];

		if (line->panel != panel || line->curve)
			continue;
		labels[nr].line = line;
		labels[nr].back =
			l->axes->at_ends
				? l->panel_px * (1 - part_of(line->x[line->nr_points - 1], l->x_min,
							     l->x_max, l->axes->log_x))
				: 0;
		labels[nr++].px = PANEL_PX * part_of(line->y[line->nr_points - 1], l->y_min,
						     l->y_max, l->axes->log_y);
	}
	labels_spread(labels, nr, PANEL_PX);
	for (size_t i = 0; i < nr; i++) {
		_cleanup_free_ char *text = label_make(labels[i].line);

		pb_gp_printf(out, "set label %s at screen %.6f, screen %.6f left font ',%d'\n",
			     text ? text : "?", (x_px - labels[i].back) / canvas->width,
			     1 - (bottom_px - labels[i].px) / canvas->height, LABEL_FONT_PX);
	}
}

/* Those that do not touch the one before. */
static void tics_write(const struct layout *l, FILE *out)
{
	const struct pb_axes *axes = l->axes;
	double free_from = -INFINITY;
	bool any = false;

	fputs("set xtics (", out);
	for (size_t i = 0; i < axes->nr_tics; i++) {
		double px =
			l->panel_px * part_of(axes->tics[i].at, l->x_min, l->x_max, axes->log_x);
		double half = pb_text_pixels(axes->tics[i].text, LABEL_FONT_PX) / 2.0;

		if (px - half < free_from)
			continue;
		pb_gp_tic_printf(out, any ? ", %s %.10g" : "%s %.10g", axes->tics[i].text,
				 axes->tics[i].at);
		any = true;
		free_from = px + half + TIC_GAP_PX;
	}
	fputs(")\n", out);
}

static void panels_write(const struct pb_figure *figure, const struct layout *l,
			 const struct pb_canvas *canvas, FILE *out)
{
	int cell_px = (canvas->width - EDGE_PX) / l->columns;

	for (size_t p = 0; p < figure->nr_panels; p++) {
		int row = (int)p / l->columns, column = (int)p % l->columns;
		double left = AXIS_PX + cell_px * column;
		double top = canvas->top + HEAD_PX + (PANEL_PX + HEAD_PX + FOOT_PX) * row;
		size_t first = 0, last;

		while (figure->lines[first].panel != p)
			first++;
		for (last = first; last + 1 < figure->nr_lines; last++)
			if (figure->lines[last + 1].panel != p)
				break;
		pb_gp_printf(
			out,
			"PLEFT[%zu] = %.1f\nPTOP[%zu] = %.1f\nFIRST[%zu] = %zu\nLAST[%zu] = %zu\n",
			p + 1, left, p + 1, top, p + 1, first + 1, p + 1, last + 1);
		pb_gp_printf(out, "PANEL[%zu] = %s\n", p + 1, figure->panels[p]);
		labels_write(figure, l, p, left + l->panel_px + GAP_PX, top + PANEL_PX, canvas,
			     out);
	}
}

static void lines_write(const struct pb_figure *figure, FILE *out)
{
	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];

		pb_gp_printf(out,
			     line->pale ? "COLOUR[%zu] = 0x8c%06x\n" : "COLOUR[%zu] = 0x%06x\n",
			     i + 1, line->colour);
		pb_gp_printf(out, "DASH[%zu] = %d\nPOINTS[%zu] = %g\n", i + 1, line->dashed ? 2 : 1,
			     i + 1, line->curve || line->plain ? 0 : 0.35);
		pb_gp_printf(out, "WIDTH[%zu] = %g\n", i + 1, line->curve ? 1.0 : 2.0);
	}
}

int pb_panels_script(const struct pb_figure *figure, const struct pb_axes *axes,
		     struct pb_canvas *canvas, FILE *out)
{
	struct layout l = layout_make(figure, axes, canvas);
	int rows = ((int)figure->nr_panels + l.columns - 1) / l.columns;

	if (l.panel_px < PLOT_LEAST)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for lines", figure->name);
	canvas->height = canvas->top + rows * (PANEL_PX + HEAD_PX + FOOT_PX) + 22;
	pb_gp_printf(out, "array PLEFT[%zu]\narray PTOP[%zu]\narray FIRST[%zu]\narray LAST[%zu]\n",
		     figure->nr_panels, figure->nr_panels, figure->nr_panels, figure->nr_panels);
	pb_gp_printf(out,
		     "array PANEL[%zu]\narray COLOUR[%zu]\narray DASH[%zu]\narray POINTS[%zu]\n"
		     "array WIDTH[%zu]\n",
		     figure->nr_panels, figure->nr_lines, figure->nr_lines, figure->nr_lines,
		     figure->nr_lines);
	lines_write(figure, out);
	panels_write(figure, &l, canvas, out);
	if (axes->log_x)
		fputs("set logscale x 2\n", out);
	if (axes->log_y)
		fputs("set logscale y 10\n", out);
	tics_write(&l, out);
	pb_gp_printf(out, "WORDS = %s\n", axes->words);
	/*
	 * gnuplot chooses the tics of a logarithm well, and those of a short linear axis too many.
	 */
	pb_gp_number(out, "YSTEP", axes->log_y ? 0 : pb_tic_step(l.y_max - l.y_min, PANEL_PX / 30));
	pb_gp_number(out, "PANELS", (double)figure->nr_panels);
	pb_gp_number(out, "PWIDTH", l.panel_px);
	pb_gp_number(out, "PHEIGHT", PANEL_PX);
	pb_gp_number(out, "XMIN", l.x_min);
	pb_gp_number(out, "XMAX", l.x_max);
	pb_gp_number(out, "YMIN", l.y_min);
	pb_gp_number(out, "YMAX", l.y_max);
	return 0;
}
