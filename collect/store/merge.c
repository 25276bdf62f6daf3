// SPDX-License-Identifier: GPL-2.0-only
/*
 * merge - the runs of one database into another, by SQL over both.
 * Why: a million samples move in seconds when the rows never leave SQLite.
 *
 * The tables are rows below: how each hangs on its parent and what tells its rows apart. Copying
 * and comparing are one statement a table, made from them. Ids get an offset a table, so that
 * links between rows survive without looking anything up.
 */
#include "collect/store/merge.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "collect/store/merge_tables.h"
#include "collect/store/private.h"
#include "collect/store/store.h"
#include "collect/store/trust.h"
#include "common/err.h"
#include "common/str.h"

/* Runs of both sides. extra_*: the table in which that side has a row that the other lacks. */
static const char prepare_sql[] =
	"CREATE TEMP TABLE merge_pair (source_id INTEGER PRIMARY KEY, main_id INTEGER NOT NULL,"
	" extra_source TEXT, extra_main TEXT);"
	"CREATE TEMP TABLE merge_taken (id INTEGER PRIMARY KEY);"
	"CREATE TEMP TABLE merge_offset (name TEXT PRIMARY KEY, value INTEGER NOT NULL);"
	"INSERT INTO merge_pair (source_id, main_id)"
	" SELECT s.id, m.id FROM source.run s JOIN main.run m ON m.uuid = s.uuid;";

/* A copy that has not ended gives way to one that holds all of it and more. */
#define OPEN(side) "(" side ".state IN ('running', 'interrupted'))"
static const char judge_sql[] =
	"CREATE TEMP TABLE merge_grown AS SELECT p.source_id, p.main_id FROM merge_pair p"
	" JOIN source.run s ON s.id = p.source_id JOIN main.run m ON m.id = p.main_id"
	" WHERE p.extra_main IS NULL AND " OPEN(
		"m") " AND (p.extra_source IS NOT NULL"
		     " OR (m.state = 'running' AND s.state != 'running')"
		     " OR (m.state = 'interrupted' AND NOT " OPEN(
			     "s") "));"
				  "INSERT INTO merge_taken SELECT id FROM source.run"
				  " WHERE id NOT IN (SELECT source_id FROM merge_pair);"
				  "INSERT INTO merge_taken SELECT source_id FROM merge_grown;";

static const char conflict_sql[] =
	"SELECT s.uuid, p.extra_source, p.extra_main, s.state, m.state FROM merge_pair p"
	" JOIN source.run s ON s.id = p.source_id JOIN main.run m ON m.id = p.main_id"
	" WHERE NOT (p.extra_main IS NULL AND " OPEN(
		"m") ")"
		     " AND NOT (p.extra_source IS NULL AND " OPEN(
			     "s") ")"
				  " AND (p.extra_source IS NOT NULL OR p.extra_main IS NOT NULL OR s.state != m.state)"
				  " ORDER BY s.uuid LIMIT 1";

static const char clean_sql[] =
	"DROP TABLE IF EXISTS temp.merge_pair; DROP TABLE IF EXISTS temp.merge_taken;"
	"DROP TABLE IF EXISTS temp.merge_grown; DROP TABLE IF EXISTS temp.merge_offset;";

static int count(struct pb_store *store, const char *sql, size_t *ret_count)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = pb_store_prepare(store, sql, &query);

	if (ret)
		return ret;
	if (sqlite3_step(query) != SQLITE_ROW)
		return pb_store_error(store, "merge");
	*ret_count = (size_t)sqlite3_column_int64(query, 0);
	return 0;
}

static int exec_made(struct pb_store *store, struct pb_buf *sql)
{
	int ret = pb_store_exec(store, sql->data, "merge");

	sql->len_bytes = 0;
	return ret;
}

/* Marks the runs of which @mine has rows that @other lacks, or that differ there. */
static int extras_mark(struct pb_store *store, const char *mine, const char *other)
{
	pb_cleanup(pb_buf_done) struct pb_buf sql = { 0 };

	for (size_t i = 0; i < pb_merge_nr_tables; i++) {
		int ret = pb_merge_extra_sql(i, mine, other, &sql);

		if (!ret)
			ret = exec_made(store, &sql);
		if (ret)
			return ret;
	}
	return 0;
}

static int conflict_check(struct pb_store *store, const char *path)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	const char *text[5];
	int code, ret = pb_store_prepare(store, conflict_sql, &query);

	if (ret)
		return ret;
	code = sqlite3_step(query);
	if (code != SQLITE_ROW)
		return code == SQLITE_DONE ? 0 : pb_store_error(store, "merge");
	for (int i = 0; i < 5; i++)
		text[i] = (const char *)sqlite3_column_text(query, i);
	if (!text[1] && !text[2])
		return pb_fail(-EEXIST,
			       "run %s is in both databases, and ended as '%s' in '%s' but as '%s' "
			       "in '%s'; nothing was taken from it",
			       text[0], text[3], path, text[4], store->path);
	return pb_fail(-EEXIST,
		       "run %s is in both databases with different content: rows of table '%s' in "
		       "'%s' are not those of '%s'; a uuid names one run, so one of the two was "
		       "altered; nothing was taken",
		       text[0], text[1] ? text[1] : text[2], path, store->path);
}

static int copy_all(struct pb_store *store)
{
	pb_cleanup(pb_buf_done) struct pb_buf sql = { 0 };
	int ret = pb_store_exec(
		store, "DELETE FROM main.run WHERE id IN (SELECT main_id FROM merge_grown)",
		"merge");

	for (size_t i = 0; i < pb_merge_nr_tables && !ret; i++) {
		ret = pb_merge_copy_sql(i, &sql);
		if (!ret)
			ret = exec_made(store, &sql);
	}
	return ret;
}

static int outcome_count(struct pb_store *store, struct pb_merge_outcome *outcome)
{
	size_t taken = 0, all = 0;
	int ret = count(store, "SELECT count(*) FROM merge_grown", &outcome->nr_grown);

	if (!ret)
		ret = count(store, "SELECT count(*) FROM merge_taken", &taken);
	if (!ret)
		ret = count(store, "SELECT count(*) FROM source.run", &all);
	if (!ret)
		ret = count(store,
			    "SELECT count(*) FROM merge_taken t"
			    " JOIN source.cell c ON c.run_id = t.id"
			    " JOIN source.series s ON s.cell_id = c.id"
			    " JOIN source.sample v ON v.series_id = s.id",
			    &outcome->nr_samples);
	outcome->nr_added = taken - outcome->nr_grown;
	outcome->nr_known = all - taken;
	return ret;
}

/*
 * One transaction on both databases, which writes to one: BEGIN IMMEDIATE would lock the source
 * against the process that still writes to it.
 */
static int begin(struct pb_store *store)
{
	int ret = pb_store_exec(store, "BEGIN", "merge");

	/* A write, though of nothing: from here on no other process changes what is judged. */
	if (!ret)
		ret = pb_store_exec(store, "UPDATE main.run SET state = state WHERE 0", "merge");
	return ret;
}

static int runs_merge(struct pb_store *store, const char *path, struct pb_merge_outcome *outcome)
{
	int ret = begin(store);

	/* Again, as it is now: between opening it and here it may have become another. */
	if (!ret)
		ret = pb_store_trust_schema(store, "source", PB_STORE_NEWEST);
	if (!ret)
		ret = pb_store_exec(store, prepare_sql, "merge");
	if (!ret)
		ret = extras_mark(store, "source", "main");
	if (!ret)
		ret = extras_mark(store, "main", "source");
	if (!ret)
		ret = conflict_check(store, path);
	if (!ret)
		ret = pb_store_exec(store, judge_sql, "merge");
	if (!ret)
		ret = outcome_count(store, outcome);
	if (!ret)
		ret = copy_all(store);
	/* Ids only grow: where there is no room left for those of the next runs, none is taken. */
	return ret ? ret : pb_store_trust_ids(store, "main");
}

static int attach(struct pb_store *store, const char *path)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	/* A plain file whatever it is called, as pb_store_open() has it. */
	_cleanup_free_ char *name = pb_format("%s%s", path[0] == '/' ? "" : "./", path);
	int ret = name ? pb_store_prepare(store, "ATTACH ?1 AS source", &query) : -ENOMEM;

	if (ret)
		return ret;
	if (sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_step(query) != SQLITE_DONE)
		return pb_store_error(store, "merge");
	return 0;
}

static int other_check(struct pb_store *store, const char *path)
{
	struct stat mine, other;

	if (stat(store->path, &mine) || stat(path, &other))
		return 0; /* opening it says why */
	if (mine.st_dev != other.st_dev || mine.st_ino != other.st_ino)
		return 0;
	return pb_fail(-EINVAL, "merge: '%s' is the database that is merged into", path);
}

/* What pb_store_open() demands of a file; an older schema is brought forward if it can be. */
static int source_check(const char *path)
{
	pb_cleanup(pb_store_freep) struct pb_store *source = NULL;
	int ret = pb_store_open(path, PB_STORE_READ, &source);

	if (ret == -ESTALE && access(path, W_OK) == 0)
		ret = pb_store_open(path, PB_STORE_WRITE, &source);
	return ret;
}

int pb_merge(struct pb_store *store, const char *path, struct pb_merge_outcome *ret_outcome)
{
	struct pb_merge_outcome outcome = { 0 };
	int ret = other_check(store, path);

	/* Before the transaction: closing a file drops this process's locks on it. */
	if (!ret)
		ret = source_check(path);
	if (!ret)
		ret = attach(store, path);
	if (ret)
		return ret;
	ret = runs_merge(store, path, &outcome);
	if (!ret)
		ret = pb_store_exec(store, clean_sql, "merge");
	if (!ret)
		ret = pb_store_commit(store);
	else
		pb_store_rollback(store); /* takes the temporary tables along */
	sqlite3_exec(store->db, "DETACH source", NULL, NULL, NULL);
	if (!ret)
		*ret_outcome = outcome;
	return ret;
}
