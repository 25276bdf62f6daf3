/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout - which columns of a table stand beside each other in the width that there is.
 * Why: a line that is broken by the terminal is no line of a table, and a cut one is a lie.
 *
 * In this order: what is the same in all rows has gone to the caption; prose is broken into lines;
 * columns go below each other in parts, each with those that name the row; and where not even that
 * fits each row becomes lines of "title: value".
 */
#ifndef COMMON_GRID_LAYOUT_H
#define COMMON_GRID_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"
#include "common/grid/grid.h"

/* A column of a part. */
struct pb_layout_column {
	size_t at;    /* in the grid */
	size_t width; /* columns of the terminal */
	size_t after; /* of these, behind the decimal point and with it; PB_GRID_POINT */
	size_t gap;   /* blanks in front of it */
};

struct pb_layout_part {
	size_t nr;
	struct pb_layout_column *columns;
};

struct pb_layout {
	size_t indent;
	bool records; /* lines of "title: value", no parts */
	size_t nr_parts;
	struct pb_layout_part *parts;
};

/* @columns: how wide a line may be; 0: any. Guard with pb_cleanup(pb_layout_done). */
int pb_layout_make(const struct pb_grid *grid, size_t columns,
		   struct pb_layout *ret_layout) pb_must_check;
void pb_layout_done(struct pb_layout *layout);

/* Columns behind a number's decimal point, with it: 3 of "1.25", 0 of "7". */
size_t pb_layout_after_point(const char *text);

/* Do they stand under one head? */
bool pb_layout_grouped(const struct pb_grid *grid, size_t left, size_t right);

#endif
