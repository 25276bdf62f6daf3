// SPDX-License-Identifier: GPL-2.0-only
/*
 * grid - a table as data: columns, rows of cells, notes.
 * Why: a terminal, a mail, a page and a program are shown the same table, and it is made once.
 */
#include "common/grid/grid.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "common/encode/printable.h"
#include "common/err.h"
#include "common/str.h"

static const char dash[] = "\xE2\x80\x93";

/* A copy of what may be NULL; failures are remembered. */
static char *copy(struct pb_grid *grid, const char *text)
{
	char *copied = text ? strdup(text) : NULL;

	if (text && !copied)
		grid->error = -ENOMEM;
	return copied;
}

void pb_grid_init(struct pb_grid *grid, const char *key, const char *title)
{
	*grid = (struct pb_grid){ 0 };
	grid->key = copy(grid, key);
	grid->title = copy(grid, title);
}

void pb_grid_done(struct pb_grid *grid)
{
	for (size_t i = 0; i < grid->nr_columns; i++) {
		free((char *)grid->columns[i].key);
		free((char *)grid->columns[i].title);
		free((char *)grid->columns[i].group);
		free((char *)grid->columns[i].unit);
	}
	for (size_t i = 0; i < grid->nr_cells; i++)
		free(grid->cells[i].text);
	for (size_t i = 0; i < grid->nr_notes; i++)
		free(grid->notes[i]);
	free(grid->columns);
	free(grid->cells);
	free(grid->notes);
	free(grid->key);
	free(grid->title);
	*grid = (struct pb_grid){ 0 };
}

void pb_grid_column(struct pb_grid *grid, const struct pb_grid_column *column)
{
	struct pb_grid_column *grown =
		reallocarray(grid->columns, grid->nr_columns + 1, sizeof(*grown));
	struct pb_grid_column *added;

	if (!grown) {
		grid->error = -ENOMEM;
		return;
	}
	grid->columns = grown;
	added = &grown[grid->nr_columns++];
	*added = *column;
	added->key = copy(grid, column->key);
	added->title = copy(grid, column->title);
	added->group = copy(grid, column->group);
	added->unit = copy(grid, column->unit);
}

/* As far as any text is shown; what is left out is counted, as common/encode/language.h does. */
static char *cut(char *text)
{
	size_t len = text ? strlen(text) : 0, at = PB_PRINTABLE_MOST_BYTES;
	char *shown;

	if (len <= PB_PRINTABLE_MOST_BYTES)
		return text;
	while (at && ((unsigned char)text[at] & 0xC0) == 0x80)
		at--;
	shown = pb_format("%.*s... (%zu more bytes)", (int)at, text, len - at);
	free(text);
	return shown;
}

/* Takes @text over; NULL is memory that ran out. */
static void cell_add(struct pb_grid *grid, char *text, double number, bool is_number)
{
	if (grid->nr_cells == grid->room_cells) {
		size_t room = grid->room_cells ? 2 * grid->room_cells : 64;
		struct pb_grid_cell *grown = reallocarray(grid->cells, room, sizeof(*grown));

		if (!grown) {
			grid->error = -ENOMEM;
			free(text);
			return;
		}
		grid->cells = grown;
		grid->room_cells = room;
	}
	text = cut(text);
	if (!text)
		grid->error = -ENOMEM;
	grid->cells[grid->nr_cells++] = (struct pb_grid_cell){
		.text = text, .number = number, .is_number = is_number, .span = 1
	};
}

void pb_grid_text(struct pb_grid *grid, const char *text)
{
	cell_add(grid, strdup(text ? text : ""), NAN, false);
}

void pb_grid_format(struct pb_grid *grid, const char *fmt, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	cell_add(grid, text, NAN, false);
}

void pb_grid_count(struct pb_grid *grid, uint64_t count)
{
	cell_add(grid, pb_format("%" PRIu64, count), (double)count, true);
}

void pb_grid_number(struct pb_grid *grid, double number, const char *shown)
{
	size_t at = grid->nr_columns ? grid->nr_cells % grid->nr_columns : 0;
	int precision = grid->nr_columns ? grid->columns[at].precision : 0;
	double unit = pow(10, -precision);
	char *text;

	/* Rounded to nothing is nothing: no "-0.0". */
	if (shown)
		text = strdup(shown);
	else if (isnan(number))
		text = strdup(dash);
	else
		text = pb_format("%.*f", precision, fabs(number) < unit / 2 ? 0.0 : number);
	cell_add(grid, text, number, true);
}

void pb_grid_absent(struct pb_grid *grid, const char *text, unsigned int span,
		    enum pb_grid_tint tint)
{
	for (unsigned int i = 0; i < span; i++) {
		pb_grid_text(grid, i ? "" : text);
		if (grid->error)
			return;
		grid->cells[grid->nr_cells - 1].span = i ? 0 : span;
		grid->cells[grid->nr_cells - 1].tint = tint;
	}
}

void pb_grid_tint(struct pb_grid *grid, enum pb_grid_tint tint)
{
	if (grid->nr_cells)
		grid->cells[grid->nr_cells - 1].tint = tint;
}

void pb_grid_note(struct pb_grid *grid, const char *fmt, ...)
{
	char **grown = reallocarray(grid->notes, grid->nr_notes + 1, sizeof(*grown));
	char *text = NULL;
	va_list args;

	if (!grown) {
		grid->error = -ENOMEM;
		return;
	}
	grid->notes = grown;
	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		grid->error = -ENOMEM;
	else
		grown[grid->nr_notes++] = text;
	va_end(args);
}

size_t pb_grid_rows(const struct pb_grid *grid)
{
	return grid->nr_columns ? grid->nr_cells / grid->nr_columns : 0;
}

const struct pb_grid_cell *pb_grid_at(const struct pb_grid *grid, size_t row, size_t column)
{
	return &grid->cells[row * grid->nr_columns + column];
}

bool pb_grid_moved(const struct pb_grid *grid, size_t column)
{
	unsigned int flags = grid->columns[column].flags;
	size_t nr = pb_grid_rows(grid);

	if (flags & PB_GRID_ASIDE)
		return true;
	if (!(flags & PB_GRID_MOVES) || !nr || (nr == 1 && !(flags & PB_GRID_ONCE)))
		return false;
	for (size_t row = 0; row < nr; row++) {
		const struct pb_grid_cell *cell = pb_grid_at(grid, row, column);

		if (cell->span != 1 || !pb_streq(cell->text, pb_grid_at(grid, 0, column)->text))
			return false;
	}
	return true;
}

char *pb_grid_caption(const struct pb_grid *grid)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	const char *title = grid->title ? grid->title : "";
	const char *separator = *title ? " (" : "";
	bool moved = false;

	if (pb_buf_printf(&buf, "%s", title))
		return NULL;
	for (size_t i = 0; i < grid->nr_columns; i++) {
		const char *text;

		if (!pb_grid_moved(grid, i) || grid->columns[i].flags & PB_GRID_ASIDE)
			continue;
		text = pb_grid_at(grid, 0, i)->text;
		/* What nobody has needs no word. */
		if (!*text)
			continue;
		if (pb_buf_printf(&buf, "%s%s %s", moved ? ", " : separator, grid->columns[i].title,
				  text))
			return NULL;
		moved = true;
	}
	if (moved && *title && pb_buf_printf(&buf, ")"))
		return NULL;
	return pb_steal(buf.data);
}

int pb_grid_error(const struct pb_grid *grid)
{
	return grid->error ? pb_fail(grid->error, "out of memory") : 0;
}
