/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * private - what the store's own files share: the connection, schema, errors.
 * Why: opening a database and filling it are two ideas in two files.
 */
#ifndef COLLECT_STORE_PRIVATE_H
#define COLLECT_STORE_PRIVATE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"
#include "common/embed.h"

enum {
	PB_STORE_APPLICATION_ID = 0x50494e42, /* "PINB", at byte 68 of the file */
	PB_STORE_NEWEST = INT32_MAX,          /* a schema number: all files of data/schema */
};

enum pb_store_query {
	PB_STORE_RUN_INSERT,
	PB_STORE_RUN_END,
	PB_STORE_RUN_DROP,
	PB_STORE_FACT_SET,
	PB_STORE_CELL_DROP,
	PB_STORE_CELL_INSERT,
	PB_STORE_SERIES_INSERT,
	PB_STORE_SAMPLE_INSERT,
	PB_STORE_NR_QUERIES,
};

struct pb_store {
	sqlite3 *db;
	char *path;
	int64_t patience_ms;            /* how long another process is waited for */
	int64_t busy_since_ms;          /* of the wait that goes on */
	bool said;                      /* that it waits */
	const volatile bool *interrupt; /* ends the wait; NULL: nothing does */
	bool checked;     /* its content, by this process, when it was opened before */
	bool made;        /* the file, by this process or one that still has it */
	bool keeps_least; /* one value a series, the least: a baseline */
	int guard;        /* holds the locks of made.c; -1: none */
	dev_t device;     /* the file that was opened, where .guard is */
	ino_t inode;
	bool in_batch; /* between pb_store_begin() and _commit() or _rollback() */
	sqlite3_stmt *queries[PB_STORE_NR_QUERIES]; /* prepared when first needed */
};

/*
 * Sets the message of the connection's last error ("database 'x': cannot <what>: why") and returns
 * the errno that it means. Never 0.
 */
int pb_store_error(struct pb_store *store, const char *what);

/* Runs statements that take and give nothing. */
int pb_store_exec(struct pb_store *store, const char *sql, const char *what) pb_must_check;

/* Has the connection wait as pb_store_patience() says. */
void pb_store_wait_register(struct pb_store *store);

/*
 * Notes that this process has the file, which it makes where it is missing: before SQLite opens it.
 * 0 also where it cannot be written; what is wrong with it is SQLite's to say.
 */
int pb_store_guard_take(struct pb_store *store) pb_must_check;

/* Was it made for nothing, and does no other pinbench have it? None gets it from here on. */
bool pb_store_made_empty(struct pb_store *store);

/* Then removes it: after SQLite has closed it, and if no other program has it. */
void pb_store_made_remove(const struct pb_store *store);

/* Prepares a statement for reading; sqlite3_finalize() it. */
int pb_store_prepare(struct pb_store *store, const char *sql,
		     sqlite3_stmt **ret_query) pb_must_check;

/*
 * The one way of a text into a row: as valid UTF-8, or NULL. -EINVAL: it is longer than opening the
 * database would take, which would cost its owner all that is in it.
 */
int pb_store_bind(struct pb_store *store, sqlite3_stmt *query, int at,
		  const char *text) pb_must_check;

/* Applies the files of @schema that the database lacks, each once, all in one transaction. */
int pb_store_migrate(struct pb_store *store, const struct pb_embedded *schema) pb_must_check;

PB_DEFINE_CLEANUP(pb_query_finalizep, sqlite3_stmt *, sqlite3_finalize);

#endif
