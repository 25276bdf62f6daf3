// SPDX-License-Identifier: GPL-2.0-only
/*
 * coherence - lines that move between simulated CPUs, and copies that writes take away, by CPUs.
 * Why: transfers stop where every call finds its lines gone; from there invalidations grow, and who
 * sees one of them alone takes contention for over.
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

enum { ASIDE = PB_AXIS_BIT(SHARING) | PB_SETTING_THREADS, LOG_FROM = 8 };

static const struct metric {
	const char *name;
	const char *title;
} metrics[] = {
	{ "transfers", "Cache lines that come from another CPU" },
	{ "invalidations", "Copies in other CPUs' caches that writes take away" },
};

static const struct pb_summary_series *series_of(const struct pb_summary_cell *cell,
						 const struct metric *metric)
{
	const struct pb_summary_series *series =
		cell && cell->state == PB_CELL_MEASURED
			? pb_summary_find(cell, "call", metric->name)
			: NULL;

	return series && series->nr ? series : NULL;
}

static bool in_group(const struct pb_setting *setting, const struct pb_summary_cell *cell)
{
	struct pb_setting own = { .cell = &cell->cell };

	return pb_setting_same_but(setting, &own, ASIDE);
}

/* The most pages a call of which a cell of several threads was simulated; 0: there is none. */
static uint64_t pages_of(const struct pb_view *view, const struct pb_setting *setting,
			 const struct metric *metric)
{
	uint64_t most = 0;

	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];

		if (cell->cell.nr_threads > 1 && cell->cell.nr_pages > most &&
		    in_group(setting, cell) && series_of(cell, metric))
			most = cell->cell.nr_pages;
	}
	return most;
}

/* The cell with the fewest threads beyond @before, or NULL; one thread alone shares nothing. */
static const struct pb_summary_cell *cell_next(const struct pb_view *view,
					       const struct pb_setting *setting,
					       enum pb_cell_sharing sharing, const char *strategy,
					       uint64_t nr_pages, uint32_t before)
{
	const struct pb_summary_cell *next = NULL;

	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];
		uint32_t nr_threads = cell->cell.nr_threads;

		if (nr_threads <= before || (next && nr_threads >= next->cell.nr_threads) ||
		    cell->cell.nr_pages != nr_pages || !in_group(setting, cell) ||
		    !pb_streq(cell->cell.strategy, strategy) ||
		    cell->cell.sharing != (nr_threads == 1 ? PB_SHARING_PRIVATE : sharing))
			continue;
		next = cell;
	}
	return next;
}

static int line_fill(const struct pb_view *view, const struct pb_setting *setting,
		     const struct metric *metric, const struct pb_sharing_look *look,
		     const char *strategy, uint64_t nr_pages, struct pb_figure *figure)
{
	uint32_t colour = look->grey ? look->grey : pb_strategy_colour(strategy), most = 0;
	const struct pb_summary_cell *cell;
	struct pb_line *line;
	int ret = pb_line_add(figure, pb_sharing_name(look->sharing), colour,
			      view->summary->nr_cells, &line);

	if (ret)
		return ret;
	line->dashed = look->dashed;
	for (uint32_t before = 0;
	     (cell = cell_next(view, setting, look->sharing, strategy, nr_pages, before));
	     before = cell->cell.nr_threads) {
		const struct pb_summary_series *series = series_of(cell, metric);

		if (!series)
			continue;
		most = cell->cell.nr_threads;
		pb_line_point(line, most, series->median, series->min, series->max);
	}
	if (most < 2)
		pb_line_drop(figure);
	return 0;
}

static int panel_fill(const struct pb_view *view, const struct pb_setting *setting,
		      const struct metric *metric, const char *strategy, uint64_t nr_pages,
		      struct pb_figure *figure)
{
	size_t before = figure->nr_lines;
	int ret = pb_panel_add(figure, strategy);

	for (size_t i = 0; i < PB_NR_SHARING_LOOKS && !ret; i++)
		ret = line_fill(view, setting, metric, &pb_sharing_looks[i], strategy, nr_pages,
				figure);
	if (!ret && figure->nr_lines == before)
		pb_panel_drop(figure);
	return ret;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	int ret = pb_buf_printf(&buf, "%s. With the most CPUs:", figure->title);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++) {
		const struct pb_line *line = &figure->lines[i];
		char number[PB_NUMBER_LEN];

		ret = pb_buf_printf(&buf, "%s %s, %s by %g: %s", i ? ";" : "",
				    figure->panels[line->panel], line->name,
				    line->x[line->nr_points - 1],
				    pb_number(line->y[line->nr_points - 1], number));
	}
	return ret ? NULL : pb_steal(buf.data);
}

static int words_set(const struct pb_setting *setting, const struct metric *metric,
		     uint64_t nr_pages, struct pb_figure *figure)
{
	_cleanup_free_ char *words = pb_setting_title_but(setting, ASIDE);
	char pages[PB_WORD_LEN];

	free(figure->unit);
	figure->unit = pb_format("%s a page, simulated", metric->name);
	figure->title = words ? pb_format("%s: %s, %s a call", metric->title, words,
					  pb_pages_words(nr_pages, pages))
			      : NULL;
	if (!figure->unit || !figure->title)
		return -ENOMEM;
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static int metric_plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		       const struct pb_setting *setting, const struct metric *metric,
		       struct pb_figures *figures)
{
	uint64_t nr_pages = pages_of(view, setting, metric);
	struct pb_cell cell = *setting->cell;
	struct pb_setting all = *setting;
	struct pb_figure *figure;
	char detail[2 * PB_WORD_LEN];
	int ret;

	if (!nr_pages)
		return 0;
	cell.nr_threads = 1;
	cell.sharing = PB_SHARING_PRIVATE;
	all.cell = &cell;
	snprintf(detail, sizeof(detail), "%.16s-%" PRIu64, metric->name, nr_pages);
	ret = pb_figure_add(figures, kind, view, &all, detail, &figure);
	if (!ret)
		ret = pb_figure_note(figure,
				     "whole calls, medians over interleavings; whiskers: the "
				     "least and the most of them; names: what threads share");
	for (size_t i = 0; i < view->nr_strategies && !ret; i++)
		ret = panel_fill(view, setting, metric, view->strategies[i], nr_pages, figure);
	return ret ? ret : words_set(setting, metric, nr_pages, figure);
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	int ret = 0;

	if (!(pb_evidence_row(view->summary->run.evidence)->flags & PB_EVIDENCE_DRAWN) ||
	    !pb_setting_is_first_but(view, setting, ASIDE))
		return 0;
	for (size_t i = 0; i < PB_ARRAY_SIZE(metrics) && !ret; i++)
		ret = metric_plan(kind, view, setting, &metrics[i], figures);
	return ret;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_panels_data(figure, "cpus", "sharing", out);
}

/* Each number of CPUs that any line has. */
static void tics_add(const struct pb_figure *figure, struct pb_axes *axes)
{
	double last = 0, next;

	do {
		char text[PB_WORD_LEN];

		next = INFINITY;
		for (size_t i = 0; i < figure->nr_lines; i++)
			for (size_t p = 0; p < figure->lines[i].nr_points; p++)
				if (figure->lines[i].x[p] > last)
					next = fmin(next, figure->lines[i].x[p]);
		if (isinf(next))
			return;
		snprintf(text, sizeof(text), "%g", next);
		pb_axes_tic(axes, next, text);
		axes->x_min = last > 0 ? axes->x_min : next;
		axes->x_max = last = next;
	} while (true);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct pb_axes axes = { .words = " (vertical) by CPUs" };

	tics_add(figure, &axes);
	axes.log_x = axes.x_max >= LOG_FROM;
	return pb_panels_script(figure, &axes, canvas, out);
}

const struct pb_figure_kind pb_figure_coherence = {
	.name = "coherence",
	.template = "panels.gp",
	.overview = true,
	.plan = plan,
	.data = data,
	.script = script,
};
