// SPDX-License-Identifier: GPL-2.0-only
/*
 * gate_text - the gate's verdict, and the cells behind it.
 * Why: the first line of a failed CI job is the one that is read.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/gate.h"
#include "report/judge/intervals.h"
#include "report/runs/identify.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static char *cell_words(const struct pb_gate_row *row)
{
	_cleanup_free_ char *words = pb_cell_title(&row->cell);
	_cleanup_free_ char *strategy = pb_printable_copy(row->cell.strategy, "");
	char pages[PB_WORD_LEN];

	if (!words || !strategy)
		return NULL;
	return pb_format("%s on %s, %s%s%s", strategy, words,
			 pb_pages_words(row->cell.nr_pages, pages), row->phase ? ", " : "",
			 row->phase ? row->phase : "");
}

/* What was simulated is judged in more than one metric: the rows say which. */
static const char *metric_words(const struct pb_gate *gate)
{
	return gate->comparison.drawn ? "simulated transfers and cold lines"
				      : gate->comparison.metric;
}

/* "instructions, nothing allowed" or "ns, +1 % allowed". */
static const char *terms_words(const struct pb_gate *gate, char *buf, size_t size)
{
	const char *metric = metric_words(gate);

	if (gate->options.max > 0)
		snprintf(buf, size, "%s, +%.4g %% allowed", metric, 100 * gate->options.max);
	else if (gate->comparison.noisy && !gate->options.max_set)
		snprintf(buf, size, "%s, noise threshold %.3g %%", metric,
			 100 * gate->comparison.noisy->options.family.effect);
	else
		snprintf(buf, size, "%s, no growth allowed", metric);
	return buf;
}

static char *quote_worse(const struct pb_gate *gate, const char *terms)
{
	const struct pb_gate_row *row = &gate->rows[0];
	_cleanup_free_ char *words = cell_words(row);
	char base[PB_NUMBER_LEN], head[PB_NUMBER_LEN], change[PB_WORD_LEN];

	if (!words)
		return NULL;
	return pb_format("worse: %zu of %zu phases in %zu %s (%s), most of all %s: %s "
			 "\xE2\x86\x92 %s a page (%s)",
			 gate->nr_worse, gate->nr_rows, gate->nr_cells,
			 gate->nr_cells == 1 ? "cell" : "cells", terms, words,
			 pb_number(row->base, base), pb_number(row->head, head),
			 pb_relative_words(row->change, change));
}

static char *quote_unknown(const struct pb_gate *gate)
{
	_cleanup_free_ char *clean = NULL;

	if (gate->reason) {
		clean = pb_printable_copy(gate->reason, "");
		return clean ? pb_format("cannot tell: %s", clean) : NULL;
	}
	for (size_t i = 0; i < gate->nr_rows; i++) {
		const struct pb_gate_row *row = &gate->rows[i];
		_cleanup_free_ char *words = NULL;

		if (row->verdict != PB_VERDICT_UNKNOWN)
			continue;
		words = cell_words(row);
		clean = pb_printable_copy(row->reason, "");
		return words && clean
			       ? pb_format(
					 "cannot tell: %zu of %zu rows were not judged, the first "
					 "being %s: %s",
					 gate->nr_unknown, gate->nr_rows, words, clean)
			       : NULL;
	}
	return pb_format("cannot tell: there is nothing to judge");
}

char *pb_gate_quote(const struct pb_gate *gate)
{
	_cleanup_free_ char *uneven = NULL;
	char terms[96];

	terms_words(gate, terms, sizeof(terms));
	if (gate->verdict == PB_VERDICT_WORSE)
		return quote_worse(gate, terms);
	if (gate->verdict == PB_VERDICT_UNKNOWN)
		return quote_unknown(gate);
	uneven = pb_compare_uneven_words(&gate->comparison);
	return uneven ? pb_format("%s: all %zu phases of %zu %s pass (%s)%s%s",
				  pb_verdict_name(gate->verdict), gate->nr_rows, gate->nr_cells,
				  gate->nr_cells == 1 ? "cell" : "cells", terms,
				  *uneven ? "; " : "", uneven)
		      : NULL;
}

static void columns_add(struct pb_grid *grid, const char *unit)
{
	static const struct pb_grid_column columns[] = {
		{ "verdict", "verdict", .flags = PB_GRID_MOVES },
		{ "strategy", "strategy", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "memory", "memory", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_WRAPS },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "base", "base", .align = PB_GRID_POINT },
		{ "head", "head", .align = PB_GRID_POINT },
		{ "change_percent", "change", .unit = "%", .align = PB_GRID_RIGHT },
		{ "why", "why", .flags = PB_GRID_WRAPS | PB_GRID_MOVES },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++) {
		struct pb_grid_column column = columns[i];

		if (column.align == PB_GRID_POINT)
			column.unit = unit;
		pb_grid_column(grid, &column);
	}
}

/* The last column: the interval, or why there is none. */
static const char *why_words(const struct pb_gate_row *row, char *buf, size_t size)
{
	char lower[PB_WORD_LEN], upper[PB_WORD_LEN];

	buf[0] = '\0';
	if (row->lower != row->upper && !isnan(row->lower))
		snprintf(buf, size, "%s to %s%s", pb_relative_words(row->lower, lower),
			 pb_relative_words(row->upper, upper), row->reason ? "; " : "");
	if (row->reason)
		snprintf(buf + strlen(buf), size - strlen(buf), "%s", row->reason);
	return buf;
}

static enum pb_grid_tint tint_of(enum pb_verdict verdict)
{
	return verdict == PB_VERDICT_WORSE    ? PB_GRID_BAD
	       : verdict == PB_VERDICT_BETTER ? PB_GRID_GOOD
					      : PB_GRID_PLAIN;
}

static int row_add(struct pb_grid *grid, const struct pb_gate_row *row)
{
	_cleanup_free_ char *memory = pb_cell_title(&row->cell);
	char number[PB_NUMBER_LEN], change[PB_WORD_LEN], why[512];

	if (!memory)
		return -ENOMEM;
	pb_grid_text(grid, pb_verdict_name(row->verdict));
	pb_grid_tint(grid, tint_of(row->verdict));
	pb_grid_text(grid, row->cell.strategy);
	pb_grid_text(grid, memory);
	pb_grid_count(grid, row->cell.nr_pages);
	pb_grid_text(grid, row->phase);
	pb_grid_number(grid, row->base, pb_number(row->base, number));
	pb_grid_number(grid, row->head, pb_number(row->head, number));
	pb_grid_number(grid, 100 * row->change,
		       isnan(row->change) ? "" : pb_relative_words(row->change, change));
	pb_grid_text(grid, why_words(row, why, sizeof(why)));
	return 0;
}

static void side_add(const char *side, const struct pb_summary *summary,
		     struct pb_document *document, bool close)
{
	_cleanup_free_ char *title = pb_run_title(summary);

	pb_document_say(document, close ? PB_ITEM_CLOSE : 0, side, "%s  %s (run %.8s, %s)", side,
			title ? title : "?", summary->run.uuid, summary->run.created);
}

enum { ALIKE_SHOWN = 4 };

/* How many cells lack numbers for the same reason as row @at; 0: that row is of another kind. */
static size_t alike_count(const struct pb_gate *gate, size_t at)
{
	const struct pb_gate_row *row = &gate->rows[at];
	size_t nr = 0;

	for (size_t i = 0; !row->phase && row->reason && i < gate->nr_rows; i++)
		nr += !gate->rows[i].phase && gate->rows[i].reason &&
		      pb_streq(gate->rows[i].reason, row->reason);
	return nr;
}

static bool is_first(const struct pb_gate *gate, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (!gate->rows[i].phase && gate->rows[i].reason &&
		    pb_streq(gate->rows[i].reason, gate->rows[at].reason))
			return false;
	return true;
}

/* A run of one cell lacks 79 for one and the same reason, which is one line. */
static int alike_add(const struct pb_gate *gate, struct pb_document *document)
{
	pb_document_list(document, 0, "alike", NULL);
	for (size_t i = 0; i < gate->nr_rows; i++) {
		size_t nr = alike_count(gate, i);
		_cleanup_free_ char *words = NULL;

		if (nr <= ALIKE_SHOWN || !is_first(gate, i))
			continue;
		words = cell_words(&gate->rows[i]);
		if (!words)
			return -ENOMEM;
		pb_document_line(document, "%zu cells cannot tell, the first being %s: %s (--all)",
				 nr, words, gate->rows[i].reason);
	}
	return 0;
}

/* Fills the table with @most rows, and counts those that would have been in it. */
static int rows_add(const struct pb_gate *gate, size_t most, struct pb_grid *grid, size_t *ret_nr)
{
	size_t last = most ? gate->nr_worse + gate->nr_unknown : gate->nr_rows, nr = 0;
	int ret = 0;

	for (size_t i = 0; i < last && !ret; i++) {
		if (most && alike_count(gate, i) > ALIKE_SHOWN)
			continue;
		if (!most || nr < most)
			ret = row_add(grid, &gate->rows[i]);
		nr++;
	}
	*ret_nr = nr;
	return ret;
}

int pb_gate_document(const struct pb_gate *gate, size_t max_rows, struct pb_document *document)
{
	const struct pb_comparison *c = &gate->comparison;
	_cleanup_free_ char *quote = pb_gate_quote(gate);
	struct pb_grid *grid;
	size_t nr = 0;
	int ret;

	if (!quote)
		return -ENOMEM;
	pb_document_say(document, PB_ITEM_STRONG, "sentence", "%s", quote);
	pb_document_say(document, PB_ITEM_HIDDEN, "verdict", "%s", pb_verdict_name(gate->verdict));
	side_add("base", &c->base, document, false);
	side_add("head", &c->head, document, true);
	pb_runs_grid_hidden(document, (const struct pb_summary *[]){ &c->base, &c->head }, 2);
	grid = pb_document_grid(document, 0, "phases", "%s a page", metric_words(gate));
	grid->indent = 2;
	columns_add(grid, c->drawn ? "count" : c->metric);
	ret = rows_add(gate, max_rows, grid, &nr);
	if (!ret && max_rows && nr > max_rows)
		pb_grid_note(grid, "... and %zu more (--all shows them)", nr - max_rows);
	return ret || !max_rows ? ret : alike_add(gate, document);
}
