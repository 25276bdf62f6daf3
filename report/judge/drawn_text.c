// SPDX-License-Identifier: GPL-2.0-only
/*
 * drawn_text - a comparison of simulated runs: what moves more or less, and in which field.
 * Why: the reader of a changed number wants the name of what changed next to it.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/encode/printable.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/drawn.h"
#include "report/judge/intervals.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char arrow[] = "\xE2\x86\x92";

static void columns_add(struct pb_grid *grid)
{
	static const struct pb_grid_column columns[] = {
		{ "strategy", "strategy", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "memory", "memory", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_WRAPS },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "metric", "metric", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "base", "base", .align = PB_GRID_POINT },
		{ "head", "head", .align = PB_GRID_POINT },
		{ "change", "change", .align = PB_GRID_POINT },
		{ "range", "range", .align = PB_GRID_RIGHT },
		{ "moved", "moved most", .flags = PB_GRID_WRAPS | PB_GRID_MOVES },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++) {
		struct pb_grid_column column = columns[i];

		if (column.align == PB_GRID_POINT)
			column.unit = "count";
		pb_grid_column(grid, &column);
	}
}

static int row_add(struct pb_grid *grid, const struct pb_drawn_row *row)
{
	const struct pb_cell *cell = &row->base->cell;
	const struct pb_drawn_pairs *pairs = &row->pairs;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	_cleanup_free_ char *moved = pb_drawn_moved_words(&row->moved);
	char number[PB_NUMBER_LEN], lower[PB_NUMBER_LEN], upper[PB_NUMBER_LEN];

	if (!setting || !moved)
		return -ENOMEM;
	pb_grid_text(grid, cell->strategy);
	pb_grid_text(grid, setting);
	pb_grid_count(grid, cell->nr_pages);
	pb_grid_text(grid, row->metric);
	pb_grid_number(grid, pairs->base, pb_number(pairs->base, number));
	pb_grid_number(grid, pairs->head, pb_number(pairs->head, number));
	pb_grid_number(grid, pairs->change, pb_number_change(pairs->change, number));
	pb_grid_tint(grid, row->verdict == PB_VERDICT_WORSE    ? PB_GRID_BAD
			   : row->verdict == PB_VERDICT_BETTER ? PB_GRID_GOOD
							       : PB_GRID_PLAIN);
	if (pairs->lower == pairs->upper)
		pb_grid_text(grid, "the same");
	else
		pb_grid_format(grid, "%s to %s", pb_number_change(pairs->lower, lower),
			       pb_number_change(pairs->upper, upper));
	pb_grid_text(grid, moved);
	return 0;
}

/* Of both metrics the same order: by how much of what there was before. */
static double share_of(const struct pb_drawn_row *row)
{
	const struct pb_drawn_pairs *pairs = &row->pairs;

	return fabs(pairs->change) / fmax(fabs(pairs->base), 1);
}

static int biggest_first(const void *a, const void *b)
{
	const struct pb_drawn_row *const *left = a, *const *right = b;
	double by = share_of(*right) - share_of(*left);

	if (by != 0 && !isnan(by))
		return by > 0 ? 1 : -1;
	return *left < *right ? -1 : *left > *right;
}

static bool is_finding(const struct pb_drawn_row *row)
{
	return row->verdict == PB_VERDICT_WORSE || row->verdict == PB_VERDICT_BETTER;
}

/* The rows that differ, or all that can tell; biggest change first. */
static const struct pb_drawn_row **rows_pick(const struct pb_drawn *drawn, bool all, size_t *ret_nr)
{
	const struct pb_drawn_row **rows =
		calloc(drawn->nr_rows + 1, sizeof(const struct pb_drawn_row *));

	*ret_nr = 0;
	for (size_t i = 0; rows && i < drawn->nr_rows; i++)
		if (is_finding(&drawn->rows[i]) || (all && !drawn->rows[i].blind))
			rows[(*ret_nr)++] = &drawn->rows[i];
	if (rows)
		qsort(rows, *ret_nr, sizeof(const struct pb_drawn_row *), biggest_first);
	return rows;
}

static char *row_words(const struct pb_drawn_row *row)
{
	return pb_intervals_phase_words(&row->base->cell, row->metric);
}

static int unknown_add(const struct pb_drawn *drawn, size_t most, struct pb_document *document)
{
	size_t nr = 0;

	pb_document_list(document, 0, "unknown", "Cannot tell:");
	for (size_t i = 0; i < drawn->nr_rows; i++) {
		_cleanup_free_ char *words = NULL;

		if (drawn->rows[i].verdict != PB_VERDICT_UNKNOWN)
			continue;
		if (most && nr++ >= most)
			continue;
		words = row_words(&drawn->rows[i]);
		if (!words)
			return pb_fail(-ENOMEM, "out of memory");
		pb_document_line(document, "%s: %s", words, drawn->rows[i].reason);
	}
	if (most && nr > most)
		pb_document_line(document, "... and %zu more (--all shows them)", nr - most);
	return 0;
}

int pb_drawn_document(const struct pb_comparison *c, size_t most, struct pb_document *document)
{
	const struct pb_drawn *drawn = c->drawn;
	size_t nr;
	_cleanup_free_ const struct pb_drawn_row **rows = rows_pick(drawn, !most, &nr);
	size_t shown = !most || nr < most ? nr : most;
	struct pb_grid *grid;
	int ret = rows ? unknown_add(drawn, most, document) : pb_fail(-ENOMEM, "out of memory");

	if (ret)
		return ret;
	grid = pb_document_grid(document, 0, "differences",
				"%s of whole calls, simulated, a page, biggest first",
				most ? "Differences" : "Changes");
	grid->indent = 2;
	columns_add(grid);
	for (size_t i = 0; i < shown && !ret; i++)
		ret = row_add(grid, rows[i]);
	if (ret)
		return ret;
	if (shown < nr)
		pb_grid_note(grid, "... and %zu more (--all shows them)", nr - shown);
	if (drawn->nr_rows)
		pb_document_say(
			document, 0, "method",
			"Medians over interleavings; the change is that within pairs of one "
			"seed, its range the least and the most of them. Worse or better is "
			"what all pairs are; no difference, where they do not agree, is a "
			"change within \xC2\xB1%.3g %% (--tolerance).",
			100 * drawn->tolerance);
	return 0;
}

static const struct pb_drawn_row *row_unknown(const struct pb_drawn *drawn)
{
	const struct pb_drawn_row *first = NULL;

	for (size_t i = 0; i < drawn->nr_rows; i++) {
		if (drawn->rows[i].blind)
			return &drawn->rows[i];
		if (drawn->rows[i].verdict == PB_VERDICT_UNKNOWN && !first)
			first = &drawn->rows[i];
	}
	return first;
}

static char *quote_unknown(const struct pb_comparison *c, const char *lacks)
{
	const struct pb_drawn *drawn = c->drawn;
	const struct pb_drawn_row *row = row_unknown(drawn);
	_cleanup_free_ char *words = row ? row_words(row) : NULL, *clean = NULL;

	if (row && !words)
		return NULL;
	if (drawn->refused) {
		clean = pb_printable_copy(drawn->refused, "");
		return clean ? pb_format("cannot tell: %s", clean) : NULL;
	}
	if (!drawn->nr_rows)
		return pb_format("cannot tell: no cell was measured on both sides%s%s",
				 *lacks ? ": " : "", lacks);
	if (row)
		return pb_format("cannot tell in %zu of %zu cells, the first being %s: %s%s%s",
				 row->blind ? c->nr_blind : c->nr_unsure,
				 c->nr_blind + c->nr_compared, words, row->reason,
				 *lacks ? "; " : "", lacks);
	return pb_format("cannot tell: %s; of the %zu that both measured %zu differ, none for the "
			 "worse",
			 lacks, c->nr_compared, c->nr_differ);
}

static char *quote_biggest(const struct pb_drawn *drawn)
{
	size_t nr;
	_cleanup_free_ const struct pb_drawn_row **rows = rows_pick(drawn, false, &nr);
	const struct pb_drawn_row *row = rows && nr ? rows[0] : NULL;
	_cleanup_free_ char *words = row ? row_words(row) : NULL;
	_cleanup_free_ char *moved = row ? pb_drawn_moved_words(&row->moved) : NULL;
	char base[PB_NUMBER_LEN], head[PB_NUMBER_LEN], lower[PB_NUMBER_LEN], upper[PB_NUMBER_LEN];

	if (!words || !moved)
		return NULL;
	return pb_format("%s: %s %s %s a page (%s to %s in %zu interleavings%s%s)", words,
			 pb_number(row->pairs.base, base), arrow, pb_number(row->pairs.head, head),
			 pb_number_change(row->pairs.lower, lower),
			 pb_number_change(row->pairs.upper, upper), row->pairs.nr,
			 *moved ? "; most of all " : "", moved);
}

/* Nothing got worse or better. */
static char *quote_same(const struct pb_comparison *c)
{
	const char *cells = c->nr_compared == 1 ? "cell" : "cells";
	size_t nr_within = 0, nr_pairs = 0;

	for (size_t i = 0; i < c->drawn->nr_rows; i++) {
		nr_within += !c->drawn->rows[i].pairs.identical;
		nr_pairs = c->drawn->rows[i].pairs.nr;
	}
	if (nr_within)
		return pb_format("no difference: where interleavings of %zu %s differ, it is by "
				 "less than %.3g %%, this way and that (tolerance)",
				 c->nr_compared, cells, 100 * c->drawn->tolerance);
	if (c->drawn->nr_beside)
		return pb_format(
			"no difference: transfers and lines of %zu %s are identical in %zu "
			"interleavings; misses or accesses, which are not judged, differ in "
			"%zu of them",
			c->nr_compared, cells, nr_pairs, c->drawn->nr_beside);
	return pb_format("no difference: %zu %s, all of %zu interleavings identical",
			 c->nr_compared, cells, nr_pairs);
}

static int tally_add(const struct pb_comparison *c, struct pb_buf *buf)
{
	const struct {
		size_t nr;
		const char *words;
	} parts[] = { { c->nr_better, "better" },
		      { c->nr_worse, "worse" },
		      { c->nr_lost, "no longer measured" } };
	int ret = pb_buf_printf(buf, "%zu of %zu %s differ", c->nr_differ,
				c->nr_compared + c->nr_blind,
				c->nr_compared + c->nr_blind == 1 ? "cell" : "cells");

	for (size_t i = 0; i < PB_ARRAY_SIZE(parts) && !ret; i++)
		if (parts[i].nr)
			ret = pb_buf_printf(buf, ", %zu %s", parts[i].nr, parts[i].words);
	return ret;
}

char *pb_drawn_quote(const struct pb_comparison *c, const char *lacks)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	_cleanup_free_ char *biggest = NULL;
	int ret;

	if (c->verdict == PB_VERDICT_UNKNOWN)
		return quote_unknown(c, lacks);
	if (!c->nr_differ && !c->nr_lost)
		return quote_same(c);
	ret = tally_add(c, &buf);
	if (!ret && c->nr_differ) {
		biggest = quote_biggest(c->drawn);
		ret = biggest ? pb_buf_printf(&buf, ": %s", biggest) : -ENOMEM;
	}
	if (!ret && *lacks)
		ret = pb_buf_printf(&buf, "; %s", lacks);
	return ret ? NULL : pb_steal(buf.data);
}
