// SPDX-License-Identifier: GPL-2.0-only
/*
 * document - what a command answers: sentences, lists and tables in their order.
 * Why: an answer is made once, and written in whichever form is asked for.
 */
#include "common/grid/document.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

static void item_free(struct pb_item *item)
{
	for (size_t i = 0; i < item->nr_lines; i++)
		free(item->lines[i]);
	free(item->lines);
	free(item->key);
	free(item->title);
	if (item->grid)
		pb_grid_done(item->grid);
	free(item->grid);
	free(item);
}

void pb_document_done(struct pb_document *document)
{
	for (size_t i = 0; i < document->nr_items; i++)
		item_free(document->items[i]);
	free(document->items);
	*document = (struct pb_document){ .command = document->command };
}

static struct pb_item *item_add(struct pb_document *document, enum pb_item_kind kind,
				unsigned int flags, const char *key)
{
	struct pb_item **grown =
		reallocarray(document->items, document->nr_items + 1, sizeof(struct pb_item *));
	struct pb_item *item = grown ? calloc(1, sizeof(*item)) : NULL;

	if (grown)
		document->items = grown;
	if (!item) {
		document->error = -ENOMEM;
		return NULL;
	}
	grown[document->nr_items++] = item;
	item->kind = kind;
	item->flags = flags;
	item->key = strdup(key);
	if (!item->key)
		document->error = -ENOMEM;
	return item;
}

/* Takes @line over. */
static void line_add(struct pb_document *document, struct pb_item *item, char *line)
{
	char **grown = reallocarray(item->lines, item->nr_lines + 1, sizeof(*grown));

	if (!grown || !line) {
		document->error = -ENOMEM;
		free(line);
	}
	if (!grown)
		return;
	item->lines = grown;
	if (line)
		grown[item->nr_lines++] = line;
}

void pb_document_say(struct pb_document *document, unsigned int flags, const char *key,
		     const char *fmt, ...)
{
	struct pb_item *item = item_add(document, PB_ITEM_SENTENCE, flags, key);
	char *text = NULL;
	va_list args;

	if (!item)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	line_add(document, item, text);
}

void pb_document_list(struct pb_document *document, unsigned int flags, const char *key,
		      const char *title)
{
	struct pb_item *item = item_add(document, PB_ITEM_LIST, flags, key);

	if (!item || !title)
		return;
	item->title = strdup(title);
	if (!item->title)
		document->error = -ENOMEM;
}

void pb_document_line(struct pb_document *document, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	/* The list itself may have found no memory. */
	if (!document->nr_items || document->error)
		return;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	line_add(document, document->items[document->nr_items - 1], text);
}

/* Where tables go when there is no memory for them: nobody reads it. */
static struct pb_grid *nowhere(void)
{
	static struct pb_grid grid;

	pb_grid_done(&grid);
	return &grid;
}

struct pb_grid *pb_document_grid(struct pb_document *document, unsigned int flags, const char *key,
				 const char *fmt, ...)
{
	struct pb_item *item = item_add(document, PB_ITEM_GRID, flags, key);
	_cleanup_free_ char *title = NULL;
	va_list args;

	if (item)
		item->grid = calloc(1, sizeof(*item->grid));
	if (!item || !item->grid) {
		document->error = -ENOMEM;
		return nowhere();
	}
	va_start(args, fmt);
	if (vasprintf(&title, fmt, args) < 0) {
		title = NULL;
		document->error = -ENOMEM;
	}
	va_end(args);
	pb_grid_init(item->grid, key, title && *title ? title : NULL);
	return item->grid;
}

bool pb_item_shown(const struct pb_item *item)
{
	if (item->flags & PB_ITEM_HIDDEN)
		return false;
	return item->kind == PB_ITEM_GRID
		       ? item->grid && (pb_grid_rows(item->grid) || item->grid->nr_notes)
		       : item->nr_lines != 0;
}
