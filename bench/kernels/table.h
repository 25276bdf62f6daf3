/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * table - tab-separated tables of data/: a line of column names, then rows; # begins a comment.
 * Why: facts about kernels and compilers change with Debian, so they stand in data, not in code.
 */
#ifndef BENCH_KERNELS_TABLE_H
#define BENCH_KERNELS_TABLE_H

#include <stddef.h>

#include "common/cleanup.h"

enum { PB_TABLE_COLUMNS = 8 };

struct pb_table {
	char *text; /* holds all the words */
	const char *columns[PB_TABLE_COLUMNS];
	size_t nr_columns;
	const char *(*rows)[PB_TABLE_COLUMNS];
	size_t nr_rows;
};

/*
 * Reads the table @name of data/kernels. @columns names what the caller will ask for, separated by
 * blanks: none of them is NULL afterwards. -EINVAL where one of them is missing, a column is there
 * twice, or a row has more or fewer words than there are columns.
 */
int pb_table_load(const char *name, const char *columns, struct pb_table *ret_table) pb_must_check;

/* The same from @text; @name is for messages. */
int pb_table_parse(const char *text, const char *name, const char *columns,
		   struct pb_table *ret_table) pb_must_check;
void pb_table_done(struct pb_table *table);

/* What both check of the columns. */
int pb_table_check(const struct pb_table *table, const char *name,
		   const char *columns) pb_must_check;

/* The word of @row in @column; NULL if there is no such column, never for one that was demanded. */
const char *pb_table_get(const struct pb_table *table, size_t row, const char *column);

/* The row whose first word is @key, or -1. */
ssize_t pb_table_find(const struct pb_table *table, const char *key);

#endif
