// SPDX-License-Identifier: GPL-2.0-only
/*
 * history - what a page costs on one kernel after the other: a figure a strategy.
 * Why: a step is seen as one, with the kernel that it came with.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/figures/figures.h"
#include "report/history.h"
#include "report/strategy.h"
#include "report/text.h"
#include "report/view.h"

static const struct {
	const char *name;
	bool with_release;
} lines[] = {
	{ "acquire", false },
	{ "both", true },
};

static double value_of(const struct pb_history *h, const struct pb_history_cell *cell, size_t k,
		       bool with_release)
{
	double acquire = pb_history_value(h, cell, k, "acquire");

	return with_release ? acquire + pb_history_value(h, cell, k, "release") : acquire;
}

static int line_add(struct pb_figure *figure, const struct pb_history *h,
		    const struct pb_history_cell *cell, size_t at)
{
	struct pb_line *grown = reallocarray(figure->lines, figure->nr_lines + 1, sizeof(*grown));
	struct pb_line *line;

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	figure->lines = grown;
	line = &grown[figure->nr_lines++];
	*line = (struct pb_line){ .panel = figure->nr_panels,
				  .colour = pb_strategy_colour(cell->cell->strategy),
				  .dashed = !lines[at].with_release,
				  .nr_points = h->nr_kernels };
	line->name = strdup(lines[at].name);
	line->x = calloc(h->nr_kernels, sizeof(double));
	line->y = calloc(h->nr_kernels, sizeof(double));
	if (!line->name || !line->x || !line->y)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t k = 0; k < h->nr_kernels; k++) {
		line->x[k] = (double)k;
		line->y[k] = value_of(h, cell, k, lines[at].with_release);
	}
	return 0;
}

/* Where a kernel has no value, the reason stands in the panel. */
static int marks_add(struct pb_figure *figure, const struct pb_history *h,
		     const struct pb_history_cell *cell)
{
	for (size_t k = 0; k < h->nr_kernels; k++) {
		struct pb_mark *marks;

		if (!isnan(value_of(h, cell, k, true)))
			continue;
		marks = reallocarray(figure->marks, figure->nr_marks + 1, sizeof(*marks));
		if (!marks)
			return pb_fail(-ENOMEM, "out of memory");
		figure->marks = marks;
		marks[figure->nr_marks] = (struct pb_mark){ figure->nr_panels, (double)k,
							    pb_figure_absence(cell->at[k]) };
		if (!marks[figure->nr_marks++].text)
			return -ENOMEM;
	}
	return 0;
}

static char *panel_title(const struct pb_cell *cell)
{
	_cleanup_free_ char *words = pb_cell_title(cell);
	char pages[PB_WORD_LEN];

	return words ? pb_format("%s, %s a call", words, pb_pages_words(cell->nr_pages, pages))
		     : NULL;
}

static int panel_add(struct pb_figure *figure, const struct pb_history *h,
		     const struct pb_history_cell *cell)
{
	char **panels = reallocarray(figure->panels, figure->nr_panels + 1, sizeof(*panels));
	int ret = 0;

	if (!panels)
		return pb_fail(-ENOMEM, "out of memory");
	figure->panels = panels;
	for (size_t i = 0; i < PB_ARRAY_SIZE(lines) && !ret; i++)
		ret = line_add(figure, h, cell, i);
	if (!ret)
		ret = marks_add(figure, h, cell);
	if (ret)
		return ret;
	panels[figure->nr_panels] = panel_title(cell->cell);
	return panels[figure->nr_panels++] ? 0 : -ENOMEM;
}

/* Memory types side by side, fewer pages below: the history's cells have the memory first. */
static int panels_add(struct pb_figure *figure, const struct pb_history *h, const char *strategy)
{
	uint64_t below = UINT64_MAX;

	for (;;) {
		uint64_t nr_pages = 0;

		for (size_t i = 0; i < h->nr_cells; i++) {
			const struct pb_cell *cell = h->cells[i].cell;

			if (pb_streq(cell->strategy, strategy) && cell->nr_pages < below &&
			    cell->nr_pages > nr_pages)
				nr_pages = cell->nr_pages;
		}
		if (!nr_pages)
			return 0;
		for (size_t i = 0; i < h->nr_cells; i++) {
			const struct pb_cell *cell = h->cells[i].cell;
			int ret = 0;

			if (pb_streq(cell->strategy, strategy) && cell->nr_pages == nr_pages)
				ret = panel_add(figure, h, &h->cells[i]);
			if (ret)
				return ret;
		}
		below = nr_pages;
	}
}

static int places_add(struct pb_figure *figure, const struct pb_history *h)
{
	figure->places = calloc(h->nr_kernels, sizeof(*figure->places));
	if (!figure->places)
		return pb_fail(-ENOMEM, "out of memory");
	for (; figure->nr_places < h->nr_kernels; figure->nr_places++) {
		figure->places[figure->nr_places] = strdup(h->kernels[figure->nr_places].label);
		if (!figure->places[figure->nr_places])
			return pb_fail(-ENOMEM, "out of memory");
	}
	return 0;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	int ret = pb_buf_printf(&buf, "%s, %s.", figure->title, figure->unit);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++) {
		const struct pb_line *line = &figure->lines[i];

		ret = pb_buf_printf(&buf, " %s, %s:", figure->panels[line->panel], line->name);
		for (size_t k = 0; k < line->nr_points && !ret; k++) {
			char number[PB_NUMBER_LEN];

			ret = pb_buf_printf(&buf, "%s %s on %s", k ? "," : "",
					    isnan(line->y[k]) ? "nothing"
							      : pb_number_short(line->y[k], number),
					    figure->places[k]);
		}
		if (!ret)
			ret = pb_buf_printf(&buf, ".");
	}
	return ret ? NULL : pb_steal(buf.data);
}

static int words_make(struct pb_figure *figure, const struct pb_history *h, const char *strategy)
{
	const char *evidence = h->kernels[0].summary.run.evidence;
	_cleanup_free_ char *clean = pb_text_printable(strategy, "");
	_cleanup_free_ char *first = pb_run_title(&h->kernels[0].summary);
	_cleanup_free_ char *last = pb_run_title(&h->kernels[h->nr_kernels - 1].summary);

	if (!clean || !first || !last)
		return -ENOMEM;
	figure->name = pb_format("history-%s", clean);
	figure->title = pb_format("What one page costs, kernel by kernel: %s", clean);
	figure->note =
		pb_format("%s to %s, %s a page (least sample); %s: %s; a dot: a step of 1 %% "
			  "or more, its size above",
			  first, last, h->metric, evidence, pb_evidence_words(evidence));
	figure->unit = pb_format("%s a page", h->metric);
	if (!figure->name || !figure->title || !figure->note || !figure->unit)
		return -ENOMEM;
	pb_figure_name_tame(figure->name);
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static int figure_make(const struct pb_history *h, const char *strategy, struct pb_figures *figures)
{
	struct pb_figure *items = reallocarray(figures->items, figures->nr + 1, sizeof(*items));
	struct pb_figure *figure;
	int ret;

	if (!items)
		return pb_fail(-ENOMEM, "out of memory");
	figures->items = items;
	figure = &items[figures->nr++];
	*figure = (struct pb_figure){ .kind = &pb_figure_history };
	ret = places_add(figure, h);
	if (!ret)
		ret = panels_add(figure, h, strategy);
	return ret ? ret : words_make(figure, h, strategy);
}

static bool strategy_is_new(const struct pb_history *h, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (pb_streq(h->cells[i].cell->strategy, h->cells[at].cell->strategy))
			return false;
	return true;
}

int pb_history_figures(const struct pb_history *history, struct pb_figures *ret_figures)
{
	pb_cleanup(pb_figures_done) struct pb_figures figures = { 0 };

	for (size_t i = 0; i < history->nr_cells; i++) {
		int ret = 0;

		if (strategy_is_new(history, i))
			ret = figure_make(history, history->cells[i].cell->strategy, &figures);
		if (ret)
			return ret;
	}
	*ret_figures = figures;
	figures = (struct pb_figures){ 0 };
	return 0;
}
