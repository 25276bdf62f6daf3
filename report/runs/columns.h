/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * columns - rows of words, each column as wide as its widest word.
 * Why: a minus sign is three bytes and one column, which printf() does not know.
 */
#ifndef REPORT_RUNS_COLUMNS_H
#define REPORT_RUNS_COLUMNS_H

#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"

enum { PB_COLUMNS_MOST = 12 };

struct pb_column {
	const char *head;
	int align; /* below 0: to the left, else to the right */
};

/* Zero-initialise, set the first two, guard with pb_cleanup(pb_columns_done). */
struct pb_columns {
	const struct pb_column *columns;
	size_t nr_columns;
	size_t nr_words;
	char **words; /* row by row, owned */
};

/* Adds the next word, a copy; what could be a terminal's escape is replaced. */
int pb_columns_add(struct pb_columns *table, const char *word) pb_must_check;

/* Writes heads and rows, indented by two; a last column to the left is not padded. */
void pb_columns_print(const struct pb_columns *table, FILE *out);
void pb_columns_done(struct pb_columns *table);

#endif
