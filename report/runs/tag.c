// SPDX-License-Identifier: GPL-2.0-only
/*
 * tag - names that people give to runs, and what they note of them.
 * Why: "before the patch" is remembered, a uuid is not. Both are facts of the run, so that they go
 * where it goes: into exports, merges and reports.
 */
#include "report/runs/tag.h"

#include <ctype.h>
#include <string.h>

enum { TAG_MAX = 31 };

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

bool pb_tag_is(const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i < len; i++)
		if (!isascii((unsigned char)word[i]) ||
		    (!isalnum((unsigned char)word[i]) && !strchr("._-", word[i])))
			return false;
	return len && len <= TAG_MAX && isalpha((unsigned char)word[0]) &&
	       strspn(word, "0123456789abcdefABCDEF") < len;
}

int pb_said_set(struct pb_store *store, int64_t run_id, const char *key, const char *value)
{
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;

	if (value)
		return pb_store_fact_set(store, run_id, key, value);
	if (sqlite3_prepare_v2(pb_store_sqlite(store),
			       "DELETE FROM fact WHERE run_id = ?1 AND key = ?2", -1, &statement,
			       NULL))
		return pb_store_query_failed(store);
	sqlite3_bind_int64(statement, 1, run_id);
	sqlite3_bind_text(statement, 2, key, -1, SQLITE_TRANSIENT);
	return sqlite3_step(statement) == SQLITE_DONE ? 0 : pb_store_query_failed(store);
}
