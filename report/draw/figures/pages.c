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
#include "report/draw/figures/figures.h"
#include "report/draw/panels.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

static int line_fill(struct pb_figure *figure, const struct pb_view *view,
		     const struct pb_setting *setting, const char *strategy)
{
	struct pb_line *line;
	int ret = pb_line_add(figure, strategy, pb_strategy_colour(strategy), setting->nr_pages,
			      &line);

	if (ret)
		return ret;
	line->dashed = pb_strategy_is_fast(strategy);
	for (size_t i = 0; i < setting->nr_pages; i++) {
		struct pb_value value = pb_view_value(
			view, pb_view_cell(view, setting, strategy, setting->pages[i]));

		/* A logarithm knows no zero; a cost of nothing is left out, as is an absence. */
		if (!isnan(value.total) && value.total > 0)
			pb_line_point(line, (double)setting->pages[i], value.total, NAN, NAN);
	}
	/* A line of fewer than two points says nothing about a slope. */
	if (line->nr_points < 2)
		pb_line_drop(figure);
	return 0;
}

static int panel_fill(struct pb_figure *figure, const struct pb_view *view,
		      const struct pb_setting *setting, const char *panel)
{
	size_t before = figure->nr_lines;
	int ret = pb_panel_add(figure, panel);

	for (size_t i = 0; i < view->nr_strategies && !ret; i++) {
		const char *of = pb_strategy_panel(view->strategies[i]);

		if (of && pb_streq(of, panel))
			ret = line_fill(figure, view, setting, view->strategies[i]);
	}
	if (ret)
		return ret;
	if (figure->nr_lines == before) {
		pb_panel_drop(figure);
		return 0;
	}
	/* The floor that all of them stand on, for scale. */
	return line_fill(figure, view, setting, "ref");
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
		const char *panel = pb_strategy_panel(view->strategies[i]);

		if (panel && pb_view_panel_is_new(view, i))
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
	pb_panels_data(figure, "pages", "strategy", out);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct pb_axes axes = { .words = " (vertical) against pages a call",
				.log_x = true,
				.log_y = true };
	const struct pb_line *longest = &figure->lines[0];
	char text[PB_WORD_LEN];

	for (size_t i = 1; i < figure->nr_lines; i++)
		if (figure->lines[i].nr_points > longest->nr_points)
			longest = &figure->lines[i];
	for (size_t i = 0; i < longest->nr_points; i++) {
		snprintf(text, sizeof(text), "%.0f", longest->x[i]);
		pb_axes_tic(&axes, longest->x[i], text);
	}
	return pb_panels_script(figure, &axes, canvas, out);
}

const struct pb_figure_kind pb_figure_pages = {
	.name = "pages",
	.template = "panels.gp",
	.one_by_one = true,
	.least_pages = 3, /* two are in the bars of `cost` */
	.plan = plan,
	.data = data,
	.script = script,
};
