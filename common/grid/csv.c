// SPDX-License-Identifier: GPL-2.0-only
/*
 * csv - a document as one table for a spreadsheet.
 * Why: a file with several heads is read by nothing; here each row says which table it is of.
 *
 * Columns are those of all tables, by name, behind `table`; sentences and lists are rows with the
 * columns `key` and `text`. A document of one table alone has no `table`.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/encode/csv.h"
#include "common/err.h"
#include "common/grid/renderers.h"
#include "common/str.h"

/* The heads, and where in a row each grid's columns go. */
struct heads {
	size_t nr;
	const char **keys; /* borrowed */
};

static void heads_free(struct heads *heads)
{
	free(heads->keys);
}

static int head_add(struct heads *heads, const char *key)
{
	const char **grown;

	for (size_t i = 0; i < heads->nr; i++)
		if (pb_streq(heads->keys[i], key))
			return 0;
	grown = reallocarray(heads->keys, heads->nr + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	heads->keys = grown;
	grown[heads->nr++] = key;
	return 0;
}

static bool is_only_table(const struct pb_document *document)
{
	return document->nr_items == 1 && document->items[0]->kind == PB_ITEM_GRID;
}

static int heads_make(const struct pb_document *document, struct heads *heads)
{
	bool only = is_only_table(document);
	int ret = only ? 0 : head_add(heads, "table");

	for (size_t i = 0; i < document->nr_items && !ret; i++) {
		const struct pb_item *item = document->items[i];

		if (item->kind != PB_ITEM_GRID) {
			ret = head_add(heads, "key");
			ret = ret ? ret : head_add(heads, "text");
			continue;
		}
		for (size_t c = 0; c < item->grid->nr_columns && !ret; c++)
			ret = head_add(heads, item->grid->columns[c].key);
	}
	return ret;
}

static void number_write(double number, FILE *out)
{
	char text[40];

	if (!isfinite(number))
		return;
	if (number == round(number) && fabs(number) < 1e15)
		snprintf(text, sizeof(text), "%.0f", number);
	else
		snprintf(text, sizeof(text), "%.17g", number);
	pb_csv_number(out, text);
}

static void cell_write(const struct pb_grid_cell *cell, FILE *out)
{
	if (cell->is_number)
		number_write(cell->number, out);
	else
		pb_csv_text(out, cell->text);
}

static size_t column_of(const struct pb_grid *grid, const char *key)
{
	size_t at = 0;

	while (at < grid->nr_columns && !pb_streq(grid->columns[at].key, key))
		at++;
	return at;
}

static void grid_write(const struct pb_grid *grid, const struct heads *heads, bool only, FILE *out)
{
	for (size_t row = 0; row < pb_grid_rows(grid); row++) {
		for (size_t i = 0; i < heads->nr; i++) {
			size_t at = column_of(grid, heads->keys[i]);

			if (i)
				fputc(',', out);
			if (!only && !i)
				pb_csv_text(out, grid->key);
			else if (at < grid->nr_columns)
				cell_write(pb_grid_at(grid, row, at), out);
		}
		fputs("\r\n", out);
	}
}

static void line_write(const struct heads *heads, const struct pb_item *item, const char *line,
		       FILE *out)
{
	for (size_t i = 0; i < heads->nr; i++) {
		if (i)
			fputc(',', out);
		if (!i)
			fputs("said", out);
		else if (pb_streq(heads->keys[i], "key"))
			pb_csv_text(out, item->key);
		else if (pb_streq(heads->keys[i], "text"))
			pb_csv_text(out, line);
	}
	fputs("\r\n", out);
}

int pb_document_csv(const struct pb_document *document, const struct pb_document_style *style,
		    FILE *out)
{
	pb_cleanup(heads_free) struct heads heads = { 0 };
	bool only = is_only_table(document);
	int ret = heads_make(document, &heads);

	(void)style;
	if (ret)
		return ret;
	for (size_t i = 0; i < heads.nr; i++) {
		if (i)
			fputc(',', out);
		pb_csv_text(out, heads.keys[i]);
	}
	fputs("\r\n", out);
	for (size_t i = 0; i < document->nr_items; i++) {
		const struct pb_item *item = document->items[i];

		if (item->kind == PB_ITEM_GRID)
			grid_write(item->grid, &heads, only, out);
		for (size_t line = 0; line < item->nr_lines; line++)
			line_write(&heads, item, item->lines[line], out);
	}
	return 0;
}
