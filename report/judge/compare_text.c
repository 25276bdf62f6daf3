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

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/intervals.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char arrow[] = "\xE2\x86\x92";

static void text_print(FILE *out, const char *text)
{
	_cleanup_free_ char *clean = pb_printable_copy(text ? text : "", "");

	pb_term_printf(out, "%s", clean ? clean : "?");
}

static int width_most(int most, const char *text)
{
	int columns = pb_text_columns(text);

	return columns > most ? columns : most;
}

/* printf() pads by bytes; a minus sign and a dash are three. */
static void pad_print(FILE *out, const char *text, int columns)
{
	int blanks = abs(columns) - pb_text_columns(text);

	if (columns < 0)
		pb_term_printf(out, "%s", text);
	pb_term_printf(out, "%*s", blanks > 0 ? blanks : 0, "");
	if (columns > 0)
		pb_term_printf(out, "%s", text);
}

enum { COLUMNS = 9, UNMATCHED_SHOWN = 4 };

/* A row of the table of differences, as text, so that its columns can be measured first. */
struct row {
	const struct pb_diff *diff;
	char *setting;
	char text[COLUMNS][PB_WORD_LEN + PB_NUMBER_LEN];
};

static void row_fill(struct row *row, const struct pb_diff *diff)
{
	char number[PB_NUMBER_LEN];
	const struct pb_cell *cell = &diff->base->cell;
	double per_call = diff->per_call;

	row->diff = diff;
	snprintf(row->text[0], sizeof(row->text[0]), "%s", cell->strategy);
	snprintf(row->text[1], sizeof(row->text[1]), "%s", row->setting);
	snprintf(row->text[2], sizeof(row->text[2]), "%" PRIu64, cell->nr_pages);
	if (diff->counter)
		snprintf(row->text[3], sizeof(row->text[3]), "%s", diff->metric);
	else
		snprintf(row->text[3], sizeof(row->text[3]), "%s%s%s", diff->phase,
			 diff->per_page ? "" : ": ", diff->per_page ? "" : diff->metric);
	snprintf(row->text[4], sizeof(row->text[4]), "%s", pb_number(diff->base_value, number));
	snprintf(row->text[5], sizeof(row->text[5]), "%s", pb_number(diff->head_value, number));
	snprintf(row->text[6], sizeof(row->text[6]), "%s", pb_number_change(diff->change, number));
	snprintf(row->text[7], sizeof(row->text[7]), "%s",
		 isnan(diff->change)
			 ? ""
			 : pb_percent_change(diff->base_value, diff->head_value, number));
	if (per_call == round(per_call) && fabs(per_call) < 1e12)
		snprintf(row->text[8], sizeof(row->text[8]), "%s%.0f",
			 per_call < 0 ? "\xE2\x88\x92" : "+", fabs(per_call));
	else
		snprintf(row->text[8], sizeof(row->text[8]), "%s",
			 pb_number_change(per_call, number));
}

static void rows_print(const struct row *rows, size_t nr, const struct pb_compare_style *style,
		       FILE *out)
{
	static const char *const heads[COLUMNS] = { "strategy", "memory", "pages", "phase", "base",
						    "head",     "change", "%",     "a call" };
	static const int align[COLUMNS] = { -1, -1, 1, -1, 1, 1, 1, 1, 1 };
	int width[COLUMNS];

	for (int i = 0; i < COLUMNS; i++) {
		width[i] = pb_text_columns(heads[i]);
		for (size_t r = 0; r < nr; r++)
			width[i] = width_most(width[i], rows[r].text[i]);
	}
	for (int i = 0; i < COLUMNS; i++) {
		fputs("  ", out);
		pad_print(out, heads[i], align[i] * width[i]);
	}
	fputc('\n', out);
	for (size_t r = 0; r < nr; r++) {
		for (int i = 0; i < COLUMNS; i++) {
			bool tinted = style->colour && i >= 6 && rows[r].diff->per_page;

			fputs("  ", out);
			if (tinted)
				pb_term_printf(out, "%s",
					       rows[r].diff->change < 0 ? pb_term_green
									: pb_term_red);
			pad_print(out, rows[r].text[i], align[i] * width[i]);
			if (tinted)
				pb_term_printf(out, "%s", pb_term_plain);
		}
		fputc('\n', out);
	}
}

static void rows_free(struct row *rows, size_t nr)
{
	for (size_t i = 0; rows && i < nr; i++)
		free(rows[i].setting);
	free(rows);
}

enum kind { PER_PAGE, COUNTERS, ONCE };

static enum kind kind_of(const struct pb_diff *diff)
{
	return diff->counter ? COUNTERS : diff->per_page ? PER_PAGE : ONCE;
}

static void diffs_title(const struct pb_comparison *c, enum kind kind, FILE *out)
{
	if (kind == PER_PAGE)
		pb_term_printf(out, "\nDifferences in %s a page, biggest first:\n", c->metric);
	else if (kind == COUNTERS)
		fputs("\nDifferences in counters of whole calls, a page; shown, not judged:\n",
		      out);
	else
		fputs("\nDifferences in what is read once a cell:\n", out);
}

static int diffs_print(const struct pb_comparison *c, enum kind kind,
		       const struct pb_compare_style *style, FILE *out)
{
	struct row *rows = calloc(c->nr_diffs + 1, sizeof(*rows));
	size_t nr = 0, total = 0;

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < c->nr_diffs; i++) {
		if (kind_of(&c->diffs[i]) != kind ||
		    (style->max_diffs && total++ >= style->max_diffs))
			continue;
		rows[nr].setting = pb_cell_title(&c->diffs[i].base->cell);
		if (!rows[nr].setting) {
			rows_free(rows, nr);
			return -ENOMEM;
		}
		row_fill(&rows[nr++], &c->diffs[i]);
	}
	if (nr)
		diffs_title(c, kind, out);
	if (nr)
		rows_print(rows, nr, style, out);
	if (style->max_diffs && total > style->max_diffs)
		pb_term_printf(out, "  ... and %zu more\n", total - style->max_diffs);
	rows_free(rows, nr);
	return 0;
}

static void side_print(const char *side, const struct pb_summary *summary, FILE *out)
{
	_cleanup_free_ char *title = pb_run_title(summary);

	pb_term_printf(out, "%s  %s (run %.8s, %s, plan ", side, title ? title : "?",
		       summary->run.uuid, summary->run.created);
	text_print(out, summary->run.plan);
	pb_term_printf(out, ", %s)\n", pb_run_state_name(summary->state));
}

static void facts_print(const struct pb_comparison *c, FILE *out)
{
	int width = 0;

	for (size_t i = 0; i < c->nr_facts; i++)
		width = width_most(width, c->facts[i].key);
	if (c->nr_facts)
		fputs("\nFingerprints that differ:\n", out);
	for (size_t i = 0; i < c->nr_facts; i++) {
		const struct pb_fact_diff *fact = &c->facts[i];

		fputs("  ", out);
		pad_print(out, fact->key, -width);
		fputs("  ", out);
		text_print(out, fact->base ? fact->base : "(unknown)");
		pb_term_printf(out, " %s ", arrow);
		text_print(out, fact->head ? fact->head : "(unknown)");
		fputc('\n', out);
	}
}

static void absence_print(const struct pb_summary_cell *cell, FILE *out)
{
	char name[PB_ERROR_NAME_LEN];

	if (!cell) {
		fputs("not in the plan", out);
		return;
	}
	pb_term_printf(out, "%s", pb_cell_state_name(cell->state));
	if (cell->error)
		pb_term_printf(out, " %s", pb_error_name(cell->error, name, sizeof(name)));
	if (cell->reason && cell->state != PB_CELL_MEASURED) {
		fputs(" (", out);
		text_print(out, cell->reason);
		fputc(')', out);
	}
}

/* "measured -> refused EPERM (not any more)". NULL: out of memory. */
static char *absences_words(const struct pb_unmatched *u)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (!out)
		return NULL;
	absence_print(u->base, out);
	pb_term_printf(out, " %s ", arrow);
	absence_print(u->head, out);
	return fclose(out) ? NULL : pb_steal(text);
}

static void cell_print(const struct pb_unmatched *u, FILE *out)
{
	const struct pb_cell *cell = u->base ? &u->base->cell : &u->head->cell;
	_cleanup_free_ char *setting = pb_cell_title(cell);
	char pages[PB_WORD_LEN];

	text_print(out, cell->strategy);
	pb_term_printf(out, " on %s, %s: ", setting ? setting : "?",
		       pb_pages_words(cell->nr_pages, pages));
}

/* All that have the words of @first; more than a few are one line, and how many they are. */
static void alike_print(const struct pb_comparison *c, char **words, size_t first, bool all,
			FILE *out)
{
	size_t nr = 0;

	for (size_t i = first; i < c->nr_unmatched; i++)
		nr += pb_streq(words[i], words[first]);
	for (size_t i = first; i < c->nr_unmatched; i++) {
		if (!pb_streq(words[i], words[first]))
			continue;
		fputs("  ", out);
		if (!all && nr > UNMATCHED_SHOWN)
			pb_term_printf(out, "%zu cells, the first being ", nr);
		cell_print(&c->unmatched[i], out);
		pb_term_printf(out, "%s\n", words[i]);
		if (!all && nr > UNMATCHED_SHOWN)
			return;
	}
}

static int unmatched_print(const struct pb_comparison *c, bool all, FILE *out)
{
	char **words = calloc(c->nr_unmatched + 1, sizeof(*words));
	int ret = words ? 0 : -ENOMEM;

	for (size_t i = 0; i < c->nr_unmatched && !ret; i++) {
		words[i] = absences_words(&c->unmatched[i]);
		ret = words[i] ? 0 : -ENOMEM;
	}
	if (!ret && c->nr_unmatched)
		fputs("\nCells without a counterpart:\n", out);
	for (size_t i = 0; i < c->nr_unmatched && !ret; i++) {
		bool told = false;

		for (size_t j = 0; j < i; j++)
			told |= pb_streq(words[j], words[i]);
		if (!told)
			alike_print(c, words, i, all, out);
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

int pb_compare_print(const struct pb_comparison *c, const struct pb_compare_style *style, FILE *out)
{
	_cleanup_free_ char *quote = pb_compare_quote(c);
	int ret;

	if (!quote)
		return -ENOMEM;
	side_print("base", &c->base, out);
	side_print("head", &c->head, out);
	facts_print(c, out);
	ret = unmatched_print(c, !style->max_diffs, out);
	if (!ret)
		ret = pb_compare_doubts_print(c, style->max_diffs, out);
	if (ret)
		return ret;
	ret = c->noisy ? pb_intervals_print(c, style, out) : diffs_print(c, PER_PAGE, style, out);
	if (!ret)
		ret = diffs_print(c, COUNTERS, style, out);
	if (!ret)
		ret = diffs_print(c, ONCE, style, out);
	if (ret)
		return ret;
	pb_term_printf(out, "\n%s\n", quote);
	return ferror(out) ? pb_fail(-EIO, "cannot write the comparison") : 0;
}
