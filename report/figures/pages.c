// SPDX-License-Identifier: GPL-2.0-only
/*
 * pages - cost of a page against the pages of a call: one panel a family, both axes logarithmic.
 * Why: what a call costs once and what each page costs are told apart by the slope.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/figures/figures.h"
#include "report/strategy.h"
#include "report/text.h"

enum {
	PANEL_PX = 150,
	HEAD_PX = 34,
	FOOT_PX = 24,
	AXIS_PX = 40,
	LABEL_FONT_PX = 11,
	LINE_PX = 14, /* least distance of two labels */
	EDGE_PX = 10,
	GAP_PX = 6,
	WIDE_PX = 600, /* from here on two panels stand side by side */
	LABELS_MAX = 32,
};

/* The panel that a strategy is drawn in; NULL: in none, or (ref) in all. */
static const char *panel_of(const char *name)
{
	const struct pb_strategy *strategy = pb_strategy_find(name);

	if (!strategy)
		return "others";
	if (pb_streq(strategy->family, "noop") || pb_streq(strategy->family, "ref"))
		return NULL;
	/* What does not stand on a bare reference keeps none. */
	for (const struct pb_strategy *s = strategy; s; s = pb_strategy_find(s->floor)) {
		if (pb_streq(s->name, "ref"))
			return strategy->family;
		if (pb_streq(s->floor, s->name))
			break;
	}
	return "no reference";
}

static int line_add(struct pb_figure *figure, const struct pb_view *view,
		    const struct pb_setting *setting, const char *strategy, size_t panel)
{
	struct pb_line *lines = reallocarray(figure->lines, figure->nr_lines + 1, sizeof(*lines));
	struct pb_line *line;

	if (!lines)
		return pb_fail(-ENOMEM, "out of memory");
	figure->lines = lines;
	line = &lines[figure->nr_lines];
	*line = (struct pb_line){ .panel = panel,
				  .colour = pb_strategy_colour(strategy),
				  .dashed = pb_strategy_is_fast(strategy) };
	line->name = pb_text_printable(strategy, "");
	line->x = calloc(setting->nr_pages, sizeof(double));
	line->y = calloc(setting->nr_pages, sizeof(double));
	figure->nr_lines++;
	if (!line->name || !line->x || !line->y)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < setting->nr_pages; i++) {
		struct pb_value value = pb_view_value(
			view, pb_view_cell(view, setting, strategy, setting->pages[i]));

		/* A logarithm knows no zero; a cost of nothing is left out, as is an absence. */
		if (isnan(value.total) || value.total <= 0)
			continue;
		line->x[line->nr_points] = (double)setting->pages[i];
		line->y[line->nr_points++] = value.total;
	}
	return 0;
}

/* A line of fewer than two points says nothing about a slope. */
static void line_drop_if_short(struct pb_figure *figure)
{
	struct pb_line *line = &figure->lines[figure->nr_lines - 1];

	if (line->nr_points >= 2)
		return;
	free(line->name);
	free(line->x);
	free(line->y);
	figure->nr_lines--;
}

static int panel_fill(struct pb_figure *figure, const struct pb_view *view,
		      const struct pb_setting *setting, const char *panel)
{
	size_t before = figure->nr_lines;
	char **panels = reallocarray(figure->panels, figure->nr_panels + 1, sizeof(*panels));
	int ret = 0;

	if (!panels)
		return pb_fail(-ENOMEM, "out of memory");
	figure->panels = panels;
	for (size_t i = 0; i < view->nr_strategies && !ret; i++) {
		const char *of = panel_of(view->strategies[i]);

		if (!of || !pb_streq(of, panel))
			continue;
		ret = line_add(figure, view, setting, view->strategies[i], figure->nr_panels);
		if (!ret)
			line_drop_if_short(figure);
	}
	if (ret || figure->nr_lines == before)
		return ret;
	/* The floor that all of them stand on, for scale. */
	ret = line_add(figure, view, setting, "ref", figure->nr_panels);
	if (ret)
		return ret;
	line_drop_if_short(figure);
	panels[figure->nr_panels] = strdup(panel);
	return panels[figure->nr_panels++] ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static bool panel_is_new(const struct pb_view *view, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		const char *before = panel_of(view->strategies[i]);

		if (before && pb_streq(before, panel_of(view->strategies[at])))
			return false;
	}
	return true;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	char first[PB_NUMBER_LEN], last[PB_NUMBER_LEN];
	int ret =
		pb_buf_printf(&buf, "%s, %s, from few pages to many:", figure->title, figure->unit);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++) {
		const struct pb_line *line = &figure->lines[i];

		ret = pb_buf_printf(&buf, "%s %s %s to %s", i ? "," : "", line->name,
				    pb_number_short(line->y[0], first),
				    pb_number_short(line->y[line->nr_points - 1], last));
	}
	return ret ? NULL : pb_steal(buf.data);
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	_cleanup_free_ char *words = pb_setting_title(setting);
	struct pb_figure *figure;
	int ret;

	if (setting->nr_pages < 2)
		return 0;
	ret = words ? pb_figure_add(figures, kind, view, setting, "", &figure) : -ENOMEM;
	if (!ret)
		ret = pb_figure_note(
			figure, "acquire and release together; numbers: at most pages; dashed: "
				"fast path");
	for (size_t i = 0; i < view->nr_strategies && !ret; i++) {
		const char *panel = panel_of(view->strategies[i]);

		if (panel && panel_is_new(view, i))
			ret = panel_fill(figure, view, setting, panel);
	}
	if (ret)
		return ret;
	if (!figure->nr_panels) {
		pb_figure_drop(figures);
		return 0;
	}
	figure->title = pb_format("Cost of a page by pages a call: %s", words);
	if (!figure->title)
		return -ENOMEM;
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_figure_head(figure, out);
	fprintf(out, "# pages\t%s\tstrategy\n", figure->unit);
	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];

		fputs(i ? "\n\n" : "", out);
		for (size_t p = 0; p < line->nr_points; p++)
			fprintf(out, "%.10g\t%.10g\t%s\n", line->x[p], line->y[p], line->name);
	}
}

/* What a panel's script needs: its place in pixels and the range of its axes. */
struct layout {
	int columns;
	int label_px;
	int panel_px; /* width of the plot itself */
	double x_min, x_max, y_min, y_max;
};

static struct layout layout_make(const struct pb_figure *figure, const struct pb_canvas *canvas)
{
	struct layout l = { .columns = canvas->width >= WIDE_PX && figure->nr_panels > 1 ? 2 : 1,
			    .x_min = INFINITY,
			    .y_min = INFINITY };

	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];
		int px = pb_text_pixels(line->name, LABEL_FONT_PX) +
			 pb_text_pixels(" 12345", LABEL_FONT_PX);

		l.label_px = px > l.label_px ? px : l.label_px;
		for (size_t p = 0; p < line->nr_points; p++) {
			l.x_min = fmin(l.x_min, line->x[p]);
			l.x_max = fmax(l.x_max, line->x[p]);
			l.y_min = fmin(l.y_min, line->y[p]);
			l.y_max = fmax(l.y_max, line->y[p]);
		}
	}
	l.panel_px = (canvas->width - EDGE_PX) / l.columns - AXIS_PX - l.label_px - GAP_PX;
	/* Whole decades below, a little air above. */
	l.y_min = pow(10, floor(log10(l.y_min) + 1e-9));
	l.y_max *= 1.25;
	return l;
}

struct label {
	const struct pb_line *line;
	double px; /* from the panel's bottom */
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

		if (line->panel != panel)
			continue;
		labels[nr].line = line;
		labels[nr++].px = PANEL_PX * log(line->y[line->nr_points - 1] / l->y_min) /
				  log(l->y_max / l->y_min);
	}
	labels_spread(labels, nr, PANEL_PX);
	for (size_t i = 0; i < nr; i++) {
		char number[PB_NUMBER_LEN];
		_cleanup_free_ char *text = pb_format(
			"%s %s", labels[i].line->name,
			pb_number_short(labels[i].line->y[labels[i].line->nr_points - 1], number));

		fputs("set label ", out);
		pb_gp_string(out, text ? text : "?");
		fprintf(out, " at screen %.6f, screen %.6f left font ',%d'\n", x_px / canvas->width,
			1 - (bottom_px - labels[i].px) / canvas->height, LABEL_FONT_PX);
	}
}

static void tics_write(const struct pb_figure *figure, const struct layout *l, FILE *out)
{
	const struct pb_line *longest = &figure->lines[0];
	double last = -INFINITY;
	bool any = false;

	for (size_t i = 1; i < figure->nr_lines; i++)
		if (figure->lines[i].nr_points > longest->nr_points)
			longest = &figure->lines[i];
	fputs("set xtics (", out);
	for (size_t i = 0; i < longest->nr_points; i++) {
		double px = l->panel_px * log(longest->x[i] / l->x_min) / log(l->x_max / l->x_min);

		if (px - last < 34)
			continue;
		fprintf(out, "%s'%.0f' %.0f", any ? ", " : "", longest->x[i], longest->x[i]);
		any = true;
		last = px;
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
		fprintf(out,
			"PLEFT[%zu] = %.1f\nPTOP[%zu] = %.1f\nFIRST[%zu] = %zu\nLAST[%zu] = %zu\n",
			p + 1, left, p + 1, top, p + 1, first + 1, p + 1, last + 1);
		fprintf(out, "PANEL[%zu] = ", p + 1);
		pb_gp_string(out, figure->panels[p]);
		fputc('\n', out);
		labels_write(figure, l, p, left + l->panel_px + GAP_PX, top + PANEL_PX, canvas,
			     out);
	}
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct layout l = layout_make(figure, canvas);
	int rows = ((int)figure->nr_panels + l.columns - 1) / l.columns;

	if (l.panel_px < 60)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for lines", figure->name);
	canvas->height = canvas->top + rows * (PANEL_PX + HEAD_PX + FOOT_PX) + 22;
	fprintf(out,
		"array PLEFT[%zu]\narray PTOP[%zu]\narray FIRST[%zu]\narray LAST[%zu]\n"
		"array PANEL[%zu]\narray COLOUR[%zu]\narray DASH[%zu]\n",
		figure->nr_panels, figure->nr_panels, figure->nr_panels, figure->nr_panels,
		figure->nr_panels, figure->nr_lines, figure->nr_lines);
	for (size_t i = 0; i < figure->nr_lines; i++)
		fprintf(out, "COLOUR[%zu] = 0x%06x\nDASH[%zu] = %d\n", i + 1,
			figure->lines[i].colour, i + 1, figure->lines[i].dashed ? 2 : 1);
	panels_write(figure, &l, canvas, out);
	tics_write(figure, &l, out);
	pb_gp_number(out, "PANELS", (double)figure->nr_panels);
	pb_gp_number(out, "PWIDTH", l.panel_px);
	pb_gp_number(out, "PHEIGHT", PANEL_PX);
	pb_gp_number(out, "XMIN", l.x_min);
	pb_gp_number(out, "XMAX", l.x_max);
	pb_gp_number(out, "YMIN", l.y_min);
	pb_gp_number(out, "YMAX", l.y_max);
	return 0;
}

const struct pb_figure_kind pb_figure_pages = {
	.name = "pages",
	.template = "pages.gp",
	.plan = plan,
	.data = data,
	.script = script,
};
