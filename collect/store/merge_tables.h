/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * merge_tables - the tables of a database as merging sees them, and the SQL made from that.
 * Why: a table that the schema gains is one row here; a test finds the one that was forgotten.
 */
#ifndef COLLECT_STORE_MERGE_TABLES_H
#define COLLECT_STORE_MERGE_TABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"
#include "common/str.h"

enum { PB_MERGE_NO_PARENT = -1 };

struct pb_merge_table {
	const char *name;
	int parent;          /* index of the table that its rows belong to; before it in the list */
	const char *link;    /* the column that says to which one; NULL without a parent */
	bool has_id;         /* other tables, or nobody, refer to its `id` */
	const char *keys[3]; /* tell rows of one parent apart; NULL-terminated unless all are set */
	const char *rest[24]; /* the other columns, NULL-terminated */
};

extern const struct pb_merge_table pb_merge_tables[];
extern const size_t pb_merge_nr_tables;

/*
 * Adds to @sql a statement that sets merge_pair.extra_<mine> to the table's name for each run of
 * which @mine has a row whose keys or values @other lacks. A run's state does not count.
 */
int pb_merge_extra_sql(size_t table, const char *mine, const char *other,
		       struct pb_buf *sql) pb_must_check;

/* Adds to @sql the statements that copy the rows of the runs in merge_taken. */
int pb_merge_copy_sql(size_t table, struct pb_buf *sql) pb_must_check;

#endif
