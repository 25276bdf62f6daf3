// SPDX-License-Identifier: GPL-2.0-only
/*
 * bars - horizontal bars with their numbers at the end, laid out to the pixel.
 * Why: gnuplot does not know how wide a reader's font is; room for names and numbers is kept here.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>

#include "common/err.h"
#include "report/draw/figure.h"

enum {
	ROW_PX = 25,
	NAME_FONT_PX = 12,
	LABEL_FONT_PX = 11,
	BOTTOM_PX = 46,
	EDGE_PX = 10,
	GAP_PX = 8,
	AIR_PX = 4
};

void pb_bars_data(const struct pb_figure *figure, FILE *out)
{
	pb_figure_head(figure, out);
	fputs("# row\tname\tstart\tmiddle\tend\tcolour\tpale\tlink\tlabel\n", out);
	for (size_t i = 0; i < figure->nr_bars; i++) {
		const struct pb_bar *bar = &figure->bars[i];

		if (!bar->label)
			continue;
		/* The pale part is see-through, so that it is pale on a dark page, too. */
		pb_gp_data_printf(out, "%zu\t%s\t%.10g\t%.10g\t%.10g\t0x%06x\t0x8c%06x\t%d\t%s\n",
				  i, bar->name, bar->start, bar->middle, bar->end, bar->colour,
				  bar->colour, bar->linked, bar->label);
	}
}

/*
 * The value at the right edge: each bar's own label must still fit behind it. With P pixels for the
 * plot and L for a label, a bar of value v needs an edge of v * P / (P - L).
 */
static double right_edge(const struct pb_figure *figure, int plot_px)
{
	double edge = 0;

	for (size_t i = 0; i < figure->nr_bars; i++) {
		const struct pb_bar *bar = &figure->bars[i];
		double most = fmax(bar->start, bar->end), room;

		if (!bar->label)
			continue;
		room = plot_px - GAP_PX - pb_text_pixels(bar->label, LABEL_FONT_PX);
		edge = fmax(edge, most * plot_px / fmax(room, plot_px / 4.0));
	}
	return edge > 0 ? edge : 1;
}

/* Moves the edge away from the last tic, whose number is centred on it, until that number fits. */
static double edge_clear(double edge, double step, int plot_px)
{
	double last = floor(edge / step) * step;
	char number[PB_WORD_LEN];

	snprintf(number, sizeof(number), "%g", last);
	return fmax(edge, last * plot_px /
				  (plot_px + EDGE_PX - AIR_PX -
				   pb_text_pixels(number, LABEL_FONT_PX) / 2.0));
}

static void rows_write(const struct pb_figure *figure, FILE *out)
{
	pb_gp_printf(out, "array NAME[%zu] = [", figure->nr_bars);
	for (size_t i = 0; i < figure->nr_bars; i++) {
		if (i)
			fputs(", ", out);
		pb_gp_printf(out, "%s", figure->bars[i].name);
	}
	pb_gp_printf(out, "]\narray HEADING[%zu] = [", figure->nr_bars);
	for (size_t i = 0; i < figure->nr_bars; i++)
		pb_gp_printf(out, i ? ", %d" : "%d", !figure->bars[i].label);
	fputs("]\n", out);
}

int pb_bars_script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	int left = 0, plot_px;
	double least = 0, edge, step;

	for (size_t i = 0; i < figure->nr_bars; i++) {
		const struct pb_bar *bar = &figure->bars[i];
		int px = pb_text_pixels(bar->name, NAME_FONT_PX);

		if (bar->label && px > left)
			left = px;
		if (bar->label)
			least = fmin(least, fmin(bar->start, bar->end));
	}
	left += EDGE_PX + GAP_PX;
	plot_px = canvas->width - left - EDGE_PX;
	if (plot_px < 60)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for bars", figure->name);
	edge = right_edge(figure, plot_px);
	step = pb_tic_step(edge, plot_px / 70);
	edge = edge_clear(edge, step, plot_px);
	canvas->height = canvas->top + ROW_PX * (int)figure->nr_bars + BOTTOM_PX;
	rows_write(figure, out);
	pb_gp_number(out, "ROWS", (double)figure->nr_bars);
	pb_gp_number(out, "LEFT", left);
	pb_gp_number(out, "RIGHT", EDGE_PX);
	pb_gp_number(out, "BOTTOM", BOTTOM_PX);
	pb_gp_number(out, "GAP", GAP_PX);
	pb_gp_number(out, "XMIN", least * 1.05);
	pb_gp_number(out, "XMAX", edge);
	pb_gp_number(out, "XSTEP", step);
	return 0;
}
