// SPDX-License-Identifier: GPL-2.0-only
/*
 * intervals_text - a comparison of noisy runs for the terminal: sizes first, then how sure they are.
 * Why: a small p-value says that a change is there, and nothing about whether it matters.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/intervals.h"
#include "report/runs/columns.h"
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

static const struct pb_column heads[] = {
	{ "strategy", -1 }, { "memory", -1 }, { "pages", 1 },    { "phase", -1 }, { "base", 1 },
	{ "head", 1 },      { "change", 1 },  { "interval", 1 }, { "n", 1 },      { "p", 1 },
};

static int change_words(struct pb_columns *table, const struct pb_judged *judged)
{
	char number[PB_NUMBER_LEN], lower[PB_WORD_LEN], upper[PB_WORD_LEN], text[2 * PB_WORD_LEN];
	const struct pb_effect *effect = &judged->effect;
	int ret = pb_columns_add(table, pb_number(effect->base, number));

	if (!ret)
		ret = pb_columns_add(table, pb_number(effect->head, number));
	if (!ret)
		ret = pb_columns_add(table, pb_relative_words(effect->change, lower));
	snprintf(text, sizeof(text), "%s to %s", pb_relative_words(judged->lower, lower),
		 pb_relative_words(judged->upper, upper));
	if (!ret)
		ret = pb_columns_add(table, text);
	snprintf(text, sizeof(text), effect->nr_base == effect->nr_head ? "%zu" : "%zu, %zu",
		 effect->nr_base, effect->nr_head);
	if (!ret)
		ret = pb_columns_add(table, text);
	snprintf(text, sizeof(text), judged->p_holm < 1e-9 ? "<1e-9" : "%.2g", judged->p_holm);
	return ret ? ret : pb_columns_add(table, text);
}

static int row_words(struct pb_columns *table, const struct pb_intervals_row *row)
{
	const struct pb_cell *cell = &row->base->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	char pages[PB_WORD_LEN];
	int ret = setting ? pb_columns_add(table, cell->strategy) : -ENOMEM;

	if (!ret)
		ret = pb_columns_add(table, setting);
	snprintf(pages, sizeof(pages), "%" PRIu64, cell->nr_pages);
	if (!ret)
		ret = pb_columns_add(table, pages);
	if (!ret)
		ret = pb_columns_add(table, row->phase);
	return ret ? ret : change_words(table, &row->judged);
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

static void unknown_print(const struct pb_intervals *noisy, size_t most, FILE *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < noisy->nr_rows; i++) {
		_cleanup_free_ char *words = NULL;

		if (noisy->rows[i].verdict != PB_VERDICT_UNKNOWN)
			continue;
		if (!nr++)
			fputs("\nCannot tell:\n", out);
		if (most && nr > most)
			continue;
		words = pb_intervals_row_words(&noisy->rows[i]);
		pb_term_printf(out, "  %s: %s\n", words ? words : "?", noisy->rows[i].reason);
	}
	if (most && nr > most)
		pb_term_printf(out, "  ... and %zu more\n", nr - most);
}

/* What was seen and did not decide: the levels lie too near for that, or everything lies beyond. */
static void unsteady_print(const struct pb_intervals *noisy, size_t most, FILE *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < noisy->nr_rows; i++) {
		const struct pb_intervals_row *row = &noisy->rows[i];
		_cleanup_free_ char *words = NULL, *levels = NULL;

		if (row->verdict == PB_VERDICT_UNKNOWN || !(row->judged.effect.unsteady > 0))
			continue;
		if (!nr++)
			fputs("\nSamples of no one level, which the interval allows for:\n", out);
		if (most && nr > most)
			continue;
		words = pb_intervals_row_words(row);
		levels = pb_levels_words(&row->judged.effect);
		pb_term_printf(out, "  %s: %s\n", words ? words : "?", levels ? levels : "?");
	}
	if (most && nr > most)
		pb_term_printf(out, "  ... and %zu more\n", nr - most);
}

static void method_print(const struct pb_intervals *noisy, FILE *out)
{
	const struct pb_family_options *family = &noisy->options.family;

	pb_term_printf(
		out,
		"\nChange of the 10 %% trimmed mean, %s, intervals of %.3g %% for all %zu rows "
		"together (Holm;\nbootstrap, seed %" PRIu64
		"); smaller than %.3g %% is no finding. p is corrected likewise.\n",
		noisy->paired ? "paired by time" : "unpaired", 100 * (1 - family->alpha),
		noisy->nr_rows - noisy->nr_unknown, noisy->options.seed, 100 * family->effect);
	pb_term_printf(out,
		       "No difference: a row's own interval of %.3g %% lies within \xC2\xB1%.3g %% "
		       "(--tolerance).\n",
		       100 * (1 - 2 * family->alpha), 100 * noisy->options.tolerance);
}

int pb_intervals_print(const struct pb_comparison *c, const struct pb_compare_style *style,
		       FILE *out)
{
	pb_cleanup(pb_columns_done) struct pb_columns table = { .columns = heads,
								.nr_columns =
									PB_ARRAY_SIZE(heads) };
	bool all = !style->max_diffs;
	size_t nr, shown;
	_cleanup_free_ const struct pb_intervals_row **rows = rows_pick(c->noisy, all, &nr);
	int ret = rows ? 0 : pb_fail(-ENOMEM, "out of memory");

	shown = all || nr < style->max_diffs ? nr : style->max_diffs;
	for (size_t i = 0; i < shown && !ret; i++)
		ret = row_words(&table, rows[i]);
	if (ret)
		return ret;
	unknown_print(c->noisy, style->max_diffs, out);
	unsteady_print(c->noisy, all ? 0 : UNSTEADY_SHOWN, out);
	if (nr) {
		pb_term_printf(out, "\n%s in %s a page, biggest first:\n",
			       all ? "Changes" : "Differences", c->metric);
		pb_columns_print(&table, out);
	}
	if (shown < nr)
		pb_term_printf(out, "  ... and %zu more\n", nr - shown);
	if (c->noisy->nr_rows > c->noisy->nr_unknown)
		method_print(c->noisy, out);
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
