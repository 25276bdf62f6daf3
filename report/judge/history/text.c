// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - a history for the terminal and for a mail: kernels, table, steps, one sentence.
 * Why: a step is read with its size, and with the command that says which functions it sits in.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/drawn.h"
#include "report/judge/history/history.h"
#include "report/runs/identify.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char arrow[] = "\xE2\x86\x92";

static void kernels_add(const struct pb_history *h, struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "kernel", "kernel", .flags = PB_GRID_KEY },
		{ "release", "release" },
		{ "package", "package", .flags = PB_GRID_MOVES },
		{ "run", "run" },
		{ "created", "measured (UTC)" },
		{ "state", "state", .flags = PB_GRID_MOVES },
	};
	struct pb_grid *grid = pb_document_grid(document, 0, "kernels", "%s", "");

	grid->indent = 2;
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	for (size_t k = 0; k < h->nr_kernels; k++) {
		const struct pb_summary *summary = &h->kernels[k].summary;

		pb_grid_text(grid, h->kernels[k].label);
		pb_grid_text(grid, pb_summary_fact(summary, "kernel.release"));
		pb_grid_text(grid, pb_summary_fact(summary, "kernel.package_version"));
		pb_grid_format(grid, "%.8s", summary->run.uuid);
		pb_grid_text(grid, summary->run.created);
		pb_grid_text(grid, pb_run_state_name(summary->state));
	}
}

static void step_columns(struct pb_grid *grid, const char *unit, bool moved)
{
	static const struct pb_grid_column columns[] = {
		{ "strategy", "strategy", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "memory", "memory", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_WRAPS },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_ASIDE },
		{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "from", "from", .flags = PB_GRID_MOVES },
		{ "to", "to", .flags = PB_GRID_MOVES },
		{ "before", "before", .align = PB_GRID_POINT },
		{ "after", "after", .align = PB_GRID_POINT },
		{ "change", "change", .align = PB_GRID_POINT },
		{ "change_percent", "%", .unit = "%", .align = PB_GRID_RIGHT },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++) {
		struct pb_grid_column column = columns[i];

		if (column.align == PB_GRID_POINT)
			column.unit = unit;
		pb_grid_column(grid, &column);
	}
	if (moved)
		pb_grid_column(grid,
			       &(struct pb_grid_column){ "moved", "moved most",
							 .flags = PB_GRID_WRAPS | PB_GRID_MOVES });
}

static int moved_add(const struct pb_history *h, const struct pb_history_step *step,
		     struct pb_grid *grid)
{
	struct pb_drawn_moved moved;
	int ret = pb_drawn_moved_find(h->kernels[step->from].store, step->cell->at[step->from],
				      h->kernels[step->to].store, step->cell->at[step->to],
				      h->metric, &moved);
	_cleanup_free_ char *words = ret ? NULL : pb_drawn_moved_words(&moved);

	if (ret)
		return ret;
	free(moved.name);
	if (!words)
		return -ENOMEM;
	pb_grid_text(grid, words);
	return 0;
}

static int step_add(const struct pb_history *h, const struct pb_history_step *step,
		    struct pb_grid *grid)
{
	const struct pb_cell *cell = step->cell->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	enum pb_grid_tint tint = step->change < 0 ? PB_GRID_GOOD : PB_GRID_BAD;
	char number[PB_NUMBER_LEN];

	if (!setting)
		return -ENOMEM;
	pb_grid_text(grid, cell->strategy);
	pb_grid_text(grid, setting);
	pb_grid_count(grid, cell->nr_pages);
	pb_grid_text(grid, step->phase);
	pb_grid_text(grid, h->kernels[step->from].label);
	pb_grid_text(grid, h->kernels[step->to].label);
	pb_grid_number(grid, step->before, pb_number(step->before, number));
	pb_grid_number(grid, step->after, pb_number(step->after, number));
	pb_grid_number(grid, step->change, pb_number_change(step->change, number));
	pb_grid_tint(grid, tint);
	pb_grid_number(grid, 100 * (step->after - step->before) / fabs(step->before),
		       pb_percent_change(step->before, step->after, number));
	pb_grid_tint(grid, tint);
	return h->drawn ? moved_add(h, step, grid) : 0;
}

/* What of the steps at @nr_pages a call is shown, and how many are not. */
struct choice {
	size_t nr_shown;
	size_t nr_more;
	size_t nr_small;
};

static bool step_is_small(const struct pb_history_step *step, const struct pb_history_style *style)
{
	return pb_history_share(step) < style->least_share;
}

static void more_add(const struct choice *choice, const struct pb_history_style *style,
		     struct pb_grid *grid)
{
	if (choice->nr_more)
		pb_grid_note(grid, "... and %zu more, smaller%s", choice->nr_more,
			     choice->nr_small ? "" : " (--all shows them)");
	if (choice->nr_small)
		pb_grid_note(grid, "%zu %s of less than %g %% (--all shows them)", choice->nr_small,
			     choice->nr_small == 1 ? "step" : "steps", 100 * style->least_share);
}

/* Steps of one number of pages, from @from on; returns where they end, or -errno in @ret_code. */
static size_t steps_add_pages(const struct pb_history *h, size_t from,
			      const struct pb_history_style *style, struct pb_document *document,
			      int *ret_code)
{
	uint64_t nr_pages = h->steps[from].cell->cell->nr_pages;
	struct choice choice = { 0 };
	char pages[PB_WORD_LEN];
	struct pb_grid *grid = pb_document_grid(document, 0, "steps",
						"Steps at %s a call, in %s a page, biggest first",
						pb_pages_words(nr_pages, pages), h->metric);
	size_t i;

	grid->indent = 2;
	step_columns(grid, h->metric, h->drawn);
	*ret_code = 0;
	for (i = from; !*ret_code && i < h->nr_steps; i++) {
		if (h->steps[i].cell->cell->nr_pages != nr_pages)
			break;
		if (step_is_small(&h->steps[i], style)) {
			choice.nr_small++;
		} else if (style->max_steps && choice.nr_shown == style->max_steps) {
			choice.nr_more++;
		} else {
			*ret_code = step_add(h, &h->steps[i], grid);
			choice.nr_shown++;
		}
	}
	more_add(&choice, style, grid);
	return i;
}

static int steps_add(const struct pb_history *h, const struct pb_history_style *style,
		     struct pb_document *document)
{
	size_t at = 0;
	int ret = 0;

	while (at < h->nr_steps && !ret)
		at = steps_add_pages(h, at, style, document, &ret);
	return ret;
}

enum { EXPLAINED = 8 };

/* A tenth is what somebody will ask about. */
static const double big_share = 0.1;

static bool explained_before(const struct pb_history *h, size_t at)
{
	const struct pb_history_step *step = &h->steps[at];

	for (size_t i = 0; i < at; i++)
		if (h->steps[i].cell == step->cell && h->steps[i].from == step->from &&
		    h->steps[i].to == step->to && pb_history_share(&h->steps[i]) >= big_share)
			return true;
	return false;
}

static void explain_add(const struct pb_history *h, const struct pb_history_style *style,
			struct pb_document *document)
{
	_cleanup_free_ char *title =
		pb_format("Which functions a step of %g %% or more sits in, of runs with "
			  "--profile:",
			  100 * big_share);
	size_t nr = 0, more = 0;

	pb_document_list(document, PB_ITEM_VERBATIM, "commands", title);
	for (size_t i = 0; i < h->nr_steps; i++) {
		const struct pb_history_step *step = &h->steps[i];
		const struct pb_cell *cell = step->cell->cell;

		if (pb_history_share(step) < big_share || explained_before(h, i) ||
		    !pb_history_word_is_plain(cell->strategy) ||
		    !pb_history_word_is_plain(pb_memory_name(cell->memory)))
			continue;
		if (style->max_steps && nr == EXPLAINED) {
			more++;
			continue;
		}
		nr++;
		pb_document_line(document, "pinbench compare %s %s -w -s %s -m %s -n %" PRIu64,
				 h->kernels[step->from].name, h->kernels[step->to].name,
				 cell->strategy, pb_memory_name(cell->memory), cell->nr_pages);
	}
	if (more)
		pb_document_line(document, "... and %zu more cells", more);
}

static char *quote_step(const struct pb_history *h, const struct pb_history_step *step)
{
	const struct pb_cell *cell = step->cell->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	_cleanup_free_ char *strategy = pb_printable_copy(cell->strategy, "");
	char before[PB_NUMBER_LEN], after[PB_NUMBER_LEN], percent[PB_NUMBER_LEN];
	char pages[PB_WORD_LEN];

	if (!setting || !strategy)
		return NULL;
	return pb_format("%s on %s, %s, %s: %s %s %s %s a page (%s) from %s to %s", strategy,
			 setting, pb_pages_words(cell->nr_pages, pages), step->phase,
			 pb_number(step->before, before), arrow, pb_number(step->after, after),
			 h->metric, pb_percent_change(step->before, step->after, percent),
			 h->kernels[step->from].label, h->kernels[step->to].label);
}

char *pb_history_quote(const struct pb_history *h)
{
	_cleanup_free_ char *step = NULL, *lacks = NULL;
	size_t nr_measured = 0;

	for (size_t i = 0; i < h->nr_cells; i++)
		for (size_t k = 0; k < h->nr_kernels; k++)
			if (h->cells[i].at[k] && h->cells[i].at[k]->state == PB_CELL_MEASURED)
				nr_measured++;
	if (!nr_measured)
		return pb_format("cannot tell: no cell was measured");
	if (h->nr_kernels < 2)
		return pb_format("one kernel only: there is no step to show");
	lacks = pb_history_lacks(h);
	if (!lacks)
		return NULL;
	if (!h->nr_steps && h->refused)
		return pb_format("cannot tell: %s%s%s", h->refused, *lacks ? "; " : "", lacks);
	if (!h->nr_steps && h->nr_unsure)
		return pb_format(
			"cannot tell: no step was found, but %zu neighbours may lie further apart "
			"than %g %%, %s (compare says which)%s%s",
			h->nr_unsure, 100 * PB_TOLERANCE,
			h->drawn ? "their interleavings not being of one mind"
				 : "by noise, drift or jumps within a run",
			*lacks ? "; " : "", lacks);
	if (!h->nr_steps && *lacks)
		return pb_format("cannot tell: no step was found, but %s", lacks);
	if (!h->nr_steps && h->drawn)
		return pb_format("no step: %zu %s on %zu kernels, interleaving by interleaving",
				 h->nr_cells, h->nr_cells == 1 ? "cell" : "cells", h->nr_kernels);
	if (!h->nr_steps && h->noisy)
		return pb_format("no step that chance does not make: %zu %s on %zu kernels",
				 h->nr_cells, h->nr_cells == 1 ? "cell" : "cells", h->nr_kernels);
	if (!h->nr_steps)
		return pb_format("no step: %zu %s cost the same on %zu kernels", h->nr_cells,
				 h->nr_cells == 1 ? "cell" : "cells", h->nr_kernels);
	step = quote_step(h, &h->steps[0]);
	return step ? pb_format("%zu %s over %zu kernels; the biggest: %s%s%s%s%s", h->nr_steps,
				h->nr_steps == 1 ? "step" : "steps", h->nr_kernels, step,
				h->refused ? "; no pairs: " : "", h->refused ? h->refused : "",
				*lacks ? "; not judged: " : "", lacks)
		    : NULL;
}

/* The runs as programs know them. */
static int runs_add(const struct pb_history *h, struct pb_document *document)
{
	_cleanup_free_ const struct pb_summary **runs =
		calloc(h->nr_kernels, sizeof(const struct pb_summary *));

	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t k = 0; k < h->nr_kernels; k++)
		runs[k] = &h->kernels[k].summary;
	pb_runs_grid_hidden(document, runs, h->nr_kernels);
	return 0;
}

int pb_history_document(const struct pb_history *h, const struct pb_history_style *style,
			struct pb_document *document)
{
	enum pb_evidence evidence = h->kernels[0].summary.run.evidence;
	_cleanup_free_ char *quote = pb_history_quote(h);
	int ret;

	if (!quote)
		return -ENOMEM;
	pb_document_say(document, 0, "title", "History of %zu %s", h->nr_kernels,
			h->nr_kernels == 1 ? "kernel" : "kernels");
	pb_document_say(document, PB_ITEM_CLOSE, "evidence",
			"%s: %s; the %s of each cell's samples", pb_evidence_name(evidence),
			pb_evidence_words(evidence), h->noisy || h->drawn ? "median" : "least");
	kernels_add(h, document);
	ret = runs_add(h, document);
	if (!ret)
		ret = pb_history_table(h, document);
	if (!ret)
		ret = pb_history_adds(h, document);
	if (!ret)
		ret = steps_add(h, style, document);
	if (!ret)
		ret = pb_history_lacks_add(h, style->max_steps, document);
	if (ret)
		return ret;
	if (!h->drawn) /* those have no profile, and c2c names their functions */
		explain_add(h, style, document);
	pb_document_say(document, PB_ITEM_STRONG, "sentence", "%s", quote);
	return 0;
}
