// SPDX-License-Identifier: GPL-2.0-only
/*
 * html - a document as one page that needs nothing beside it.
 * Why: a table that is sent on keeps its columns, and can be opened wherever it arrives.
 */
#include <errno.h>
#include <stdlib.h>

#include "common/encode/html.h"
#include "common/err.h"
#include "common/grid/html.h"
#include "common/grid/layout.h"
#include "common/grid/renderers.h"
#include "common/str.h"

static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"style-src 'unsafe-inline'\">\n"
	"<style>\n"
	":root{color-scheme:light dark}\n"
	"body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:90rem;padding:0 1rem}\n"
	"table{border-collapse:collapse;font-variant-numeric:tabular-nums}\n"
	"caption{text-align:left;font-weight:600;padding:.5rem 0}\n"
	"th,td{padding:.15rem .6rem;text-align:left;vertical-align:top;"
	"border-bottom:1px solid color-mix(in srgb,currentColor 20%,transparent)}\n"
	".n{text-align:right;white-space:nowrap}\n"
	".dim{opacity:.75}.bold,.strong{font-weight:600}\n"
	".good{color:light-dark(#046b34,#6fdc97)}.bad{color:light-dark(#b3140c,#ff8f87)}\n"
	".scroll{overflow-x:auto}\n"
	"code{font-family:ui-monospace,monospace}\n"
	"</style>\n";

static const char *tint_class(enum pb_grid_tint tint)
{
	static const char *const classes[] = { [PB_GRID_PLAIN] = "",
					       [PB_GRID_DIM] = " dim",
					       [PB_GRID_BOLD] = " bold",
					       [PB_GRID_GOOD] = " good",
					       [PB_GRID_BAD] = " bad" };

	return classes[tint];
}

static bool has_groups(const struct pb_grid *grid)
{
	for (size_t i = 0; i < grid->nr_columns; i++)
		if (grid->columns[i].group)
			return true;
	return false;
}

static void groups_write(const struct pb_grid *grid, FILE *out)
{
	fputs("<tr>", out);
	for (size_t i = 0; i < grid->nr_columns;) {
		size_t nr = 1;

		if (pb_grid_moved(grid, i)) {
			i++;
			continue;
		}
		while (i + nr < grid->nr_columns && pb_layout_grouped(grid, i, i + nr))
			nr++;
		if (grid->columns[i].group)
			pb_html_printf(out,
				       "<th scope=\"colgroup\" colspan=\"%zu\" class=\"n\">%s</th>",
				       nr, grid->columns[i].group);
		else
			fputs("<td></td>", out);
		i += nr;
	}
	fputs("</tr>\n", out);
}

static void cell_write(const struct pb_grid *grid, size_t row, size_t column, FILE *out)
{
	const struct pb_grid_cell *cell = pb_grid_at(grid, row, column);
	const struct pb_grid_column *of = &grid->columns[column];
	enum pb_grid_tint tint = cell->tint ? cell->tint : of->tint;

	if (!cell->span)
		return;
	if (of->flags & PB_GRID_KEY) {
		pb_html_printf(out, "<th scope=\"row\">%s</th>", cell->text);
		return;
	}
	fputs("<td", out);
	if (cell->span > 1)
		pb_html_printf(out, " colspan=\"%u\"", cell->span);
	if (of->align != PB_GRID_LEFT || tint != PB_GRID_PLAIN)
		pb_html_printf(out, " class=\"%s%s\"", of->align != PB_GRID_LEFT ? "n" : "t",
			       tint_class(tint));
	pb_html_printf(out, ">%s</td>", cell->text);
}

int pb_grid_html(const struct pb_grid *grid, FILE *out)
{
	_cleanup_free_ char *caption = pb_grid_caption(grid);

	if (!caption)
		return -ENOMEM;
	pb_html_printf(out,
		       "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n"
		       "<table>\n",
		       *caption ? caption : grid->key);
	if (*caption)
		pb_html_printf(out, "<caption>%s</caption>\n", caption);
	fputs("<thead>", out);
	if (has_groups(grid))
		groups_write(grid, out);
	fputs("<tr>", out);
	for (size_t i = 0; i < grid->nr_columns; i++)
		if (!pb_grid_moved(grid, i))
			pb_html_printf(out, "<th scope=\"col\"%s>%s</th>",
				       grid->columns[i].align == PB_GRID_LEFT ? "" : " class=n",
				       grid->columns[i].title);
	fputs("</tr></thead>\n<tbody>\n", out);
	for (size_t row = 0; row < pb_grid_rows(grid); row++) {
		fputs("<tr>", out);
		for (size_t i = 0; i < grid->nr_columns; i++)
			if (!pb_grid_moved(grid, i))
				cell_write(grid, row, i, out);
		fputs("</tr>\n", out);
	}
	fputs("</tbody>\n</table>\n</div>\n", out);
	for (size_t i = 0; i < grid->nr_notes; i++)
		pb_html_printf(out, "<p>%s</p>\n", grid->notes[i]);
	return 0;
}

static void list_write(const struct pb_item *item, FILE *out)
{
	bool code = item->flags & PB_ITEM_VERBATIM;

	if (item->title)
		pb_html_printf(out, "<p>%s</p>\n", item->title);
	fputs("<ul>\n", out);
	for (size_t i = 0; i < item->nr_lines; i++) {
		if (code)
			pb_html_printf(out, "<li><code>%s</code></li>\n", item->lines[i]);
		else
			pb_html_printf(out, "<li>%s</li>\n", item->lines[i]);
	}
	fputs("</ul>\n", out);
}

int pb_document_html(const struct pb_document *document, const struct pb_document_style *style,
		     FILE *out)
{
	int ret = 0;

	(void)style;
	pb_html_markup(out, head);
	pb_html_printf(
		out, "<title>pinbench %s</title>\n</head>\n<body>\n<main>\n<h1>pinbench %s</h1>\n",
		document->command, document->command);
	for (size_t i = 0; i < document->nr_items && !ret; i++) {
		const struct pb_item *item = document->items[i];

		if (!pb_item_shown(item))
			continue;
		if (item->kind == PB_ITEM_GRID)
			ret = pb_grid_html(item->grid, out);
		else if (item->kind == PB_ITEM_LIST)
			list_write(item, out);
		else
			pb_html_printf(out, "<p%s>%s</p>\n",
				       item->flags & PB_ITEM_STRONG ? " class=strong" : "",
				       item->lines[0]);
	}
	fputs("</main>\n</body>\n</html>\n", out);
	return ret;
}
