/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * grid - a table as data: columns, rows of cells, notes. What it looks like is its renderers'.
 * Why: a terminal, a mail, a page and a program are shown the same table, and it is made once.
 *
 * A cell has the text that people read and, where it is a number, the number that programs read.
 * Memory that runs out is remembered (pb_grid_error()) and told when the table is written, so that
 * whoever fills a table has no failures to handle.
 */
#ifndef COMMON_GRID_GRID_H
#define COMMON_GRID_GRID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

enum pb_grid_align {
	PB_GRID_LEFT,
	PB_GRID_RIGHT,
	PB_GRID_POINT, /* numbers, below each other at their decimal points */
};

enum {
	PB_GRID_KEY = 1 << 0,   /* names the row: repeated wherever a table is split */
	PB_GRID_MOVES = 1 << 1, /* stands once, in the caption, where all rows have the same */
	PB_GRID_WRAPS = 1 << 2, /* prose: takes several lines before a table is split */
	PB_GRID_ONCE = 1 << 3,  /* with MOVES: in the caption also of a single row */
	PB_GRID_ASIDE = 1 << 4, /* for programs: the title says it to people */
};

/* How it looks where there are colours. */
enum pb_grid_tint {
	PB_GRID_PLAIN,
	PB_GRID_DIM,
	PB_GRID_BOLD,
	PB_GRID_GOOD,
	PB_GRID_BAD,
};

struct pb_grid_column {
	const char *key;   /* for programs: "base", "6.1.acquire" */
	const char *title; /* for people */
	const char *group; /* neighbours of one group share a head; NULL: none */
	const char *unit;  /* of its numbers; NULL: none, or it differs from row to row */
	enum pb_grid_align align;
	unsigned int flags;
	int precision; /* decimals of numbers that come without a text */
	enum pb_grid_tint tint;
};

struct pb_grid_cell {
	char *text;
	double number; /* NaN: this is no number, or it is not known */
	bool is_number;
	enum pb_grid_tint tint;
	unsigned int
		span; /* columns that it takes, from this one on; 0: it lies below a wider one */
};

/* Zero-initialise; guard with pb_cleanup(pb_grid_done). */
struct pb_grid {
	char *key;           /* what programs call it: "differences" */
	char *title;         /* a clause without a full stop; NULL: none */
	unsigned int indent; /* of text, where there is room */
	bool bare;           /* text without heads: a word and what it means */
	bool lines;          /* of text each row is one line, however long: scripts read it */
	size_t nr_columns;
	struct pb_grid_column *columns; /* texts owned */
	size_t nr_cells;                /* rows one after the other, the last may be incomplete */
	size_t room_cells;
	struct pb_grid_cell *cells;
	size_t nr_notes;
	char **notes; /* what stands below it */
	int error;
};

void pb_grid_init(struct pb_grid *grid, const char *key, const char *title);
void pb_grid_done(struct pb_grid *grid);

/* A copy of @column; all before the first cell. */
void pb_grid_column(struct pb_grid *grid, const struct pb_grid_column *column);

/* The next cell, from left to right and row by row. NULL is an empty one. */
void pb_grid_text(struct pb_grid *grid, const char *text);
void pb_grid_format(struct pb_grid *grid, const char *fmt, ...) pb_printf(2, 3);
void pb_grid_count(struct pb_grid *grid, uint64_t count);

/* A number, shown as @shown; NULL: with its column's decimals. NaN is shown as a dash. */
void pb_grid_number(struct pb_grid *grid, double number, const char *shown);

/* A text in the place of @span cells: why there are no numbers. */
void pb_grid_absent(struct pb_grid *grid, const char *text, unsigned int span,
		    enum pb_grid_tint tint);

/* Of the last cell. */
void pb_grid_tint(struct pb_grid *grid, enum pb_grid_tint tint);

void pb_grid_note(struct pb_grid *grid, const char *fmt, ...) pb_printf(2, 3);

size_t pb_grid_rows(const struct pb_grid *grid);
const struct pb_grid_cell *pb_grid_at(const struct pb_grid *grid, size_t row, size_t column);

/* Is this column no column for people: in the caption, since all rows have the same, or aside? */
bool pb_grid_moved(const struct pb_grid *grid, size_t column);

/* Title and moved columns: "Differences, biggest first (memory anon, pages 8)". NULL: no memory. */
char *pb_grid_caption(const struct pb_grid *grid) pb_must_check;

/* 0, or -ENOMEM with its message. */
int pb_grid_error(const struct pb_grid *grid) pb_must_check;

#endif
