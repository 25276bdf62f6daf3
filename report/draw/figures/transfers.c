// SPDX-License-Identifier: GPL-2.0-only
/*
 * transfers - cycles of a page against lines that came from other caches, thread by thread.
 * Why: where a strategy gets dearer with threads and transfers rise with it, the line is the price.
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

enum { ASIDE = PB_AXIS_BIT(SHARING) | PB_SETTING_THREADS, TICS = 5 };

static const char cycles[] = "cycles", transfers[] = "transfers";

static double counted(const struct pb_summary_cell *cell, const char *counter)
{
	const struct pb_summary_series *series =
		cell ? pb_summary_find(cell, "call", counter) : NULL;

	return series && series->nr ? series->median : NAN;
}

/* The most pages a call of which a cell of several threads has both counters; 0: there is none. */
static uint64_t pages_of(const struct pb_view *view, const struct pb_setting *setting)
{
	uint64_t most = 0;

	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];
		struct pb_setting own = { .cell = &cell->cell };

		if (cell->cell.nr_threads > 1 && cell->cell.nr_pages > most &&
		    pb_setting_same_but(setting, &own, ASIDE) && !isnan(counted(cell, cycles)) &&
		    !isnan(counted(cell, transfers)))
			most = cell->cell.nr_pages;
	}
	return most;
}

/* The cell with the fewest threads beyond @before, or NULL. */
static const struct pb_summary_cell *cell_next(const struct pb_view *view,
					       const struct pb_setting *setting,
					       enum pb_cell_sharing sharing, const char *strategy,
					       uint64_t nr_pages, uint32_t before)
{
	const struct pb_summary_cell *next = NULL;

	for (size_t s = 0; s < view->nr_settings; s++) {
		const struct pb_setting *other = &view->settings[s];
		uint32_t nr_threads = other->cell->nr_threads;
		const struct pb_summary_cell *cell;

		if (nr_threads <= before || (next && nr_threads >= next->cell.nr_threads) ||
		    !pb_setting_same_but(setting, other, ASIDE) ||
		    other->cell->sharing != (nr_threads == 1 ? PB_SHARING_PRIVATE : sharing))
			continue;
		cell = pb_view_cell(view, other, strategy, nr_pages);
		next = cell ? cell : next;
	}
	return next;
}

/* From one thread, which shares nothing, to many. */
static int line_fill(const struct pb_view *view, const struct pb_setting *setting,
		     const struct pb_sharing_look *look, const char *strategy, uint64_t nr_pages,
		     struct pb_figure *figure)
{
	uint32_t colour = look->grey ? look->grey : pb_strategy_colour(strategy), most = 0;
	const struct pb_summary_cell *cell;
	struct pb_line *line;
	int ret = pb_line_add(figure, pb_sharing_name(look->sharing), colour, view->nr_settings,
			      &line);

	if (ret)
		return ret;
	line->dashed = look->dashed;
	for (uint32_t before = 0;
	     (cell = cell_next(view, setting, look->sharing, strategy, nr_pages, before));
	     before = cell->cell.nr_threads) {
		if (isnan(counted(cell, cycles)) || isnan(counted(cell, transfers)))
			continue;
		most = cell->cell.nr_threads;
		pb_line_point(line, fmax(0, counted(cell, transfers)), counted(cell, cycles), NAN,
			      NAN);
	}
	/* One thread alone is the same dot on every line. */
	if (most < 2) {
		pb_line_drop(figure);
		return 0;
	}
	line->label = pb_format("%s by %" PRIu32, pb_sharing_name(look->sharing), most);
	return line->label ? 0 : -ENOMEM;
}

static int panel_fill(const struct pb_view *view, const struct pb_setting *setting,
		      const char *strategy, uint64_t nr_pages, struct pb_figure *figure)
{
	size_t before = figure->nr_lines;
	int ret = pb_panel_add(figure, strategy);

	for (size_t i = 0; i < PB_NR_SHARING_LOOKS && !ret; i++)
		ret = line_fill(view, setting, &pb_sharing_looks[i], strategy, nr_pages, figure);
	if (!ret && figure->nr_lines == before)
		pb_panel_drop(figure);
	return ret;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	char x[PB_NUMBER_LEN], y[PB_NUMBER_LEN];
	int ret = pb_buf_printf(&buf, "%s. With the most threads:", figure->title);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++) {
		const struct pb_line *line = &figure->lines[i];

		ret = pb_buf_printf(&buf, "%s %s %s: %s transfers, %s cycles", i ? ";" : "",
				    figure->panels[line->panel], line->label,
				    pb_number_short(line->x[line->nr_points - 1], x),
				    pb_number_short(line->y[line->nr_points - 1], y));
	}
	return ret ? NULL : pb_steal(buf.data);
}

static int words_set(const struct pb_setting *setting, uint64_t nr_pages, struct pb_figure *figure)
{
	_cleanup_free_ char *words = pb_setting_title_but(setting, ASIDE);
	char pages[PB_WORD_LEN];

	free(figure->unit);
	figure->unit = strdup("cycles a page");
	figure->title = words ? pb_format("Cycles against lines from other caches: %s, %s a call",
					  words, pb_pages_words(nr_pages, pages))
			      : NULL;
	if (!figure->unit || !figure->title)
		return -ENOMEM;
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	uint64_t nr_pages = pages_of(view, setting);
	struct pb_cell cell = *setting->cell;
	struct pb_setting all = *setting;
	struct pb_figure *figure;
	char number[PB_WORD_LEN];
	int ret;

	if (!nr_pages || !pb_setting_is_first_but(view, setting, ASIDE))
		return 0;
	cell.nr_threads = 1;
	cell.sharing = PB_SHARING_PRIVATE;
	all.cell = &cell;
	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = pb_figure_add(figures, kind, view, &all, number, &figure);
	if (!ret)
		ret = pb_figure_note(figure,
				     "whole calls; a dot for each number of threads, the name "
				     "at the most of them: what they share");
	for (size_t i = 0; i < view->nr_strategies && !ret; i++)
		ret = panel_fill(view, setting, view->strategies[i], nr_pages, figure);
	return ret ? ret : words_set(setting, nr_pages, figure);
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_panels_data(figure, "transfers a page", "sharing", out);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct pb_axes axes = { .words = " (vertical), by lines from other caches a page",
				.at_ends = true };
	double most = 0, step;

	for (size_t i = 0; i < figure->nr_lines; i++)
		for (size_t p = 0; p < figure->lines[i].nr_points; p++)
			most = fmax(most, figure->lines[i].x[p]);
	axes.x_max = most > 0 ? most : 1;
	step = pb_tic_step(axes.x_max, TICS);
	for (int i = 0; i * step <= axes.x_max * 1.001; i++) {
		char text[PB_WORD_LEN];

		snprintf(text, sizeof(text), "%g", i * step);
		pb_axes_tic(&axes, i * step, text);
	}
	return pb_panels_script(figure, &axes, canvas, out);
}

const struct pb_figure_kind pb_figure_transfers = {
	.name = "transfers",
	.template = "panels.gp",
	.overview = true,
	.plan = plan,
	.data = data,
	.script = script,
};
