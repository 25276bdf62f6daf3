// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - a history for the terminal and for a mail: kernels, table, steps, one sentence.
 * Why: a step is read with its size, and with the command that says which functions it sits in.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static const char arrow[] = "\xE2\x86\x92";

/* A table of text that is measured before it is written. */
enum { COLUMNS_MAX = 9, TEXT_MAX = PB_WORD_LEN + PB_NUMBER_LEN + 64 };

struct line {
	char text[COLUMNS_MAX][TEXT_MAX];
	double change; /* what the last columns are tinted by; 0: not at all */
};

struct columns {
	int nr;
	const char *heads[COLUMNS_MAX];
	bool right[COLUMNS_MAX];
	int tinted; /* columns from here on show the change's colour */
};

static void pad_print(FILE *out, const char *text, int width, bool right)
{
	int blanks = width - pb_text_columns(text);

	pb_term_printf(out, "%*s%s", right && blanks > 0 ? blanks : 0, "", text);
	pb_term_printf(out, "%*s", !right && blanks > 0 ? blanks : 0, "");
}

static void lines_print(const struct columns *columns, const struct line *lines, size_t nr,
			bool colour, FILE *out)
{
	int width[COLUMNS_MAX];

	for (int c = 0; c < columns->nr; c++) {
		width[c] = pb_text_columns(columns->heads[c]);
		for (size_t i = 0; i < nr; i++)
			if (pb_text_columns(lines[i].text[c]) > width[c])
				width[c] = pb_text_columns(lines[i].text[c]);
		/* Nothing follows the last column that blanks would be for. */
		if (c == columns->nr - 1 && !columns->right[c])
			width[c] = 0;
		fputs("  ", out);
		pad_print(out, columns->heads[c], width[c], columns->right[c]);
	}
	fputc('\n', out);
	for (size_t i = 0; i < nr; i++) {
		for (int c = 0; c < columns->nr; c++) {
			bool tinted = colour && c >= columns->tinted && lines[i].change != 0;

			fputs("  ", out);
			if (tinted)
				pb_term_printf(out, "%s",
					       lines[i].change < 0 ? pb_term_green : pb_term_red);
			pad_print(out, lines[i].text[c], width[c], columns->right[c]);
			if (tinted)
				pb_term_printf(out, "%s", pb_term_plain);
		}
		fputc('\n', out);
	}
}

static void text_set(char text[TEXT_MAX], const char *value)
{
	_cleanup_free_ char *clean = pb_printable_copy(value ? value : "", "");

	snprintf(text, TEXT_MAX, "%s", clean ? clean : "?");
}

static int kernels_print(const struct pb_history *h, FILE *out)
{
	static const struct columns columns = {
		.nr = 6,
		.heads = { "kernel", "release", "package", "run", "measured (UTC)", "state" },
		.tinted = COLUMNS_MAX,
	};
	_cleanup_free_ struct line *lines = calloc(h->nr_kernels, sizeof(*lines));

	if (!lines)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t k = 0; k < h->nr_kernels; k++) {
		const struct pb_summary *summary = &h->kernels[k].summary;

		text_set(lines[k].text[0], h->kernels[k].label);
		text_set(lines[k].text[1], pb_summary_fact(summary, "kernel.release"));
		text_set(lines[k].text[2], pb_summary_fact(summary, "kernel.package_version"));
		snprintf(lines[k].text[3], TEXT_MAX, "%.8s", summary->run.uuid);
		text_set(lines[k].text[4], summary->run.created);
		text_set(lines[k].text[5], pb_run_state_name(summary->state));
	}
	fputc('\n', out);
	lines_print(&columns, lines, h->nr_kernels, false, out);
	return 0;
}

static int step_line(const struct pb_history *h, const struct pb_history_step *step,
		     struct line *line)
{
	_cleanup_free_ char *setting = pb_cell_title(step->cell->cell);
	char number[PB_NUMBER_LEN];

	if (!setting)
		return -ENOMEM;
	line->change = step->change;
	text_set(line->text[0], step->cell->cell->strategy);
	text_set(line->text[1], setting);
	text_set(line->text[2], step->phase);
	text_set(line->text[3], h->kernels[step->from].label);
	text_set(line->text[4], h->kernels[step->to].label);
	text_set(line->text[5], pb_number(step->before, number));
	text_set(line->text[6], pb_number(step->after, number));
	text_set(line->text[7], pb_number_change(step->change, number));
	text_set(line->text[8], pb_percent_change(step->before, step->after, number));
	return 0;
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

static void more_print(const struct choice *choice, const struct pb_history_style *style, FILE *out)
{
	if (choice->nr_more)
		pb_term_printf(out, "  ... and %zu more, smaller%s\n", choice->nr_more,
			       choice->nr_small ? "" : " (--all shows them)");
	if (choice->nr_small)
		pb_term_printf(out, "  %zu %s of less than %g %% (--all shows them)\n",
			       choice->nr_small, choice->nr_small == 1 ? "step" : "steps",
			       100 * style->least_share);
}

/* Steps of one number of pages, from @from on; returns where they end, or -errno in @ret_code. */
static size_t steps_print_pages(const struct pb_history *h, size_t from,
				const struct pb_history_style *style, FILE *out, int *ret_code)
{
	static const struct columns columns = {
		.nr = 9,
		.heads = { "strategy", "memory", "phase", "from", "to", "before", "after", "change",
			   "%" },
		.right = { [5] = true, true, true, true },
		.tinted = 7,
	};
	uint64_t nr_pages = h->steps[from].cell->cell->nr_pages;
	_cleanup_free_ struct line *lines = calloc(h->nr_steps - from, sizeof(*lines));
	struct choice choice = { 0 };
	char pages[PB_WORD_LEN];
	size_t i;

	*ret_code = lines ? 0 : pb_fail(-ENOMEM, "out of memory");
	for (i = from; !*ret_code && i < h->nr_steps; i++) {
		if (h->steps[i].cell->cell->nr_pages != nr_pages)
			break;
		if (step_is_small(&h->steps[i], style))
			choice.nr_small++;
		else if (style->max_steps && choice.nr_shown == style->max_steps)
			choice.nr_more++;
		else
			*ret_code = step_line(h, &h->steps[i], &lines[choice.nr_shown++]);
	}
	if (*ret_code)
		return i;
	pb_term_printf(out, "\nSteps at %s a call, in %s a page, biggest first:\n",
		       pb_pages_words(nr_pages, pages), h->metric);
	if (choice.nr_shown)
		lines_print(&columns, lines, choice.nr_shown, style->table.colour, out);
	more_print(&choice, style, out);
	return i;
}

static int steps_print(const struct pb_history *h, const struct pb_history_style *style, FILE *out)
{
	size_t at = 0;
	int ret = 0;

	while (at < h->nr_steps && !ret)
		at = steps_print_pages(h, at, style, out, &ret);
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

static void explain_print(const struct pb_history *h, const struct pb_history_style *style,
			  FILE *out)
{
	size_t nr = 0, more = 0;

	for (size_t i = 0; i < h->nr_steps; i++) {
		const struct pb_history_step *step = &h->steps[i];
		const struct pb_cell *cell = step->cell->cell;

		if (pb_history_share(step) < big_share || explained_before(h, i) ||
		    !pb_history_word_is_plain(cell->strategy) ||
		    !pb_history_word_is_plain(cell->memory))
			continue;
		if (style->max_steps && nr == EXPLAINED) {
			more++;
			continue;
		}
		if (!nr++)
			pb_term_printf(
				out,
				"\nWhich functions a step of %g %% or more sits in, of runs with "
				"--profile:\n",
				100 * big_share);
		pb_term_printf(
			out,
			"  pinbench compare %s %s --where --strategy %s --memory %s --pages %" PRIu64
			"\n",
			h->kernels[step->from].name, h->kernels[step->to].name, cell->strategy,
			cell->memory, cell->nr_pages);
	}
	if (more)
		pb_term_printf(out, "  ... and %zu more cells\n", more);
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
	if (!h->nr_steps && h->nr_unsure)
		return pb_format(
			"cannot tell: no step was found, but %zu neighbours may lie further apart "
			"than %g %%, by noise, drift or jumps within a run (compare says which)%s%s",
			h->nr_unsure, 100 * PB_TOLERANCE, *lacks ? "; " : "", lacks);
	if (!h->nr_steps && *lacks)
		return pb_format("cannot tell: no step was found, but %s", lacks);
	if (!h->nr_steps && h->noisy)
		return pb_format("no step that chance does not make: %zu %s on %zu kernels",
				 h->nr_cells, h->nr_cells == 1 ? "cell" : "cells", h->nr_kernels);
	if (!h->nr_steps)
		return pb_format("no step: %zu %s cost the same on %zu kernels", h->nr_cells,
				 h->nr_cells == 1 ? "cell" : "cells", h->nr_kernels);
	step = quote_step(h, &h->steps[0]);
	return step ? pb_format("%zu %s over %zu kernels; the biggest: %s%s%s", h->nr_steps,
				h->nr_steps == 1 ? "step" : "steps", h->nr_kernels, step,
				*lacks ? "; not judged: " : "", lacks)
		    : NULL;
}

int pb_history_print(const struct pb_history *h, const struct pb_history_style *style, FILE *out)
{
	enum pb_evidence evidence = h->kernels[0].summary.run.evidence;
	_cleanup_free_ char *quote = pb_history_quote(h);
	int ret;

	if (!quote)
		return -ENOMEM;
	pb_term_printf(out, "History of %zu %s\n%s: %s; the %s of each cell's samples\n",
		       h->nr_kernels, h->nr_kernels == 1 ? "kernel" : "kernels",
		       pb_evidence_name(evidence), pb_evidence_words(evidence),
		       h->noisy ? "median" : "least");
	ret = kernels_print(h, out);
	if (!ret)
		ret = pb_history_table(h, &style->table, out);
	if (!ret)
		ret = pb_history_adds(h, out);
	if (!ret)
		ret = steps_print(h, style, out);
	if (!ret)
		ret = pb_history_lacks_print(h, style->max_steps, out);
	if (ret)
		return ret;
	explain_print(h, style, out);
	pb_term_printf(out, "\n%s\n", quote);
	return ferror(out) ? pb_fail(-EIO, "cannot write the history") : 0;
}
