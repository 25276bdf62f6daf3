// SPDX-License-Identifier: GPL-2.0-only
/*
 * markdown - a document as a comment on a merge request or an issue.
 * Why: where a change is discussed its verdict should be read without opening anything.
 */
#include <errno.h>
#include <stdlib.h>

#include "common/encode/markdown.h"
#include "common/err.h"
#include "common/grid/renderers.h"
#include "common/str.h"

static void heads_write(const struct pb_grid *grid, FILE *out)
{
	for (size_t i = 0; i < grid->nr_columns; i++) {
		const struct pb_grid_column *of = &grid->columns[i];

		if (pb_grid_moved(grid, i))
			continue;
		fputs("| ", out);
		if (of->group) {
			pb_markdown_text(out, of->group);
			fputc(' ', out);
		}
		pb_markdown_text(out, of->title);
		fputc(' ', out);
	}
	fputs("|\n", out);
	for (size_t i = 0; i < grid->nr_columns; i++) {
		if (pb_grid_moved(grid, i))
			continue;
		fputs("| ---", out);
		if (grid->columns[i].align != PB_GRID_LEFT)
			fputc(':', out);
		fputc(' ', out);
	}
	fputs("|\n", out);
}

static int grid_write(const struct pb_grid *grid, FILE *out)
{
	_cleanup_free_ char *caption = pb_grid_caption(grid);

	if (!caption)
		return -ENOMEM;
	if (*caption) {
		fputs("**", out);
		pb_markdown_text(out, caption);
		fputs("**\n\n", out);
	}
	if (pb_grid_rows(grid))
		heads_write(grid, out);
	for (size_t row = 0; row < pb_grid_rows(grid); row++) {
		for (size_t i = 0; i < grid->nr_columns; i++) {
			if (pb_grid_moved(grid, i))
				continue;
			fputs("| ", out);
			pb_markdown_text(out, pb_grid_at(grid, row, i)->text);
			fputc(' ', out);
		}
		fputs("|\n", out);
	}
	for (size_t i = 0; i < grid->nr_notes; i++) {
		fputc('\n', out);
		pb_markdown_text(out, grid->notes[i]);
		fputc('\n', out);
	}
	return 0;
}

static void list_write(const struct pb_item *item, FILE *out)
{
	bool code = item->flags & PB_ITEM_VERBATIM;

	if (item->title) {
		pb_markdown_text(out, item->title);
		fputs("\n\n", out);
	}
	for (size_t i = 0; i < item->nr_lines; i++) {
		fputs("- ", out);
		if (code)
			pb_markdown_code(out, item->lines[i]);
		else
			pb_markdown_text(out, item->lines[i]);
		fputc('\n', out);
	}
}

/* What is folded: a list by its title, a table by its own. */
static void fold_begin(const struct pb_item *item, FILE *out)
{
	const char *title = item->kind == PB_ITEM_GRID ? item->grid->title : item->title;

	fputs("<details><summary>", out);
	pb_markdown_text(out, title ? title : item->key);
	fputs("</summary>\n\n", out);
}

static void sentence_write(const struct pb_item *item, FILE *out)
{
	bool strong = item->flags & PB_ITEM_STRONG;

	if (strong)
		fputs("**", out);
	pb_markdown_text(out, item->lines[0]);
	if (strong)
		fputs("**", out);
	fputc('\n', out);
}

static int item_write(const struct pb_item *item, FILE *out)
{
	int ret = 0;

	switch (item->kind) {
	case PB_ITEM_SENTENCE:
		sentence_write(item, out);
		return 0;
	case PB_ITEM_LIST:
	case PB_ITEM_GRID:
		if (item->flags & PB_ITEM_FOLDED)
			fold_begin(item, out);
		if (item->kind == PB_ITEM_GRID)
			ret = grid_write(item->grid, out);
		else
			list_write(item, out);
		if (item->flags & PB_ITEM_FOLDED)
			fputs("\n</details>\n", out);
		return ret;
	}
	return ret;
}

int pb_document_markdown(const struct pb_document *document, const struct pb_document_style *style,
			 FILE *out)
{
	bool first = true;

	(void)style;
	/* What a person would quote comes first: in a list of comments only that is seen. */
	for (int strong = 1; strong >= 0; strong--) {
		for (size_t i = 0; i < document->nr_items; i++) {
			const struct pb_item *item = document->items[i];
			int ret;

			if (!pb_item_shown(item) ||
			    !!(item->flags & PB_ITEM_STRONG) != (strong == 1))
				continue;
			if (!first)
				fputc('\n', out);
			first = false;
			ret = item_write(item, out);
			if (ret)
				return ret;
		}
	}
	return 0;
}
