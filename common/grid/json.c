// SPDX-License-Identifier: GPL-2.0-only
/*
 * json - a document for programs.
 * Why: numbers as numbers and names that stay; what a person reads may change, this has a version.
 * docs/output.md describes it.
 */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "common/encode/json.h"
#include "common/encode/printable.h"
#include "common/err.h"
#include "common/grid/renderers.h"

static inline void decrefp(json_t **json)
{
	json_decref(*json);
}

/* What is no UTF-8 is shown as its bytes: JSON has no other way to hold it. NULL: no memory. */
static json_t *text_json(const char *text)
{
	json_t *json = json_string(text);
	_cleanup_free_ char *shown = json ? NULL : pb_printable_copy(text, "\n\t");

	return json ? json : shown ? json_string(shown) : NULL;
}

static json_t *cell_json(const struct pb_grid_cell *cell)
{
	if (!cell->is_number)
		return text_json(cell->text);
	return isfinite(cell->number) ? json_real(cell->number) : json_null();
}

/* Whole numbers without a fraction: 12, and not 12.0. */
static json_t *number_json(const struct pb_grid_cell *cell)
{
	if (cell->is_number && cell->number == round(cell->number) && fabs(cell->number) < 1e15)
		return json_integer((json_int_t)cell->number);
	return cell_json(cell);
}

static json_t *row_json(const struct pb_grid *grid, size_t row)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < grid->nr_columns; i++) {
		const struct pb_grid_cell *cell = pb_grid_at(grid, row, i);

		/* Below a wider text there is nothing. */
		if (json_object_set_new(object, grid->columns[i].key,
					cell->span ? number_json(cell) : json_null())) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

static json_t *optional_json(const char *text)
{
	return text ? text_json(text) : json_null();
}

static json_t *columns_json(const struct pb_grid *grid)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < grid->nr_columns; i++) {
		const struct pb_grid_column *of = &grid->columns[i];
		json_t *column =
			json_pack("{s:o, s:o, s:o, s:o}", "key", text_json(of->key), "title",
				  text_json(of->title), "group", optional_json(of->group), "unit",
				  optional_json(of->unit));

		if (!column || json_array_append_new(array, column)) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *lines_json(char *const *lines, size_t nr)
{
	json_t *array = json_array();

	for (size_t i = 0; array && i < nr; i++) {
		if (json_array_append_new(array, text_json(lines[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *grid_json(const struct pb_grid *grid)
{
	json_t *rows = json_array();

	for (size_t row = 0; rows && row < pb_grid_rows(grid); row++) {
		if (json_array_append_new(rows, row_json(grid, row))) {
			json_decref(rows);
			rows = NULL;
		}
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "key", text_json(grid->key), "title",
			 optional_json(grid->title), "columns", columns_json(grid), "rows", rows,
			 "notes", lines_json(grid->notes, grid->nr_notes));
}

static json_t *list_json(const struct pb_item *item)
{
	return json_pack("{s:o, s:o, s:o}", "key", text_json(item->key), "title",
			 optional_json(item->title), "lines",
			 lines_json(item->lines, item->nr_lines));
}

static int items_add(const struct pb_document *document, json_t *said, json_t *lists,
		     json_t *tables)
{
	for (size_t i = 0; i < document->nr_items; i++) {
		const struct pb_item *item = document->items[i];
		int failed;

		if (item->kind == PB_ITEM_GRID)
			failed = json_array_append_new(tables, grid_json(item->grid));
		else if (item->kind == PB_ITEM_LIST)
			failed = json_array_append_new(lists, list_json(item));
		else
			failed = json_object_set_new(said, item->key, text_json(item->lines[0]));
		if (failed)
			return -ENOMEM;
	}
	return 0;
}

int pb_document_json(const struct pb_document *document, const struct pb_document_style *style,
		     FILE *out)
{
	json_t *said = json_object(), *lists = json_array(), *tables = json_array();
	pb_cleanup(decrefp) json_t *json =
		json_pack("{s:s, s:i, s:s, s:o, s:o, s:o}", "format", "pinbench", "version",
			  PB_DOCUMENT_VERSION, "command", document->command, "said", said, "lists",
			  lists, "tables", tables);
	_cleanup_free_ char *text = NULL;

	(void)style;
	if (!json || items_add(document, said, lists, tables))
		return pb_fail(-ENOMEM, "out of memory");
	text = json_dumps(json, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return 0;
}
