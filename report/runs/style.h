/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * style - how a table is printed: in colour or not, and how wide.
 * Why: a terminal has both, a file and a pipe neither; whoever prints is told, and asks nothing.
 */
#ifndef REPORT_RUNS_STYLE_H
#define REPORT_RUNS_STYLE_H

#include <stdbool.h>
#include <stdio.h>

struct pb_table_style {
	bool colour;          /* terminal escapes: for terminals only */
	unsigned int columns; /* how wide a line may be; 0: as wide as it wants */
};

/* What suits @out: colours (unless NO_COLOR is set) and its width on a terminal, else neither. */
struct pb_table_style pb_table_style_of(FILE *out);

#endif
