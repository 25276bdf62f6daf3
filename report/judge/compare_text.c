// SPDX-License-Identifier: GPL-2.0-only
/*
 * compare_text - a comparison for the terminal and for a mail.
 * Why: what makes two runs incomparable is read before the numbers, and the last line can be
 * quoted.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "common/err.h"
#include "common/grid/document.h"
#include "common/grid/forms.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/drawn.h"
#include "report/judge/intervals.h"
#include "report/runs/identify.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char arrow[] = "\xE2\x86\x92";

enum { UNMATCHED_SHOWN = 4 };

static void columns_add(struct pb_grid *grid, const char *unit)
{
	static const struct pb_grid_column columns[] = {
		{ "strategy", "strategy", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "memory", "memory", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_WRAPS },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "base", "base", .align = PB_GRID_POINT },
		{ "head", "head", .align = PB_GRID_POINT },
		{ "change", "change", .align = PB_GRID_POINT },
		{ "change_percent", "%", .unit = "%", .align = PB_GRID_RIGHT },
		{ "change_a_call", "a call", .align = PB_GRID_RIGHT },
	};

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++) {
		struct pb_grid_column column = columns[i];

		if (!column.unit && column.align != PB_GRID_LEFT && i > 2)
			column.unit = unit;
		pb_grid_column(grid, &column);
	}
}

static const char *per_call_words(double per_call, char number[PB_NUMBER_LEN])
{
	if (per_call == round(per_call) && fabs(per_call) < 1e12)
		snprintf(number, PB_NUMBER_LEN, "%s%.0f", per_call < 0 ? "\xE2\x88\x92" : "+",
			 fabs(per_call));
	else
		pb_number_change(per_call, number);
	return number;
}

static int row_add(struct pb_grid *grid, const struct pb_diff *diff)
{
	const struct pb_cell *cell = &diff->base->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	double percent = 100 * (diff->head_value - diff->base_value) / fabs(diff->base_value);
	enum pb_grid_tint tint = !diff->per_page    ? PB_GRID_PLAIN
				 : diff->change < 0 ? PB_GRID_GOOD
						    : PB_GRID_BAD;
	char number[PB_NUMBER_LEN];

	if (!setting)
		return -ENOMEM;
	pb_grid_text(grid, cell->strategy);
	pb_grid_text(grid, setting);
	pb_grid_count(grid, cell->nr_pages);
	if (diff->counter)
		pb_grid_text(grid, diff->metric);
	else
		pb_grid_format(grid, "%s%s%s", diff->phase, diff->per_page ? "" : ": ",
			       diff->per_page ? "" : diff->metric);
	pb_grid_number(grid, diff->base_value, pb_number(diff->base_value, number));
	pb_grid_number(grid, diff->head_value, pb_number(diff->head_value, number));
	pb_grid_number(grid, diff->change, pb_number_change(diff->change, number));
	pb_grid_tint(grid, tint);
	pb_grid_number(grid, percent,
		       isnan(diff->change)
			       ? ""
			       : pb_percent_change(diff->base_value, diff->head_value, number));
	pb_grid_tint(grid, tint);
	pb_grid_number(grid, diff->per_call, per_call_words(diff->per_call, number));
	pb_grid_tint(grid, tint);
	return 0;
}

enum kind { PER_PAGE, COUNTERS, ONCE };

static enum kind kind_of(const struct pb_diff *diff)
{
	return diff->counter ? COUNTERS : diff->per_page ? PER_PAGE : ONCE;
}

static struct pb_grid *diffs_grid(const struct pb_comparison *c, enum kind kind,
				  struct pb_document *document)
{
	switch (kind) {
	case PER_PAGE:
		return pb_document_grid(document, 0, "differences",
					"Differences in %s a page, biggest first", c->metric);
	case COUNTERS:
		return pb_document_grid(
			document, 0, "counters",
			"Differences in counters of whole calls, a page; shown, not judged");
	case ONCE:
		break;
	}
	return pb_document_grid(document, 0, "once", "Differences in what is read once a cell");
}

static int diffs_add(const struct pb_comparison *c, enum kind kind, size_t most,
		     struct pb_document *document)
{
	struct pb_grid *grid = diffs_grid(c, kind, document);
	size_t total = 0;

	grid->indent = 2;
	columns_add(grid, kind == PER_PAGE ? c->metric : NULL);
	for (size_t i = 0; i < c->nr_diffs; i++) {
		int ret;

		if (kind_of(&c->diffs[i]) != kind || (most && total++ >= most))
			continue;
		ret = row_add(grid, &c->diffs[i]);
		if (ret)
			return ret;
	}
	if (most && total > most)
		pb_grid_note(grid, "... and %zu more (--all shows them)", total - most);
	return 0;
}

static void side_add(const char *side, const struct pb_summary *summary,
		     struct pb_document *document, bool close)
{
	_cleanup_free_ char *title = pb_run_title(summary);

	pb_document_say(document, close ? PB_ITEM_CLOSE : 0, side,
			"%s  %s (run %.8s, %s, plan %s, %s)", side, title ? title : "?",
			summary->run.uuid, summary->run.created, summary->run.plan,
			pb_run_state_name(summary->state));
}

static void facts_add(const struct pb_comparison *c, struct pb_document *document)
{
	struct pb_grid *grid =
		pb_document_grid(document, 0, "fingerprints", "Fingerprints that differ");

	grid->indent = 2;
	pb_grid_column(grid, &(struct pb_grid_column){ "fact", "fact", .flags = PB_GRID_KEY });
	pb_grid_column(grid, &(struct pb_grid_column){ "base", "base", .flags = PB_GRID_WRAPS });
	pb_grid_column(grid, &(struct pb_grid_column){ "head", "head", .flags = PB_GRID_WRAPS });
	for (size_t i = 0; i < c->nr_facts; i++) {
		const struct pb_fact_diff *fact = &c->facts[i];

		pb_grid_text(grid, fact->key);
		pb_grid_text(grid, fact->base ? fact->base : "(unknown)");
		pb_grid_text(grid, fact->head ? fact->head : "(unknown)");
	}
}

static int absence_add(const struct pb_summary_cell *cell, struct pb_buf *buf)
{
	char name[PB_ERROR_NAME_LEN];
	int ret;

	if (!cell)
		return pb_buf_printf(buf, "not in the plan");
	ret = pb_buf_printf(buf, "%s", pb_cell_state_name(cell->state));
	if (!ret && cell->error)
		ret = pb_buf_printf(buf, " %s", pb_error_name(cell->error, name, sizeof(name)));
	if (!ret && cell->reason && cell->state != PB_CELL_MEASURED)
		ret = pb_buf_printf(buf, " (%s)", cell->reason);
	return ret;
}

/* "measured -> refused EPERM (not any more)". NULL: out of memory. */
static char *absences_words(const struct pb_unmatched *u)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	if (absence_add(u->base, &buf) || pb_buf_printf(&buf, " %s ", arrow) ||
	    absence_add(u->head, &buf))
		return NULL;
	return pb_steal(buf.data);
}

static char *cell_words(const struct pb_unmatched *u)
{
	const struct pb_cell *cell = u->base ? &u->base->cell : &u->head->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	char pages[PB_WORD_LEN];

	return setting ? pb_format("%s on %s, %s", cell->strategy, setting,
				   pb_pages_words(cell->nr_pages, pages))
		       : NULL;
}

/* All that have the words of @first; more than a few are one line, and how many they are. */
static int alike_add(const struct pb_comparison *c, char **words, size_t first, bool all,
		     struct pb_document *document)
{
	size_t nr = 0;
	bool folded;

	for (size_t i = first; i < c->nr_unmatched; i++)
		nr += pb_streq(words[i], words[first]);
	folded = !all && nr > UNMATCHED_SHOWN;
	for (size_t i = first; i < c->nr_unmatched; i++) {
		_cleanup_free_ char *cell = NULL;

		if (!pb_streq(words[i], words[first]))
			continue;
		cell = cell_words(&c->unmatched[i]);
		if (!cell)
			return -ENOMEM;
		if (folded) {
			pb_document_line(document, "%zu cells, the first being %s: %s", nr, cell,
					 words[i]);
			return 0;
		}
		pb_document_line(document, "%s: %s", cell, words[i]);
	}
	return 0;
}

static int unmatched_add(const struct pb_comparison *c, bool all, struct pb_document *document)
{
	char **words = calloc(c->nr_unmatched + 1, sizeof(*words));
	int ret = words ? 0 : -ENOMEM;

	pb_document_list(document, 0, "unmatched", "Cells without a counterpart:");
	for (size_t i = 0; i < c->nr_unmatched && !ret; i++) {
		words[i] = absences_words(&c->unmatched[i]);
		ret = words[i] ? 0 : -ENOMEM;
	}
	for (size_t i = 0; i < c->nr_unmatched && !ret; i++) {
		bool told = false;

		for (size_t j = 0; j < i; j++)
			told |= pb_streq(words[j], words[i]);
		if (!told)
			ret = alike_add(c, words, i, all, document);
	}
	for (size_t i = 0; words && i < c->nr_unmatched; i++)
		free(words[i]);
	free(words);
	return ret ? pb_fail(ret, "out of memory") : 0;
}

/* "head did not end and lacks 71 of 79 cells"; nothing where both sides have all. */
static int lacks_write(const struct pb_comparison *c, struct pb_buf *buf)
{
	const struct {
		const char *name;
		const struct pb_summary *summary;
		size_t nr;
	} sides[] = { { "base", &c->base, c->nr_base_lacks },
		      { "head", &c->head, c->nr_head_lacks } };
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(sides) && !ret; i++) {
		bool unended =
			pb_compare_unended(c) && pb_run_state_is_open(sides[i].summary->state);

		if (!unended && !sides[i].nr)
			continue;
		ret = pb_buf_printf(buf, "%s%s %s", buf->len_bytes ? "; " : "", sides[i].name,
				    unended ? "did not end" : "");
		if (!ret && sides[i].nr)
			ret = pb_buf_printf(buf, "%slacks %zu of %zu cells", unended ? " and " : "",
					    sides[i].nr, c->nr_cells);
	}
	return ret;
}

char *pb_compare_lacks(const struct pb_comparison *c)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	if (lacks_write(c, &buf))
		return NULL;
	return buf.data ? pb_steal(buf.data) : strdup("");
}

static char *quote_same(const struct pb_comparison *c, const char *uneven)
{
	const char *cells = c->nr_compared == 1 ? "cell" : "cells";

	if (c->nr_uneven)
		return pb_format("no difference: %zu %s, compared by as many samples of each side; "
				 "%s",
				 c->nr_compared, cells, uneven);
	if (c->nr_cells_resample)
		return pb_format("no difference in the least samples of %zu %s, but other samples "
				 "differ in %zu of them",
				 c->nr_compared, cells, c->nr_cells_resample);
	if (c->least_only)
		return pb_format("no difference: the least samples of %zu %s are identical",
				 c->nr_compared, cells);
	return pb_format("no difference: %zu %s, all %zu samples identical", c->nr_compared, cells,
			 c->nr_samples);
}

static char *quote_biggest(const struct pb_comparison *c)
{
	const struct pb_diff *diff = &c->diffs[0];
	const struct pb_cell *cell = &diff->base->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell), *strategy = NULL;
	char base[PB_NUMBER_LEN], head[PB_NUMBER_LEN], percent[PB_NUMBER_LEN], pages[PB_WORD_LEN];

	strategy = pb_printable_copy(cell->strategy, "");
	if (!setting || !strategy)
		return NULL;
	return pb_format("%s on %s, %s, %s: %s %s %s %s a page (%s)", strategy, setting,
			 pb_pages_words(cell->nr_pages, pages), diff->phase,
			 pb_number(diff->base_value, base), arrow,
			 pb_number(diff->head_value, head), c->metric,
			 pb_percent_change(diff->base_value, diff->head_value, percent));
}

/* ", 3 better, 1 worse": only what there is. */
static int quote_tally(const struct pb_comparison *c, struct pb_buf *buf)
{
	int ret = 0;

	if (c->nr_better)
		ret = pb_buf_printf(buf, ", %zu better", c->nr_better);
	if (!ret && c->nr_worse)
		ret = pb_buf_printf(buf, ", %zu worse", c->nr_worse);
	if (!ret && c->nr_lost)
		ret = pb_buf_printf(buf, ", %zu no longer measured", c->nr_lost);
	return ret;
}

static char *quote_open(const struct pb_comparison *c)
{
	const struct pb_diff *diff = &c->open;
	_cleanup_free_ char *setting = pb_cell_title(&diff->base->cell);
	char base[PB_NUMBER_LEN], head[PB_NUMBER_LEN], pages[PB_WORD_LEN];

	if (!setting)
		return NULL;
	return pb_format("cannot tell: in %zu of %zu cells the least samples differ, and so do the "
			 "numbers of samples: %s on %s, %s, %s: %s %s a page in %zu samples, %s in "
			 "%zu (measure both with as many: --samples)",
			 c->nr_open, c->nr_open + c->nr_compared + c->nr_blind + c->nr_doubt,
			 diff->base->cell.strategy, setting,
			 pb_pages_words(diff->base->cell.nr_pages, pages), diff->phase,
			 pb_number(diff->base_value, base), c->metric, diff->nr_base,
			 pb_number(diff->head_value, head), diff->nr_head);
}

static char *quote_unknown(const struct pb_comparison *c, const char *lacks)
{
	if (c->nr_blind)
		return pb_format("cannot tell: %zu of %zu cells have no %s on a side%s%s",
				 c->nr_blind, c->nr_blind + c->nr_compared, c->metric,
				 *lacks ? "; " : "", lacks);
	if (c->nr_doubt)
		return pb_compare_doubts_quote(c);
	if (c->nr_open)
		return quote_open(c);
	if (!c->nr_compared)
		return pb_format("cannot tell: no cell was measured on both sides%s%s",
				 *lacks ? ": " : "", lacks);
	if (!c->nr_differ)
		return pb_format("cannot tell: %s; the %zu that both measured do not differ", lacks,
				 c->nr_compared);
	return pb_format("cannot tell: %s; of the %zu that both measured %zu differ, none for the "
			 "worse",
			 lacks, c->nr_compared, c->nr_differ);
}

static char *quote_differ(const struct pb_comparison *c)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	_cleanup_free_ char *biggest = NULL;
	const char *cells = c->nr_compared == 1 ? "cell" : "cells";

	if (pb_buf_printf(&buf, "%zu of %zu %s differ", c->nr_differ, c->nr_compared, cells) ||
	    quote_tally(c, &buf))
		return NULL;
	if (c->nr_differ) {
		biggest = quote_biggest(c);
		if (!biggest || pb_buf_printf(&buf, ": %s", biggest))
			return NULL;
	}
	return pb_steal(buf.data);
}

char *pb_compare_quote(const struct pb_comparison *c)
{
	_cleanup_free_ char *lacks = pb_compare_lacks(c);
	_cleanup_free_ char *uneven = pb_compare_uneven_words(c);
	_cleanup_free_ char *differ = NULL;

	if (!lacks || !uneven)
		return NULL;
	if (c->drawn)
		return pb_drawn_quote(c, lacks);
	if (c->noisy)
		return pb_intervals_quote(c, lacks, uneven);
	if (c->verdict == PB_VERDICT_UNKNOWN)
		return quote_unknown(c, lacks);
	if (!c->nr_differ && !c->nr_lost)
		return quote_same(c, uneven);
	differ = quote_differ(c);
	return differ ? pb_format("%s%s%s%s%s", differ, *uneven ? "; " : "", uneven,
				  *lacks ? "; " : "", lacks)
		      : NULL;
}

int pb_compare_document(const struct pb_comparison *c, size_t most, struct pb_document *document)
{
	_cleanup_free_ char *quote = pb_compare_quote(c);
	int ret;

	if (!quote)
		return -ENOMEM;
	side_add("base", &c->base, document, false);
	side_add("head", &c->head, document, true);
	pb_runs_grid_hidden(document, (const struct pb_summary *[]){ &c->base, &c->head }, 2);
	facts_add(c, document);
	ret = unmatched_add(c, !most, document);
	if (!ret)
		ret = pb_compare_doubts_add(c, most, document);
	if (ret)
		return ret;
	if (c->drawn)
		ret = pb_drawn_document(c, most, document);
	else
		ret = c->noisy ? pb_intervals_document(c, most, document)
			       : diffs_add(c, PER_PAGE, most, document);
	if (!ret)
		ret = diffs_add(c, COUNTERS, most, document);
	if (!ret)
		ret = diffs_add(c, ONCE, most, document);
	if (ret)
		return ret;
	pb_document_say(document, PB_ITEM_STRONG, "sentence", "%s", quote);
	pb_document_say(document, PB_ITEM_HIDDEN, "verdict", "%s", pb_verdict_name(c->verdict));
	return 0;
}

int pb_compare_print(const struct pb_comparison *c, size_t most, FILE *out)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "compare" };
	int ret = pb_compare_document(c, most, &document);

	return ret ? ret : pb_document_write(&document, &pb_document_formats[0], out);
}
