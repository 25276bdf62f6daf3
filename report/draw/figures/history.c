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
#include "report/draw/figures/figures.h"
#include "report/draw/history_figures.h"
#include "report/judge/history/history.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const struct {
	const char *name;
	bool with_release;
} lines[] = {
	{ "acquire", false },
	{ "both", true },
};

/* What a dot stands for (history_draw.c). */
static const double least_share = 0.01;

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

/* The cells of a strategy, and why some of them have no panel. */
struct choice {
	size_t nr;
	const struct pb_history_cell **cells; /* those that have one, in the order of the panels */
	size_t nr_known;                      /* of those in which anything was measured */
	size_t nr_empty;                      /* in which nothing was, on any kernel */
	size_t nr_stepping;                   /* with a step that is worth a panel */
};

static void choice_done(struct choice *choice)
{
	free(choice->cells);
}

static bool is_measured(const struct pb_history *h, const struct pb_history_cell *cell)
{
	for (size_t k = 0; k < h->nr_kernels; k++)
		if (!isnan(value_of(h, cell, k, false)))
			return true;
	return false;
}

/* The biggest share by which a line of the panel moves where the history has a step. */
static double panel_share(const struct pb_history *h, const struct pb_history_cell *cell)
{
	double most = 0;

	for (size_t i = 0; i < h->nr_steps; i++) {
		const struct pb_history_step *step = &h->steps[i];

		for (size_t l = 0; l < PB_ARRAY_SIZE(lines) && step->cell == cell; l++) {
			double from = value_of(h, cell, step->from, lines[l].with_release);
			double to = value_of(h, cell, step->to, lines[l].with_release);

			/* fmax() passes over NaN: a side without a release. */
			if (from != to)
				most = fmax(most, from == 0 ? INFINITY : fabs(to / from - 1));
		}
	}
	return most;
}

/* Memory types side by side, fewer pages below: the history's cells have the memory first. */
static void cells_find(const struct pb_history *h, const char *strategy, struct choice *choice)
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
			return;
		for (size_t i = 0; i < h->nr_cells; i++) {
			const struct pb_cell *cell = h->cells[i].cell;

			if (!pb_streq(cell->strategy, strategy) || cell->nr_pages != nr_pages)
				continue;
			if (is_measured(h, &h->cells[i]))
				choice->cells[choice->nr++] = &h->cells[i];
			else
				choice->nr_empty++;
		}
		below = nr_pages;
	}
}

/* The biggest steps first; those of one size stay in their order. */
static void cells_cut(const struct pb_history *h, struct choice *choice)
{
	size_t nr = 0;

	for (size_t i = 0; i < choice->nr; i++) {
		const struct pb_history_cell *cell = choice->cells[i];
		double share = panel_share(h, cell);
		size_t at = nr;

		if (share < least_share)
			continue;
		choice->nr_stepping++;
		for (; at && panel_share(h, choice->cells[at - 1]) < share; at--)
			choice->cells[at] = choice->cells[at - 1];
		choice->cells[at] = cell;
		nr++;
	}
	choice->nr = nr < PB_HISTORY_PANELS ? nr : PB_HISTORY_PANELS;
}

static int choice_make(const struct pb_history *h, const char *strategy,
		       enum pb_figures_wanted wanted, struct choice *choice)
{
	choice->cells = calloc(h->nr_cells + 1, sizeof(void *));
	if (!choice->cells)
		return pb_fail(-ENOMEM, "out of memory");
	cells_find(h, strategy, choice);
	choice->nr_known = choice->nr;
	if (wanted == PB_FIGURES_OVERVIEW && choice->nr > PB_HISTORY_PANELS)
		cells_cut(h, choice);
	return 0;
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
	enum pb_evidence evidence = h->kernels[0].summary.run.evidence;
	_cleanup_free_ char *clean = pb_printable_copy(strategy, "");
	_cleanup_free_ char *first = pb_run_title(&h->kernels[0].summary);
	_cleanup_free_ char *last = pb_run_title(&h->kernels[h->nr_kernels - 1].summary);

	if (!clean || !first || !last)
		return -ENOMEM;
	figure->name = pb_format("history-%s", clean);
	figure->title = pb_format("What one page costs, kernel by kernel: %s", clean);
	figure->note = pb_format(
		"%s to %s, %s a page (least sample); %s: %s; a dot: a step of 1 %% "
		"or more, its size above",
		first, last, h->metric, pb_evidence_name(evidence), pb_evidence_words(evidence));
	figure->unit = pb_format("%s a page", h->metric);
	if (!figure->name || !figure->title || !figure->note || !figure->unit)
		return -ENOMEM;
	pb_figure_name_tame(figure->name);
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

/* "12 of 57 cells, the biggest steps first; 20 more have smaller ones, ..." */
static int choice_note(const struct choice *choice, struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	size_t nr_smaller = choice->nr < choice->nr_known ? choice->nr_stepping - choice->nr : 0;
	int ret = 0;

	if (choice->nr < choice->nr_known)
		ret = pb_buf_printf(&buf, "%zu of %zu cells, the biggest steps first", choice->nr,
				    choice->nr_known + choice->nr_empty);
	if (!ret && nr_smaller)
		ret = pb_buf_printf(&buf, "; %zu more %s smaller steps", nr_smaller,
				    nr_smaller == 1 ? "has" : "have");
	if (!ret && choice->nr + nr_smaller < choice->nr_known)
		ret = pb_buf_printf(&buf, "; %zu %s not differ by 1 %%",
				    choice->nr_known - choice->nr - nr_smaller,
				    choice->nr_known - choice->nr - nr_smaller == 1 ? "does"
										    : "do");
	if (!ret && choice->nr_empty)
		ret = pb_buf_printf(&buf, "%s%zu%s measured on no kernel",
				    buf.len_bytes ? "; " : "", choice->nr_empty,
				    buf.len_bytes           ? ""
				    : choice->nr_empty == 1 ? " cell"
							    : " cells");
	if (!ret && choice->nr < choice->nr_known)
		ret = pb_buf_printf(&buf, " (pinbench history has them all)");
	return ret || !buf.len_bytes ? ret : pb_figure_note(figure, buf.data);
}

static int figure_make(const struct pb_history *h, const char *strategy,
		       enum pb_figures_wanted wanted, struct pb_figures *figures)
{
	pb_cleanup(choice_done) struct choice choice = { 0 };
	struct pb_figure *items, *figure;
	int ret = choice_make(h, strategy, wanted, &choice);

	if (ret || !choice.nr)
		return ret;
	items = reallocarray(figures->items, figures->nr + 1, sizeof(*items));
	if (!items)
		return pb_fail(-ENOMEM, "out of memory");
	figures->items = items;
	figure = &items[figures->nr++];
	*figure = (struct pb_figure){ .kind = &pb_figure_history };
	ret = places_add(figure, h);
	for (size_t i = 0; i < choice.nr && !ret; i++)
		ret = panel_add(figure, h, choice.cells[i]);
	if (!ret)
		ret = words_make(figure, h, strategy);
	return ret ? ret : choice_note(&choice, figure);
}

static bool strategy_is_new(const struct pb_history *h, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (pb_streq(h->cells[i].cell->strategy, h->cells[at].cell->strategy))
			return false;
	return true;
}

int pb_history_figures(const struct pb_history *history, enum pb_figures_wanted wanted,
		       struct pb_figures *ret_figures)
{
	pb_cleanup(pb_figures_done) struct pb_figures figures = { 0 };

	for (size_t i = 0; i < history->nr_cells; i++) {
		int ret = 0;

		if (strategy_is_new(history, i))
			ret = figure_make(history, history->cells[i].cell->strategy, wanted,
					  &figures);
		if (ret)
			return ret;
	}
	*ret_figures = figures;
	figures = (struct pb_figures){ 0 };
	return 0;
}
