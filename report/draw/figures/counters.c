// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - what counters said of a page, one panel a counter, a bar a strategy.
 * Why: a time says that one strategy is dearer than another, and its counters say on what.
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

enum {
	ROW_PX = 20,
	HEAD_PX = 30,
	GAP_PX = 8,
	EDGE_PX = 10,
	FOOT_PX = 12,
	NAME_FONT_PX = 11,
	WIDE_PX = 600, /* from here on two panels stand side by side */
	PLOT_LEAST = 60,
};

/* NaN where it did not run. */
static double counted(const struct pb_view *view, const struct pb_summary_cell *cell,
		      const char *counter)
{
	const struct pb_summary_series *series =
		cell ? pb_summary_find(cell, "call", counter) : NULL;

	if (!series || !series->nr)
		return NAN;
	return pb_evidence_is_exact(view->summary->run.evidence) ? series->min : series->median;
}

static bool panel_is_there(const struct pb_figure *figure, const char *counter)
{
	for (size_t i = 0; i < figure->nr_panels; i++)
		if (pb_streq(figure->panels[i], counter))
			return true;
	return false;
}

/* A panel for each counter that ran in some cell, in the order in which they were asked for. */
static int panels_find(const struct pb_view *view, const struct pb_setting *setting,
		       uint64_t nr_pages, struct pb_figure *figure)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_strategies; s++) {
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, view->strategies[s], nr_pages);

		for (size_t i = 0; cell && i < cell->nr_series && !ret; i++)
			if (pb_streq(cell->series[i].phase, "call") &&
			    !isnan(counted(view, cell, cell->series[i].metric)) &&
			    !panel_is_there(figure, cell->series[i].metric))
				ret = pb_panel_add(figure, cell->series[i].metric);
	}
	return ret;
}

static int tile_add(struct pb_figure *figure, size_t row, size_t column, double value,
		    uint32_t colour)
{
	struct pb_tile *tiles = reallocarray(figure->tiles, figure->nr_tiles + 1, sizeof(*tiles));
	char number[PB_NUMBER_LEN];

	if (!tiles)
		return pb_fail(-ENOMEM, "out of memory");
	figure->tiles = tiles;
	tiles[figure->nr_tiles] =
		(struct pb_tile){ .row = row, .column = column, .value = value, .colour = colour };
	tiles[figure->nr_tiles].text =
		isnan(value) ? pb_format("–") : pb_format("%s", pb_number_short(value, number));
	return tiles[figure->nr_tiles].text ? (figure->nr_tiles++, 0) : -ENOMEM;
}

static int place_add(struct pb_figure *figure, const char *name)
{
	char **places = reallocarray(figure->places, figure->nr_places + 1, sizeof(*places));

	if (!places)
		return pb_fail(-ENOMEM, "out of memory");
	figure->places = places;
	places[figure->nr_places] = pb_printable_copy(name, "");
	return places[figure->nr_places] ? (figure->nr_places++, 0) : -ENOMEM;
}

/* Strategies that were measured here are the rows, counters the panels: a field is a bar. */
static int tiles_fill(const struct pb_view *view, const struct pb_setting *setting,
		      uint64_t nr_pages, struct pb_figure *figure, struct pb_buf *alt)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_strategies && !ret; s++) {
		const char *strategy = view->strategies[s];
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, strategy, nr_pages);

		if (!cell || cell->state != PB_CELL_MEASURED)
			continue;
		ret = place_add(figure, strategy);
		if (!ret)
			ret = pb_buf_printf(alt, " %s:", figure->places[figure->nr_places - 1]);
		for (size_t p = 0; p < figure->nr_panels && !ret; p++) {
			ret = tile_add(figure, figure->nr_places - 1, p,
				       counted(view, cell, figure->panels[p]),
				       pb_strategy_colour(strategy));
			if (!ret)
				ret = pb_buf_printf(alt, "%s %s %s", p ? "," : "",
						    figure->panels[p],
						    figure->tiles[figure->nr_tiles - 1].text);
		}
		if (!ret)
			ret = pb_buf_printf(alt, ".");
	}
	return ret;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	_cleanup_free_ char *words = pb_setting_title(setting);
	uint64_t nr_pages = setting->pages[setting->nr_pages - 1];
	char pages[PB_WORD_LEN], number[PB_WORD_LEN];
	struct pb_figure *figure;
	bool drawn;
	int ret;

	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = words ? pb_figure_add(figures, kind, view, setting, number, &figure) : -ENOMEM;
	if (!ret)
		ret = panels_find(view, setting, nr_pages, figure);
	if (ret)
		return ret;
	if (!figure->nr_panels) {
		pb_figure_drop(figures);
		return 0;
	}
	drawn = pb_evidence_row(view->summary->run.evidence)->flags & PB_EVIDENCE_DRAWN;
	ret = pb_figure_note(
		figure,
		drawn ? "whole calls, medians over interleavings; each panel has its own scale"
		      : "whole calls: acquire, release and the harness around them; each "
			"panel has its own scale; –: did not run");
	if (!ret)
		ret = tiles_fill(view, setting, nr_pages, figure, &alt);
	if (ret)
		return ret;
	free(figure->unit);
	figure->unit = strdup("a page");
	figure->title = pb_format("What %s a page: %s, %s a call",
				  drawn ? "was simulated of" : "counters say of", words,
				  pb_pages_words(nr_pages, pages));
	figure->alt = figure->title ? pb_format("%s, a page.%s", figure->title, alt.data) : NULL;
	return figure->unit && figure->alt ? 0 : -ENOMEM;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_figure_head(figure, out);
	fputs("# row\tpanel\tvalue\tcolour\ttext\tcounter\tstrategy\n", out);
	for (size_t i = 0; i < figure->nr_tiles; i++) {
		const struct pb_tile *tile = &figure->tiles[i];

		pb_gp_data_printf(out, "%zu\t%zu\t%.10g\t%" PRIu32 "\t%s\t%s\t%s\n", tile->row,
				  tile->column, isnan(tile->value) ? 0 : tile->value, tile->colour,
				  tile->text, figure->panels[tile->column],
				  figure->places[tile->row]);
	}
}

static int widest(const struct pb_figure *figure, bool numbers)
{
	size_t nr = numbers ? figure->nr_tiles : figure->nr_places;
	int most = 0;

	for (size_t i = 0; i < nr; i++) {
		const char *text = numbers ? figure->tiles[i].text : figure->places[i];
		int px = pb_text_pixels(text, NAME_FONT_PX);

		most = px > most ? px : most;
	}
	return most;
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	int columns = canvas->width >= WIDE_PX && figure->nr_panels > 1 ? 2 : 1;
	int rows = ((int)figure->nr_panels + columns - 1) / columns;
	int panel_px = (canvas->width - EDGE_PX) / columns;
	int left = widest(figure, false) + EDGE_PX + GAP_PX;
	int bar_px = panel_px - left - widest(figure, true) - 2 * GAP_PX;
	int height_px = HEAD_PX + ROW_PX * (int)figure->nr_places + GAP_PX;

	if (bar_px < PLOT_LEAST)
		return pb_fail(-EINVAL, "figure '%s': names leave no room for bars", figure->name);
	canvas->height = canvas->top + rows * height_px + FOOT_PX;
	pb_gp_printf(out, "array NAME[%zu]\narray PANEL[%zu]\narray MOST[%zu]\n", figure->nr_places,
		     figure->nr_panels, figure->nr_panels);
	for (size_t i = 0; i < figure->nr_places; i++) {
		pb_gp_printf(out, "NAME[%zu] = %s\n", i + 1, figure->places[i]);
	}
	for (size_t p = 0; p < figure->nr_panels; p++) {
		_cleanup_free_ char *title = pb_format("%s a page", figure->panels[p]);
		double most = 0;

		for (size_t i = 0; i < figure->nr_tiles; i++)
			if (figure->tiles[i].column == p && figure->tiles[i].value > most)
				most = figure->tiles[i].value;
		pb_gp_printf(out, "MOST[%zu] = %.10g\nPANEL[%zu] = %s\n", p + 1,
			     most > 0 ? most : 1, p + 1, title ? title : "");
	}
	pb_gp_number(out, "NAMES", (double)figure->nr_places);
	pb_gp_number(out, "PANELS", (double)figure->nr_panels);
	pb_gp_number(out, "PER", columns);
	pb_gp_number(out, "PW", panel_px);
	pb_gp_number(out, "PH", height_px);
	pb_gp_number(out, "LEFT", left);
	pb_gp_number(out, "BAR", bar_px);
	pb_gp_number(out, "HEAD", HEAD_PX);
	pb_gp_number(out, "ROW", ROW_PX);
	return 0;
}

const struct pb_figure_kind pb_figure_counters = {
	.name = "counters",
	.template = "counters.gp",
	.one_by_one = true,
	.plan = plan,
	.data = data,
	.script = script,
};
