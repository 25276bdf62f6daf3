/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html - a table as HTML, for a page that somebody else writes.
 * Why: a page's tables are the terminal's.
 */
#ifndef COMMON_GRID_HTML_H
#define COMMON_GRID_HTML_H

#include <stdio.h>

#include "common/grid/grid.h"

/* Caption, head, rows and notes. -ENOMEM. */
int pb_grid_html(const struct pb_grid *grid, FILE *out) pb_must_check;

#endif
