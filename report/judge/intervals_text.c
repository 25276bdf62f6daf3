// SPDX-License-Identifier: GPL-2.0-only
/*
 * intervals_text - a comparison of noisy runs for the terminal: sizes first, then how sure they are.
 * Why: a small p-value says that a change is there, and nothing about whether it matters.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/intervals.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

const char *pb_relative_words(double change, char buf[PB_WORD_LEN])
{
	char number[PB_NUMBER_LEN];

	if (!isfinite(change))
		snprintf(buf, PB_WORD_LEN, "%s", isnan(change) ? "?" : "new");
	else
		snprintf(buf, PB_WORD_LEN, "%s",
			 pb_percent_change(100, 100 + 100 * change, number));
	return buf;
}

char *pb_intervals_row_words(const struct pb_intervals_row *row)
{
	return pb_intervals_phase_words(&row->base->cell, row->phase);
}

char *pb_intervals_phase_words(const struct pb_cell *cell, const char *phase)
{
	_cleanup_free_ char *setting = pb_cell_title(cell);
	_cleanup_free_ char *strategy = pb_printable_copy(cell->strategy, "");
	char pages[PB_WORD_LEN];

	if (!setting || !strategy)
		return NULL;
	return pb_format("%s on %s, %s, %s", strategy, setting,
			 pb_pages_words(cell->nr_pages, pages), phase);
}

enum { UNSTEADY_SHOWN = 10 };

static void columns_add(struct pb_grid *grid, const char *unit)
{
	static const struct pb_grid_column columns[] = {
		{ "strategy", "strategy", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "memory", "memory", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_WRAPS },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "base", "base", .align = PB_GRID_POINT },
		{ "head", "head", .align = PB_GRID_POINT },
		{ "change_percent", "change", .unit = "%", .align = PB_GRID_RIGHT },
		{ "interval", "interval", .align = PB_GRID_RIGHT },
		{ "samples", "n", .align = PB_GRID_RIGHT, .flags = PB_GRID_MOVES },
		{ "p", "p", .unit = "probability", .align = PB_GRID_RIGHT },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++) {
		struct pb_grid_column column = columns[i];

		if (column.align == PB_GRID_POINT)
			column.unit = unit;
		pb_grid_column(grid, &column);
	}
}

static int row_add(struct pb_grid *grid, const struct pb_intervals_row *row)
{
	const struct pb_cell *cell = &row->base->cell;
	const struct pb_judged *judged = &row->judged;
	const struct pb_effect *effect = &judged->effect;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	char number[PB_NUMBER_LEN], lower[PB_WORD_LEN], upper[PB_WORD_LEN], p[PB_NUMBER_LEN];

	if (!setting)
		return -ENOMEM;
	pb_grid_text(grid, cell->strategy);
	pb_grid_text(grid, setting);
	pb_grid_count(grid, cell->nr_pages);
	pb_grid_text(grid, row->phase);
	pb_grid_number(grid, effect->base, pb_number(effect->base, number));
	pb_grid_number(grid, effect->head, pb_number(effect->head, number));
	pb_grid_number(grid, 100 * effect->change, pb_relative_words(effect->change, lower));
	pb_grid_tint(grid, row->verdict == PB_VERDICT_WORSE    ? PB_GRID_BAD
			   : row->verdict == PB_VERDICT_BETTER ? PB_GRID_GOOD
							       : PB_GRID_PLAIN);
	pb_grid_format(grid, "%s to %s", pb_relative_words(judged->lower, lower),
		       pb_relative_words(judged->upper, upper));
	if (effect->nr_base == effect->nr_head)
		pb_grid_format(grid, "%zu", effect->nr_base);
	else
		pb_grid_format(grid, "%zu, %zu", effect->nr_base, effect->nr_head);
	snprintf(p, sizeof(p), judged->p_holm < 1e-9 ? "<1e-9" : "%.2g", judged->p_holm);
	pb_grid_number(grid, judged->p_holm, p);
	return 0;
}

static int biggest_first(const void *a, const void *b)
{
	const struct pb_intervals_row *const *left = a, *const *right = b;
	double by = fabs((*right)->judged.effect.change) - fabs((*left)->judged.effect.change);

	if (by != 0 && !isnan(by))
		return by > 0 ? 1 : -1;
	return *left < *right ? -1 : *left > *right;
}

static bool is_finding(const struct pb_intervals_row *row)
{
	return row->verdict == PB_VERDICT_WORSE || row->verdict == PB_VERDICT_BETTER;
}

/* The rows that differ, or all that can tell; biggest change first. */
static const struct pb_intervals_row **rows_pick(const struct pb_intervals *noisy, bool all,
						 size_t *ret_nr)
{
	const struct pb_intervals_row **rows =
		calloc(noisy->nr_rows + 1, sizeof(const struct pb_intervals_row *));

	*ret_nr = 0;
	for (size_t i = 0; rows && i < noisy->nr_rows; i++)
		if (is_finding(&noisy->rows[i]) ||
		    (all && !noisy->rows[i].blind && !noisy->rows[i].absent))
			rows[(*ret_nr)++] = &noisy->rows[i];
	if (rows)
		qsort(rows, *ret_nr, sizeof(const struct pb_intervals_row *), biggest_first);
	return rows;
}

static void more_add(size_t most, size_t nr, struct pb_document *document)
{
	if (most && nr > most)
		pb_document_line(document, "... and %zu more (--all shows them)", nr - most);
}

static void unknown_add(const struct pb_intervals *noisy, size_t most, struct pb_document *document)
{
	size_t nr = 0;

	pb_document_list(document, 0, "unknown", "Cannot tell:");
	for (size_t i = 0; i < noisy->nr_rows; i++) {
		_cleanup_free_ char *words = NULL;

		if (noisy->rows[i].verdict != PB_VERDICT_UNKNOWN)
			continue;
		if (most && nr++ >= most)
			continue;
		words = pb_intervals_row_words(&noisy->rows[i]);
		pb_document_line(document, "%s: %s", words ? words : "?", noisy->rows[i].reason);
	}
	more_add(most, nr, document);
}

/* What was seen and did not decide: the levels lie too near for that, or everything lies beyond. */
static void unsteady_add(const struct pb_intervals *noisy, size_t most,
			 struct pb_document *document)
{
	size_t nr = 0;

	pb_document_list(document, 0, "unsteady",
			 "Samples of no one level, which the interval allows for:");
	for (size_t i = 0; i < noisy->nr_rows; i++) {
		const struct pb_intervals_row *row = &noisy->rows[i];
		_cleanup_free_ char *words = NULL, *levels = NULL;

		if (row->verdict == PB_VERDICT_UNKNOWN || !(row->judged.effect.unsteady > 0))
			continue;
		if (most && nr++ >= most)
			continue;
		words = pb_intervals_row_words(row);
		levels = pb_levels_words(&row->judged.effect);
		pb_document_line(document, "%s: %s", words ? words : "?", levels ? levels : "?");
	}
	more_add(most, nr, document);
}

static void method_add(const struct pb_intervals *noisy, struct pb_document *document)
{
	const struct pb_family_options *family = &noisy->options.family;

	pb_document_say(
		document, 0, "method",
		"Change of the 10 %% trimmed mean, %s, intervals of %.3g %% for all %zu rows "
		"together (Holm; bootstrap, seed %" PRIu64
		"); smaller than %.3g %% is no finding. p is corrected likewise.",
		noisy->paired ? "paired by time" : "unpaired", 100 * (1 - family->alpha),
		noisy->nr_rows - noisy->nr_unknown, noisy->options.seed, 100 * family->effect);
	pb_document_say(document, PB_ITEM_CLOSE, "tolerance",
			"No difference: a row's own interval of %.3g %% lies within "
			"\xC2\xB1%.3g %% (--tolerance).",
			100 * (1 - 2 * family->alpha), 100 * noisy->options.tolerance);
}

int pb_intervals_document(const struct pb_comparison *c, size_t most, struct pb_document *document)
{
	size_t nr;
	_cleanup_free_ const struct pb_intervals_row **rows = rows_pick(c->noisy, !most, &nr);
	size_t shown = !most || nr < most ? nr : most;
	struct pb_grid *grid;

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	unknown_add(c->noisy, most, document);
	unsteady_add(c->noisy, most ? UNSTEADY_SHOWN : 0, document);
	grid = pb_document_grid(document, 0, "differences", "%s in %s a page, biggest first",
				most ? "Differences" : "Changes", c->metric);
	grid->indent = 2;
	columns_add(grid, c->metric);
	for (size_t i = 0; i < shown; i++) {
		int ret = row_add(grid, rows[i]);

		if (ret)
			return ret;
	}
	if (shown < nr)
		pb_grid_note(grid, "... and %zu more (--all shows them)", nr - shown);
	if (c->noisy->nr_rows > c->noisy->nr_unknown)
		method_add(c->noisy, document);
	return 0;
}

static double reach_of(const struct pb_judged *judged)
{
	return fmax(fabs(judged->within_lower), fabs(judged->within_upper));
}

/* The first without numbers; else, of those that do not tell, the one that is known least. */
static const struct pb_intervals_row *row_unknown(const struct pb_intervals *noisy)
{
	const struct pb_intervals_row *least = NULL;

	for (size_t i = 0; i < noisy->nr_rows; i++) {
		const struct pb_intervals_row *row = &noisy->rows[i];

		if (row->blind)
			return row;
		if (row->verdict == PB_VERDICT_UNKNOWN &&
		    (!least || reach_of(&row->judged) > reach_of(&least->judged)))
			least = row;
	}
	return least;
}

static char *quote_unknown(const struct pb_comparison *c, const char *lacks)
{
	const struct pb_intervals *noisy = c->noisy;
	const struct pb_intervals_row *row;
	_cleanup_free_ char *words = NULL;

	if (!noisy->nr_rows)
		return pb_format("cannot tell: no cell was measured on both sides%s%s",
				 *lacks ? ": " : "", lacks);
	row = row_unknown(noisy);
	words = row ? pb_intervals_row_words(row) : NULL;
	if (row && !words)
		return NULL;
	if (row && row->blind)
		return pb_format("cannot tell: %zu of %zu cells have too few numbers: %s: %s%s%s",
				 c->nr_blind, c->nr_blind + c->nr_compared, words, row->reason,
				 *lacks ? "; " : "", lacks);
	if (row)
		return pb_format("cannot tell in %zu of %zu cells, above all %s: %s%s%s",
				 c->nr_unsure, c->nr_blind + c->nr_compared, words, row->reason,
				 *lacks ? "; " : "", lacks);
	return pb_format("cannot tell: %s; of the %zu that both measured %zu differ, none for the "
			 "worse",
			 lacks, c->nr_compared, c->nr_differ);
}

/* No change is further from nothing than this. */
static double widest(const struct pb_intervals *noisy)
{
	double most = 0;

	for (size_t i = 0; i < noisy->nr_rows; i++) {
		const struct pb_judged *judged = &noisy->rows[i].judged;

		if (!noisy->rows[i].blind && !noisy->rows[i].absent)
			most = fmax(most, reach_of(judged));
	}
	return most;
}

static char *quote_biggest(const struct pb_comparison *c)
{
	char change[PB_WORD_LEN], lower[PB_WORD_LEN], upper[PB_WORD_LEN];
	size_t nr;
	_cleanup_free_ const struct pb_intervals_row **rows = rows_pick(c->noisy, false, &nr);
	_cleanup_free_ char *words = rows && nr ? pb_intervals_row_words(rows[0]) : NULL;
	const struct pb_judged *judged = words ? &rows[0]->judged : NULL;

	if (!judged)
		return NULL;
	return pb_format(
		"%s: %s (%s to %s)", words, pb_relative_words(judged->effect.change, change),
		pb_relative_words(judged->lower, lower), pb_relative_words(judged->upper, upper));
}

char *pb_intervals_quote(const struct pb_comparison *c, const char *lacks, const char *uneven)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	_cleanup_free_ char *biggest = NULL;
	const char *cells = c->nr_compared + c->nr_blind == 1 ? "cell" : "cells";
	int ret;

	if (c->verdict == PB_VERDICT_UNKNOWN)
		return quote_unknown(c, lacks);
	if (!c->nr_differ && !c->nr_lost)
		return pb_format("no difference: all changes in %zu %s lie within \xC2\xB1%.2g %% "
				 "(tolerance %.3g %%)%s%s",
				 c->nr_compared, cells, 100 * widest(c->noisy),
				 100 * c->noisy->options.tolerance, *uneven ? "; " : "", uneven);
	ret = pb_buf_printf(&buf, "%zu of %zu %s differ", c->nr_differ,
			    c->nr_compared + c->nr_blind, cells);
	if (!ret && c->nr_better)
		ret = pb_buf_printf(&buf, ", %zu better", c->nr_better);
	if (!ret && c->nr_worse)
		ret = pb_buf_printf(&buf, ", %zu worse", c->nr_worse);
	if (!ret && c->nr_lost)
		ret = pb_buf_printf(&buf, ", %zu no longer measured", c->nr_lost);
	if (!ret && c->nr_differ) {
		biggest = quote_biggest(c);
		ret = biggest ? pb_buf_printf(&buf, ": %s", biggest) : -ENOMEM;
	}
	if (!ret && *uneven)
		ret = pb_buf_printf(&buf, "; %s", uneven);
	if (!ret && *lacks)
		ret = pb_buf_printf(&buf, "; %s", lacks);
	return ret ? NULL : pb_steal(buf.data);
}
