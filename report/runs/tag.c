// SPDX-License-Identifier: GPL-2.0-only
/*
 * tag - names that people give to runs, and what they note of them.
 * Why: "before the patch" is remembered, a uuid is not. Both are facts of the run, so that they go
 * where it goes: into exports, merges and reports.
 */
#include "report/runs/tag.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

enum { TAG_MAX = 31 };

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

static int query_failed(struct pb_store *store)
{
	return pb_fail(-EIO, "database '%s': %s", pb_store_path(store),
		       sqlite3_errmsg(pb_store_sqlite(store)));
}

int pb_tag_check(const char *tag)
{
	size_t len = strlen(tag);
	bool hex = strspn(tag, "0123456789abcdefABCDEF") == len;

	for (size_t i = 0; i < len; i++)
		if (!isascii((unsigned char)tag[i]) ||
		    (!isalnum((unsigned char)tag[i]) && !strchr("._-", tag[i])))
			len = 0;
	if (!len || len > TAG_MAX || !isalpha((unsigned char)tag[0]))
		return pb_fail(-EINVAL,
			       "'%s' cannot be a tag: it is of letters, digits and '._-', begins "
			       "with a letter, and has at most %d characters",
			       tag, TAG_MAX);
	if (hex || pb_streq(tag, "latest"))
		return pb_fail(-EINVAL, "'%s' cannot be a tag: it means %s already", tag,
			       hex ? "the start of a uuid" : "the newest run");
	return 0;
}

int pb_tag_find(struct pb_store *store, const char *tag, int64_t *ret_run_id, char ret_uuid[37])
{
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;
	int step;

	if (sqlite3_prepare_v2(
		    pb_store_sqlite(store),
		    "SELECT run.id, run.uuid FROM run JOIN fact ON run_id = run.id WHERE "
		    "key = '" PB_FACT_TAG "' AND value = ?1 ORDER BY run.id DESC LIMIT 1",
		    -1, &statement, NULL))
		return query_failed(store);
	sqlite3_bind_text(statement, 1, tag, -1, SQLITE_TRANSIENT);
	step = sqlite3_step(statement);
	if (step == SQLITE_DONE)
		return 0;
	if (step != SQLITE_ROW)
		return query_failed(store);
	*ret_run_id = sqlite3_column_int64(statement, 0);
	snprintf(ret_uuid, 37, "%s", (const char *)sqlite3_column_text(statement, 1));
	return 1;
}

int pb_said_set(struct pb_store *store, int64_t run_id, const char *key, const char *value)
{
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;

	if (value)
		return pb_store_fact_set(store, run_id, key, value);
	if (sqlite3_prepare_v2(pb_store_sqlite(store),
			       "DELETE FROM fact WHERE run_id = ?1 AND key = ?2", -1, &statement,
			       NULL))
		return query_failed(store);
	sqlite3_bind_int64(statement, 1, run_id);
	sqlite3_bind_text(statement, 2, key, -1, SQLITE_TRANSIENT);
	return sqlite3_step(statement) == SQLITE_DONE ? 0 : query_failed(store);
}
