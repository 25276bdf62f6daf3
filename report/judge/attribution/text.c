// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - the functions that a difference sits in, for the terminal and for a mail.
 * Why: the numbers stand in columns and add up, so that a reader can check them.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "report/judge/attribution/attribution.h"
#include "report/runs/text.h"

enum { WIDTH = 10 };

static void cell_print(FILE *out, const char *text)
{
	int blanks = WIDTH - pb_text_columns(text);

	pb_term_printf(out, "%*s%s", blanks > 0 ? blanks : 0, "", text);
}

static void number_print(FILE *out, double value)
{
	char number[PB_NUMBER_LEN];

	cell_print(out, pb_number(value, number));
}

static void change_print(FILE *out, double value)
{
	char number[PB_NUMBER_LEN];

	cell_print(out, isnan(value) ? "" : value == 0 ? "0" : pb_number_change(value, number));
}

static void name_print(FILE *out, const char *name)
{
	_cleanup_free_ char *clean = pb_printable_copy(name, "");

	pb_term_printf(out, "%s", clean ? clean : "?");
}

/* Parts are shown where there is more than one: what each adds, and which side lacks it. */
static void parts_print(FILE *out, const struct pb_where *where, const struct pb_where_row *row)
{
	for (size_t i = 0; row->nr_parts > 1 && i < row->nr_parts; i++) {
		const struct pb_where_part *part = &row->parts[i];

		if (part->in_base)
			number_print(out, part->base_call / (double)where->base_pages);
		else
			cell_print(out, "");
		if (part->in_head)
			number_print(out, part->head_call / (double)where->head_pages);
		else
			cell_print(out, "");
		pb_term_printf(out, "%*s    ", 2 * WIDTH, "");
		name_print(out, part->function);
		pb_term_printf(out, i == 0                           ? " itself\n"
				    : part->in_base && part->in_head ? "\n"
				    : part->in_base                  ? " (base only)\n"
								     : " (head only)\n");
	}
}

static void row_print(FILE *out, const struct pb_where *where, const struct pb_where_row *row)
{
	number_print(out, row->base);
	number_print(out, row->head);
	change_print(out, row->change);
	change_print(out, row->change_call);
	fputs("  ", out);
	name_print(out, row->function);
	pb_term_printf(out, row->nr_parts > 1 ? ", with\n" : "\n");
	parts_print(out, where, row);
}

/* Several rows in one line: those that do not differ, or that are too many to show. */
static void rest_print(FILE *out, const struct pb_where *where, size_t from, const char *what)
{
	struct pb_where_row sum = { 0 };

	for (size_t i = from; i < where->nr_rows; i++) {
		sum.base += where->rows[i].base;
		sum.head += where->rows[i].head;
		sum.change += where->rows[i].change;
		sum.change_call += where->rows[i].change_call;
	}
	if (from == where->nr_rows)
		return;
	number_print(out, sum.base);
	number_print(out, sum.head);
	change_print(out, sum.change);
	change_print(out, sum.change_call);
	pb_term_printf(out, "  %s: %zu\n", what, where->nr_rows - from);
}

int pb_where_print(const struct pb_where *where, const struct pb_where_style *style, FILE *out)
{
	size_t nr_differ = 0, nr_shown;

	while (nr_differ < where->nr_rows && where->rows[nr_differ].change != 0)
		nr_differ++;
	nr_shown = style->max_rows && style->max_rows < nr_differ ? style->max_rows : nr_differ;
	cell_print(out, "base");
	cell_print(out, "head");
	cell_print(out, "change");
	cell_print(out, where->base_pages == where->head_pages ? "a call" : "");
	fputs("  function; instructions a page\n", out);
	for (size_t i = 0; i < nr_shown; i++)
		row_print(out, where, &where->rows[i]);
	if (nr_shown < nr_differ)
		rest_print(out, where, nr_shown, "rows that differ less, or not");
	else
		rest_print(out, where, nr_differ, "rows that cost the same");
	number_print(out, where->base);
	number_print(out, where->head);
	change_print(out, where->head - where->base);
	change_print(out, where->base_pages == where->head_pages
				  ? round((where->head - where->base) * (double)where->head_pages)
				  : NAN);
	pb_term_printf(out, "  all of %s\n", where->phase);
	if (ferror(out))
		return pb_fail(-EIO, "cannot write the functions of a difference");
	return 0;
}
