/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trust - is a database what pinbench writes, and nothing beside it?
 * Why: a database may come by mail. A trigger, an index or a view that is not ours would be obeyed,
 * and a value of another kind would be believed.
 */
#ifndef COLLECT_STORE_TRUST_H
#define COLLECT_STORE_TRUST_H

#include <stdint.h>

#include "common/cleanup.h"

struct pb_store;

/* Makes the functions that the checks call known to the connection. */
int pb_store_trust_register(struct pb_store *store) pb_must_check;

/*
 * Holds the schema of database @name ("main", "source") of the connection against what the files of
 * data/schema up to number @version make, statement by statement; comments and blanks are no part
 * of it. Anything more, less or other is -EBADMSG, by its name. Nothing of it has been run: until
 * then no query but on sqlite_schema may be.
 */
int pb_store_trust_schema(struct pb_store *store, const char *name, int64_t version) pb_must_check;

/*
 * Then what is in it, at the newest schema: SQLite's own integrity check (pages, indexes, types,
 * CHECKs), links between rows, texts (UTF-8 without NUL, no longer than PB_TRUST_TEXT_BYTES), and
 * numbers in their ranges. -EBADMSG with what is wrong. A million samples take a quarter of a
 * second.
 */
int pb_store_trust_content(struct pb_store *store, const char *name) pb_must_check;

/* Of that the rows' ids alone: none may leave too little room for the next ones. */
int pb_store_trust_ids(struct pb_store *store, const char *name) pb_must_check;

enum { PB_TRUST_TEXT_BYTES = 1 << 20 };

#endif
