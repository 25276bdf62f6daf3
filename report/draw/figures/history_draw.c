// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_draw - lays a history's panels out to the pixel: lines, dots, and a strip of step sizes.
 * Why: sizes that stand beside their dots collide with lines; above the panel they never do.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/runs/text.h"

enum {
	PANEL_PX = 130,
	TITLE_PX = 18,
	STRIP_PX = 14, /* a row of step sizes; two of them */
	GAP_PX = 8,
	FOOT_PX = 26,
	AXIS_PX = 48,
	BELOW_PX = 22,
	TITLE_FONT_PX = 12,
	LABEL_FONT_PX = 11,
	SMALL_FONT_PX = 10,
	LINE_PX = 14, /* least distance of two labels */
	EDGE_PX = 10,
	LABEL_LEN = 2 * PB_WORD_LEN,
	WIDE_PX = 600, /* from here on two panels stand side by side */
};

static const double least_share = 0.01;

/* A panel's two lines stand next to each other: acquire, then acquire and release. */
static const struct pb_line *line_of(const struct pb_figure *figure, size_t panel, int which)
{
	return &figure->lines[2 * panel + (size_t)which];
}

/* The share by which a line changes at its point @at; 0 where nothing came before. */
static double step_at(const struct pb_line *line, size_t at, double *ret_before)
{
	for (size_t i = at; i-- > 0 && !isnan(line->y[at]);) {
		if (isnan(line->y[i]))
			continue;
		*ret_before = line->y[i];
		if (line->y[i] == 0)
			return line->y[at] == 0 ? 0 : INFINITY;
		return fabs(line->y[at] / line->y[i] - 1);
	}
	return 0;
}

static bool is_step(const struct pb_line *line, size_t at)
{
	double before;

	return step_at(line, at, &before) >= least_share;
}

/* A strategy that keeps nothing has nothing to release: its two lines are one. */
static bool lines_differ(const struct pb_figure *figure, size_t panel)
{
	const struct pb_line *acquire = line_of(figure, panel, 0),
			     *both = line_of(figure, panel, 1);
	double most = 0, apart = 0;

	for (size_t k = 0; k < both->nr_points; k++) {
		if (isnan(both->y[k]))
			continue;
		most = fmax(most, both->y[k]);
		apart = fmax(apart, fabs(both->y[k] - acquire->y[k]));
	}
	return apart * PANEL_PX > most;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_figure_head(figure, out);
	pb_gp_data_printf(
		out,
		"# place\tkernel\tacquire\tboth\tacquire steps\tboth steps; %s; a block a panel\n",
		figure->unit);
	for (size_t p = 0; p < figure->nr_panels; p++) {
		const struct pb_line *acquire = line_of(figure, p, 0),
				     *both = line_of(figure, p, 1);

		if (p)
			fputs("\n\n", out);
		pb_gp_data_printf(out, "# %s\n", figure->panels[p]);
		for (size_t k = 0; k < figure->nr_places; k++)
			pb_gp_data_printf(out, "%zu\t%s\t%.10g\t%.10g\t%d\t%d\n", k,
					  figure->places[k], acquire->y[k], both->y[k],
					  is_step(acquire, k) && lines_differ(figure, p),
					  is_step(both, k));
	}
}

struct layout {
	const struct pb_canvas *canvas;
	int columns;
	int label_px;
	int panel_px; /* width of the plot itself */
	int cell_px;  /* of all that is a panel's */
	int title_px; /* height of the titles: of one line, or of two where one is long */
	double place_px;
};

/* Where a title that is too wide for its panel goes on in a second line; NULL: it is not. */
static const char *title_rest(const struct layout *l, const char *title)
{
	int room_px = l->cell_px - AXIS_PX;
	const char *rest = NULL;

	if (pb_text_pixels(title, TITLE_FONT_PX) <= room_px)
		return NULL;
	for (const char *at = strstr(title, ", "); at; at = strstr(at + 2, ", ")) {
		_cleanup_free_ char *first = strndup(title, (size_t)(at - title) + 1);

		if (first && (!rest || pb_text_pixels(first, TITLE_FONT_PX) <= room_px))
			rest = at + 2;
	}
	return rest;
}

static int layout_make(const struct pb_figure *figure, const struct pb_canvas *canvas,
		       struct layout *ret_layout)
{
	struct layout l = {
		.canvas = canvas,
		.columns = canvas->width >= WIDE_PX && figure->nr_panels > 1 ? 2 : 1,
		.label_px = pb_text_pixels("acquire 12345 ", LABEL_FONT_PX),
	};

	l.cell_px = (canvas->width - EDGE_PX) / l.columns;
	l.panel_px = l.cell_px - AXIS_PX - l.label_px - GAP_PX;
	if (l.panel_px < 60)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for lines", figure->name);
	l.place_px = (double)l.panel_px / (double)figure->nr_places;
	l.title_px = TITLE_PX;
	for (size_t p = 0; p < figure->nr_panels; p++)
		if (title_rest(&l, figure->panels[p]))
			l.title_px = TITLE_PX + LINE_PX;
	*ret_layout = l;
	return 0;
}

/* Where a panel's plot begins, in pixels from the picture's top left. */
static void panel_place(const struct layout *l, size_t panel, double *ret_left, double *ret_top)
{
	int row_px = l->title_px + 2 * STRIP_PX + GAP_PX + PANEL_PX + FOOT_PX;
	size_t column = panel % (size_t)l->columns, row = panel / (size_t)l->columns;

	*ret_left = AXIS_PX + (double)column * l->cell_px;
	*ret_top = l->canvas->top + l->title_px + 2 * STRIP_PX + GAP_PX + (double)row * row_px;
}

static void label_write(FILE *out, const char *text, double x_px, double y_px, const char *how)
{
	pb_gp_printf(out, "set label %s at screen sx(%.1f), screen sy(%.1f) ", text, x_px, y_px);
	pb_gp_script(out, how);
	fputc('\n', out);
}

/* One row of the strip: the biggest steps first, as long as they do not meet. */
static void strip_write(const struct layout *l, const struct pb_line *line, double left_px,
			double y_px, bool muted, FILE *out)
{
	size_t nr = line->nr_points;
	_cleanup_free_ bool *done = calloc(nr, sizeof(*done));
	_cleanup_free_ double *half_px = calloc(nr, sizeof(*half_px)); /* of labels written */

	while (done && half_px) {
		char text[PB_NUMBER_LEN];
		double most = 0, before = 0, own;
		size_t at = nr;
		bool room = true;

		for (size_t k = 0; k < nr; k++) {
			double share = step_at(line, k, &own);

			if (done[k] || share < least_share || share <= most)
				continue;
			most = share;
			before = own;
			at = k;
		}
		if (at == nr)
			return;
		done[at] = true;
		pb_percent_change(before, line->y[at], text);
		own = pb_text_pixels(text, SMALL_FONT_PX) / 2.0 + 1;
		for (size_t k = 0; k < nr; k++)
			room &= half_px[k] == 0 ||
				fabs((double)k - (double)at) * l->place_px >= half_px[k] + own;
		if (!room)
			continue;
		half_px[at] = own;
		/* The last one stays clear of what stands beside the strip. */
		label_write(out, text,
			    left_px + fmin(((double)at + 0.5) * l->place_px, l->panel_px - own),
			    y_px, muted ? "center font ',10' tc rgb MUTED" : "center font ',10'");
	}
}

/* "both 564" beside the line's end. */
static double line_label_px(const struct pb_line *line, double y_max, char text[LABEL_LEN])
{
	char number[PB_NUMBER_LEN];

	for (size_t k = line->nr_points; k-- > 0;) {
		if (isnan(line->y[k]))
			continue;
		snprintf(text, LABEL_LEN, "%s %s", line->name, pb_number_short(line->y[k], number));
		return PANEL_PX * line->y[k] / y_max;
	}
	snprintf(text, LABEL_LEN, "nothing measured");
	return 0;
}

static void line_labels_write(const struct layout *l, const struct pb_figure *figure, size_t panel,
			      double y_max, FILE *out)
{
	double left, top, low, high, x;
	char acquire[LABEL_LEN], both[LABEL_LEN];

	panel_place(l, panel, &left, &top);
	x = left + l->panel_px + GAP_PX / 2.0;
	low = line_label_px(line_of(figure, panel, 0), y_max, acquire);
	high = line_label_px(line_of(figure, panel, 1), y_max, both);
	if (!lines_differ(figure, panel)) {
		high = fmin(high, PANEL_PX - LINE_PX / 2.0);
		label_write(out, acquire, x, top + PANEL_PX - high, "left font ',11'");
		return;
	}
	/* Apart from each other, from the strip above and from the kernels' names below. */
	if (high - low < LINE_PX)
		high = fmax((high + low) / 2, LINE_PX / 2.0) + LINE_PX / 2.0;
	high = fmin(high, PANEL_PX - LINE_PX / 2.0);
	low = fmin(low, high - LINE_PX);
	label_write(out, both, x, top + PANEL_PX - high, "left font ',11'");
	label_write(out, acquire, x, top + PANEL_PX - low, "left font ',11' tc rgb MUTED");
}

static void strips_write(const struct layout *l, const struct pb_figure *figure, size_t panel,
			 FILE *out)
{
	bool two = lines_differ(figure, panel);
	double left, top, x;

	panel_place(l, panel, &left, &top);
	x = left + l->panel_px + GAP_PX / 2.0;
	strip_write(l, line_of(figure, panel, 1), left, top - GAP_PX - (two ? STRIP_PX : 0), false,
		    out);
	label_write(out, two ? "steps: both" : "steps", x, top - GAP_PX - (two ? STRIP_PX : 0),
		    "left font ',10'");
	if (!two)
		return;
	strip_write(l, line_of(figure, panel, 0), left, top - GAP_PX, true, out);
	label_write(out, "acquire", x, top - GAP_PX, "left font ',10' tc rgb MUTED");
}

static void marks_write(const struct layout *l, const struct pb_figure *figure, FILE *out)
{
	for (size_t i = 0; i < figure->nr_marks; i++) {
		const struct pb_mark *mark = &figure->marks[i];
		double left, top;

		panel_place(l, mark->panel, &left, &top);
		label_write(out, mark->text, left + (mark->x + 0.5) * l->place_px,
			    top + PANEL_PX - 4, "left rotate by 90 font ',10' tc rgb MUTED");
	}
}

static void places_write(const struct layout *l, const struct pb_figure *figure, FILE *out)
{
	double last = -INFINITY;
	bool any = false;

	fputs("set xtics (", out);
	for (size_t k = 0; k < figure->nr_places; k++) {
		double half = pb_text_pixels(figure->places[k], LABEL_FONT_PX) / 2.0;
		double x = ((double)k + 0.5) * l->place_px;

		if (x - half < last + 4)
			continue;
		pb_gp_tic_printf(out, any ? ", %s %zu" : "%s %zu", figure->places[k], k);
		any = true;
		last = x + half;
	}
	fputs(")\n", out);
}

static double panel_most(const struct pb_figure *figure, size_t panel)
{
	double most = 0;

	for (int which = 0; which < 2; which++) {
		const struct pb_line *line = line_of(figure, panel, which);

		for (size_t k = 0; k < line->nr_points; k++)
			if (!isnan(line->y[k]))
				most = fmax(most, line->y[k]);
	}
	return most > 0 ? most : 1;
}

/* A gap in a line would be filled over. */
static bool panel_whole(const struct pb_figure *figure, size_t panel)
{
	for (size_t i = 0; i < figure->nr_marks; i++)
		if (figure->marks[i].panel == panel)
			return false;
	return true;
}

/* In one line that ends at @y_px, or in two. */
static void title_write(const struct layout *l, const char *title, double x_px, double y_px,
			FILE *out)
{
	const char *rest = title_rest(l, title);
	_cleanup_free_ char *first = rest ? strndup(title, (size_t)(rest - title) - 1) : NULL;

	if (first)
		label_write(out, first, x_px, y_px - LINE_PX, "left font ',12'");
	label_write(out, rest ? rest : title, x_px, y_px, "left font ',12'");
}

static void panel_write(const struct layout *l, const struct pb_figure *figure, size_t panel,
			FILE *out)
{
	double y_max = panel_most(figure, panel) * 1.06, left, top;
	uint32_t colour = line_of(figure, panel, 1)->colour;
	size_t i = panel + 1;

	panel_place(l, panel, &left, &top);
	pb_gp_printf(out,
		     "PLEFT[%zu] = %.1f\nPTOP[%zu] = %.1f\nYMAX[%zu] = %.10g\nYSTEP[%zu] = %.10g\n"
		     "FILL[%zu] = %d\nTWO[%zu] = %d\nCOLOUR[%zu] = 0x%06x\nPALE[%zu] = 0xa0%06x\n",
		     i, left, i, top, i, y_max, i, pb_tic_step(y_max, PANEL_PX / 32), i,
		     panel_whole(figure, panel), i, lines_differ(figure, panel), i, colour, i,
		     colour);
	title_write(l, figure->panels[panel], left,
		    top - GAP_PX - (lines_differ(figure, panel) ? 2 : 1) * STRIP_PX -
			    TITLE_PX / 4.0,
		    out);
	strips_write(l, figure, panel, out);
	line_labels_write(l, figure, panel, y_max, out);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct layout l = { .columns = 1 };
	size_t nr = figure->nr_panels;
	int rows, ret = layout_make(figure, canvas, &l);

	if (ret)
		return ret;
	rows = ((int)figure->nr_panels + l.columns - 1) / l.columns;
	canvas->height = canvas->top + BELOW_PX +
			 rows * (l.title_px + 2 * STRIP_PX + GAP_PX + PANEL_PX + FOOT_PX);
	pb_gp_printf(out,
		     "array PLEFT[%zu]\narray PTOP[%zu]\narray YMAX[%zu]\narray YSTEP[%zu]\n"
		     "array FILL[%zu]\narray TWO[%zu]\narray COLOUR[%zu]\narray PALE[%zu]\n",
		     nr, nr, nr, nr, nr, nr, nr, nr);
	for (size_t p = 0; p < figure->nr_panels; p++)
		panel_write(&l, figure, p, out);
	marks_write(&l, figure, out);
	places_write(&l, figure, out);
	pb_gp_number(out, "PANELS", (double)figure->nr_panels);
	pb_gp_number(out, "PLACES", (double)figure->nr_places);
	pb_gp_number(out, "PWIDTH", l.panel_px);
	pb_gp_number(out, "PHEIGHT", PANEL_PX);
	return 0;
}

const struct pb_figure_kind pb_figure_history = {
	.name = "history",
	.template = "history.gp",
	.data = data,
	.script = script,
};
