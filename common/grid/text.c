// SPDX-License-Identifier: GPL-2.0-only
/*
 * text - a document for a terminal or a mail.
 * Why: no line is wider than what it is read on, and nothing is left out to get there.
 */
#include <errno.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/grid/layout.h"
#include "common/grid/renderers.h"
#include "common/grid/wrap.h"
#include "common/str.h"

struct pen {
	const struct pb_document_style *style;
	FILE *out;
	size_t blanks; /* owed: written when something follows, so that no line ends with them */
};

static const char *tint_escape(enum pb_grid_tint tint)
{
	switch (tint) {
	case PB_GRID_DIM:
		return pb_term_dim;
	case PB_GRID_BOLD:
		return pb_term_bold;
	case PB_GRID_GOOD:
		return pb_term_green;
	case PB_GRID_BAD:
		return pb_term_red;
	case PB_GRID_PLAIN:
		break;
	}
	return "";
}

static void piece_write(struct pen *pen, const char *text, size_t len_bytes, enum pb_grid_tint tint)
{
	bool tinted = pen->style->colour && tint != PB_GRID_PLAIN;

	if (!len_bytes)
		return;
	pb_term_printf(pen->out, "%*s%s%.*s%s", (int)pen->blanks, "",
		       tinted ? tint_escape(tint) : "", (int)len_bytes, text,
		       tinted ? pb_term_plain : "");
	pen->blanks = 0;
}

static void line_end(struct pen *pen)
{
	fputc('\n', pen->out);
	pen->blanks = 0;
}

/* @text in lines, the ones behind the first @hang columns further in. */
static void paragraph_write(struct pen *pen, size_t indent, size_t hang, const char *text,
			    enum pb_grid_tint tint)
{
	size_t columns = pen->style->columns, at = indent;

	do {
		size_t room = columns > at + 1 ? columns - at : 1;
		const char *next = text + strlen(text);
		size_t len = columns ? pb_wrap_line(text, room, &next) : strlen(text);

		pen->blanks = at;
		piece_write(pen, text, len, tint);
		line_end(pen);
		at = indent + hang;
		text = next;
	} while (*text);
}

static size_t padding(size_t width, const char *text, size_t len_bytes)
{
	_cleanup_free_ char *piece = strndup(text, len_bytes);
	size_t columns = piece ? pb_wrap_columns(piece) : 0;

	return width > columns ? width - columns : 0;
}

static void word_write(struct pen *pen, const char *text, size_t len_bytes, size_t width,
		       enum pb_grid_align align, size_t behind, enum pb_grid_tint tint)
{
	size_t pad = padding(width, text, len_bytes);

	if (align == PB_GRID_LEFT) {
		piece_write(pen, text, len_bytes, tint);
		pen->blanks += pad;
		return;
	}
	behind = behind < pad ? behind : pad;
	pen->blanks += pad - behind;
	piece_write(pen, text, len_bytes, tint);
	pen->blanks += behind;
}

static size_t wide_width(const struct pb_layout_part *part, size_t first, size_t nr)
{
	size_t width = 0;

	for (size_t i = first; i < first + nr && i < part->nr; i++)
		width += part->columns[i].width + (i > first ? part->columns[i].gap : 0);
	return width;
}

/* The next line of a cell, whose rest is at *@rest. */
static void cell_write(struct pen *pen, const struct pb_grid *grid,
		       const struct pb_layout_part *part, size_t at, size_t row, const char **rest)
{
	const struct pb_layout_column *column = &part->columns[at];
	const struct pb_grid_column *of = &grid->columns[column->at];
	const struct pb_grid_cell *cell = pb_grid_at(grid, row, column->at);
	enum pb_grid_align align = cell->span > 1 ? PB_GRID_RIGHT : of->align;
	size_t width = wide_width(part, at, cell->span), behind = 0, len = 0;
	const char *piece = *rest;

	if (*piece)
		len = pb_wrap_line(piece, width ? width : 1, rest);
	if (align == PB_GRID_POINT && cell->is_number)
		behind = column->after - pb_layout_after_point(cell->text);
	word_write(pen, piece, len, width, align, behind, cell->tint ? cell->tint : of->tint);
}

/* One line of all cells of a row; false: there is nothing left of any. */
static bool row_line_write(struct pen *pen, const struct pb_grid *grid, size_t indent,
			   const struct pb_layout_part *part, size_t row, const char **rests)
{
	bool left = false;

	pen->blanks = indent;
	for (size_t i = 0; i < part->nr; i++) {
		/* Below a wider one, which wrote its gap and width already. */
		if (!pb_grid_at(grid, row, part->columns[i].at)->span)
			continue;
		pen->blanks += part->columns[i].gap;
		cell_write(pen, grid, part, i, row, &rests[i]);
		left |= *rests[i] != '\0';
	}
	line_end(pen);
	return left;
}

static int row_write(struct pen *pen, const struct pb_grid *grid, size_t indent,
		     const struct pb_layout_part *part, size_t row)
{
	_cleanup_free_ const char **rests = calloc(part->nr + 1, sizeof(const char *));

	if (!rests)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < part->nr; i++)
		rests[i] = pb_grid_at(grid, row, part->columns[i].at)->text;
	while (row_line_write(pen, grid, indent, part, row, rests))
		;
	return 0;
}

static void groups_write(struct pen *pen, const struct pb_grid *grid, size_t indent,
			 const struct pb_layout_part *part)
{
	bool any = false;
	size_t nr;

	for (size_t i = 0; i < part->nr; i++)
		any |= grid->columns[part->columns[i].at].group != NULL;
	if (!any)
		return;
	pen->blanks = indent;
	for (size_t i = 0; i < part->nr; i += nr) {
		const char *group = grid->columns[part->columns[i].at].group;

		nr = 1;
		while (i + nr < part->nr &&
		       pb_layout_grouped(grid, part->columns[i].at, part->columns[i + nr].at))
			nr++;
		pen->blanks += part->columns[i].gap;
		word_write(pen, group ? group : "", group ? strlen(group) : 0,
			   wide_width(part, i, nr), PB_GRID_RIGHT, 0, PB_GRID_PLAIN);
	}
	line_end(pen);
}

static void heads_write(struct pen *pen, const struct pb_grid *grid, size_t indent,
			const struct pb_layout_part *part)
{
	if (grid->bare)
		return;
	groups_write(pen, grid, indent, part);
	pen->blanks = indent;
	for (size_t i = 0; i < part->nr; i++) {
		const struct pb_grid_column *of = &grid->columns[part->columns[i].at];

		pen->blanks += part->columns[i].gap;
		word_write(pen, of->title, strlen(of->title), part->columns[i].width, of->align, 0,
			   PB_GRID_DIM);
	}
	line_end(pen);
}

/* A row as lines of "title: value". */
static int record_write(struct pen *pen, const struct pb_grid *grid, size_t row)
{
	for (size_t i = 0; i < grid->nr_columns; i++) {
		const struct pb_grid_column *of = &grid->columns[i];
		const struct pb_grid_cell *cell = pb_grid_at(grid, row, i);
		_cleanup_free_ char *line = NULL;

		if (pb_grid_moved(grid, i) || !*cell->text)
			continue;
		line = pb_format("%s%s%s: %s", of->group ? of->group : "", of->group ? " " : "",
				 of->title, cell->text);
		if (!line)
			return -ENOMEM;
		paragraph_write(pen, 0, 2, line, cell->tint);
	}
	return 0;
}

static int rows_write(struct pen *pen, const struct pb_grid *grid, const struct pb_layout *layout)
{
	size_t nr = pb_grid_rows(grid);

	for (size_t row = 0; layout->records && row < nr; row++) {
		int ret;

		if (row)
			line_end(pen);
		ret = record_write(pen, grid, row);
		if (ret)
			return ret;
	}
	for (size_t i = 0; nr && !layout->records && i < layout->nr_parts; i++) {
		if (i)
			line_end(pen);
		heads_write(pen, grid, layout->indent, &layout->parts[i]);
		for (size_t row = 0; row < nr; row++) {
			int ret = row_write(pen, grid, layout->indent, &layout->parts[i], row);

			if (ret)
				return ret;
		}
	}
	return 0;
}

static int grid_write(struct pen *pen, const struct pb_grid *grid)
{
	pb_cleanup(pb_layout_done) struct pb_layout layout = { 0 };
	_cleanup_free_ char *caption = pb_grid_caption(grid), *line = NULL;
	int ret = caption ? pb_layout_make(grid, pen->style->columns, &layout) : -ENOMEM;

	if (ret)
		return ret;
	line = *caption ? pb_format("%s:", caption) : NULL;
	if (line)
		paragraph_write(pen, 0, 2, line, PB_GRID_BOLD);
	ret = rows_write(pen, grid, &layout);
	for (size_t i = 0; i < grid->nr_notes && !ret; i++)
		paragraph_write(pen, layout.indent, 2, grid->notes[i], PB_GRID_PLAIN);
	return ret;
}

static void list_write(struct pen *pen, const struct pb_item *item)
{
	size_t indent = item->title ? 2 : 0;

	if (item->title)
		paragraph_write(pen, 0, 2, item->title, PB_GRID_PLAIN);
	for (size_t i = 0; i < item->nr_lines; i++) {
		if (!(item->flags & PB_ITEM_VERBATIM)) {
			paragraph_write(pen, indent, 2, item->lines[i], PB_GRID_PLAIN);
			continue;
		}
		pen->blanks = indent;
		piece_write(pen, item->lines[i], strlen(item->lines[i]), PB_GRID_PLAIN);
		line_end(pen);
	}
}

int pb_document_text(const struct pb_document *document, const struct pb_document_style *style,
		     FILE *out)
{
	struct pen pen = { .style = style, .out = out };
	bool first = true;
	int ret = 0;

	for (size_t i = 0; i < document->nr_items && !ret; i++) {
		const struct pb_item *item = document->items[i];

		if (!pb_item_shown(item))
			continue;
		if (!first && !(item->flags & PB_ITEM_CLOSE))
			line_end(&pen);
		first = false;
		if (item->kind == PB_ITEM_GRID)
			ret = grid_write(&pen, item->grid);
		else if (item->kind == PB_ITEM_LIST)
			list_write(&pen, item);
		else
			paragraph_write(&pen, 0, 2, item->lines[0], PB_GRID_PLAIN);
	}
	return ret;
}
