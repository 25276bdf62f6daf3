// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - strategies down, kernels across, one table a memory type and pages a call.
 * Why: a row read from left to right is the history of one strategy's cost.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/runs/notes.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

enum { VALUES = 3 }; /* numbers under one kernel: acquire, release, both */

struct table {
	const struct pb_history *history;
	const struct pb_table_style *style;
	FILE *out;
	size_t first; /* its cells, which are neighbours */
	size_t nr;
	int decimals;
	int width; /* of a number */
	int name_width;
	struct pb_notes notes;
};

static const char *tint(const struct table *table, const char *escape)
{
	return table->style->colour ? escape : "";
}

static int most(int a, int b)
{
	return a > b ? a : b;
}

/* All numbers of a table have the same decimals, so that the eye compares them. */
static void table_measure(struct table *table)
{
	const struct pb_history *h = table->history;
	double largest = 0;

	table->name_width = (int)strlen("strategy");
	for (size_t i = table->first; i < table->first + table->nr; i++) {
		const struct pb_history_cell *cell = &h->cells[i];

		table->name_width = most(table->name_width, pb_text_columns(cell->cell->strategy));
		for (size_t k = 0; k < h->nr_kernels; k++)
			if (!isnan(pb_history_total(h, cell, k)))
				largest = fmax(largest, pb_history_total(h, cell, k));
	}
	table->decimals = h->cells[table->first].cell->nr_pages == 1 ? 0 : 1;
	/* Three columns hold the longest error's name: EOPNOTSUPP[1]. */
	table->width = most(snprintf(NULL, 0, "%.*f", table->decimals, largest), 5);
	for (size_t k = 0; k < h->nr_kernels; k++)
		table->width =
			most(table->width, (pb_text_columns(h->kernels[k].label) + 2) / VALUES);
}

static int kernel_columns(const struct table *table)
{
	return VALUES * (table->width + 1) + 1;
}

/* How many kernels fit beside each other, shared evenly among the lines that they take. */
static size_t kernels_fit(const struct table *table)
{
	size_t nr = table->history->nr_kernels, fit, lines;
	int room = (int)table->style->columns - table->name_width;

	if (!table->style->columns)
		return nr;
	fit = room > kernel_columns(table) ? (size_t)(room / kernel_columns(table)) : 1;
	fit = fit < nr ? fit : nr;
	lines = (nr + fit - 1) / fit;
	return (nr + lines - 1) / lines;
}

static void number_print(const struct table *table, int gap, double value)
{
	/* Rounded to nothing is nothing: no "-0.0". */
	double unit = pow(10, -table->decimals);

	if (isnan(value))
		pb_term_printf(table->out, "%*s\xE2\x80\x93", gap + table->width - 1, "");
	else
		pb_term_printf(table->out, "%*s%*.*f", gap, "", table->width, table->decimals,
			       fabs(value) < unit / 2 ? 0.0 : value);
}

static int cell_print(struct table *table, const struct pb_history_cell *cell, size_t kernel)
{
	const struct pb_history *h = table->history;

	if (!cell->at[kernel] || cell->at[kernel]->state != PB_CELL_MEASURED)
		return pb_notes_absence(&table->notes, cell->at[kernel], kernel_columns(table),
					table->style->colour, table->out);
	pb_term_printf(table->out, "%s", tint(table, pb_term_dim));
	number_print(table, 2, pb_history_value(h, cell, kernel, "acquire"));
	number_print(table, 1, pb_history_value(h, cell, kernel, "release"));
	pb_term_printf(table->out, "%s%s", tint(table, pb_term_plain), tint(table, pb_term_bold));
	number_print(table, 1, pb_history_total(h, cell, kernel));
	pb_term_printf(table->out, "%s", tint(table, pb_term_plain));
	return 0;
}

/* printf() pads by bytes. */
static void label_print(const struct table *table, const char *label)
{
	pb_term_printf(table->out, "%*s%s", most(kernel_columns(table) - pb_text_columns(label), 1),
		       "", label);
}

static void heads_print(const struct table *table, size_t from, size_t to)
{
	pb_term_printf(table->out, "\n%*s", table->name_width, "");
	for (size_t k = from; k < to; k++)
		label_print(table, table->history->kernels[k].label);
	pb_term_printf(table->out, "\n%s%-*s", tint(table, pb_term_dim), table->name_width,
		       "strategy");
	for (size_t k = from; k < to; k++)
		pb_term_printf(table->out, "  %*s %*s %*s", table->width, "acq", table->width,
			       "rel", table->width, "both");
	pb_term_printf(table->out, "%s\n", tint(table, pb_term_plain));
}

static int rows_print(struct table *table, size_t from, size_t to)
{
	heads_print(table, from, to);
	for (size_t i = table->first; i < table->first + table->nr; i++) {
		const struct pb_history_cell *cell = &table->history->cells[i];
		_cleanup_free_ char *name = pb_printable_copy(cell->cell->strategy, "");
		int ret = name ? 0 : -ENOMEM;

		if (!ret)
			pb_term_printf(table->out, "%-*s", table->name_width, name);
		for (size_t k = from; k < to && !ret; k++)
			ret = cell_print(table, cell, k);
		if (ret)
			return ret;
		fputc('\n', table->out);
	}
	return 0;
}

static int one_print(struct table *table)
{
	const struct pb_cell *cell = table->history->cells[table->first].cell;
	_cleanup_free_ char *title = pb_cell_title(cell);
	size_t nr = table->history->nr_kernels, fit;
	char pages[PB_WORD_LEN];

	if (!title)
		return -ENOMEM;
	table_measure(table);
	pb_term_printf(table->out, "\n%s%s, %s a call%s: %s a page to acquire, to release, both",
		       tint(table, pb_term_bold), title, pb_pages_words(cell->nr_pages, pages),
		       tint(table, pb_term_plain), table->history->metric);
	fit = kernels_fit(table);
	for (size_t from = 0; from < nr; from += fit) {
		int ret = rows_print(table, from, from + fit < nr ? from + fit : nr);

		if (ret)
			return ret;
	}
	return 0;
}

static void notes_free(struct table *table)
{
	pb_notes_done(&table->notes);
}

int pb_history_table(const struct pb_history *history, const struct pb_table_style *style,
		     FILE *out)
{
	pb_cleanup(
		notes_free) struct table table = { .history = history, .style = style, .out = out };
	int ret = 0;

	while (table.first < history->nr_cells && !ret) {
		table.nr = 1;
		while (table.first + table.nr < history->nr_cells &&
		       pb_cell_same_but_strategy(history->cells[table.first].cell,
						 history->cells[table.first + table.nr].cell))
			table.nr++;
		ret = one_print(&table);
		table.first += table.nr;
	}
	return ret ? ret : pb_notes_print(&table.notes, out);
}
