// SPDX-License-Identifier: GPL-2.0-only
/*
 * trust - is a database what pinbench writes, and nothing beside it?
 * Why: a database may come by mail. A trigger, an index or a view that is not ours would be obeyed,
 * and a value of another kind would be believed.
 */
#include "collect/store/trust.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/record_check.h"
#include "collect/store/private.h"
#include "common/embed.h"
#include "common/err.h"
#include "common/str.h"

PB_DEFINE_CLEANUP(connection_closep, sqlite3 *, sqlite3_close);

/* Ids from here on would leave no room for those of the next runs, which SQLite then makes up. */
#define MAX_ID "4611686018427387904"
#define HEX4   "[0-9a-f][0-9a-f][0-9a-f][0-9a-f]"

/* The first of the rules are those of ids. */
enum { NR_ID_RULES = 5 };

/* What no row may be, and the words that say so. */
static const struct {
	const char *table;
	const char *wrong;
	const char *where;
} rules[] = {
	{ "run", "an id out of range", "id < 1 OR id > " MAX_ID },
	{ "cell", "an id out of range", "id < 1 OR id > " MAX_ID },
	{ "series", "an id out of range", "id < 1 OR id > " MAX_ID },
	{ "profile", "an id out of range", "id < 1 OR id > " MAX_ID },
	{ "histogram", "an id out of range", "id < 1 OR id > " MAX_ID },
	{ "run", "a uuid that is none",
	  "uuid NOT GLOB '" HEX4 HEX4 "-" HEX4 "-" HEX4 "-" HEX4 "-" HEX4 HEX4 HEX4 "'" },
	{ "cell", "a position out of range", "position NOT BETWEEN 0 AND 4294967295" },
	{ "cell", "a number of pages out of range", "pages NOT BETWEEN 1 AND 281474976710656" },
	{ "cell", "a number of threads out of range", "threads NOT BETWEEN 1 AND 65536" },
	{ "cell", "a number of samples out of range",
	  "samples NOT BETWEEN 0 AND 4294967295 OR warmup NOT BETWEEN 0 AND 4294967295"
	  " OR ops NOT BETWEEN 0 AND 4294967295" },
	{ "cell", "no reason why it was not measured", "state <> 'measured' AND reason IS NULL" },
	{ "sample", "a value that is infinite, or no place in its series",
	  "value > 1.7976931348623157e308 OR value < -1.7976931348623157e308 OR seq < 0" },
};

/* Blanks that may stand between any two words of a statement, and comments, are one blank. */
static size_t blanks_skip(const char *sql)
{
	const char *at = sql;

	for (;;) {
		at += strspn(at, " \t\r\n");
		if (strncmp(at, "--", 2) != 0)
			return (size_t)(at - sql);
		at += strcspn(at, "\n");
	}
}

/*
 * A statement as two databases have it that were made by the same files, though one came through a
 * dump and the other from a pinbench whose comments were others. What stands in quotes stays.
 */
static int statement_clean(const char *sql, struct pb_buf *clean)
{
	int ret = pb_buf_add(clean, "", 0);

	for (const char *at = sql; !ret && *at;) {
		size_t skip = blanks_skip(at), len = 1;

		if (skip) {
			ret = pb_buf_add(clean, " ", 1);
			at += skip;
			continue;
		}
		if (strchr("'\"`", *at)) {
			const char *end = strchr(at + 1, *at);

			len = end ? (size_t)(end - at) + 1 : strlen(at);
		}
		ret = pb_buf_add(clean, at, len);
		at += len;
	}
	return ret;
}

static int reference_make(int64_t version, sqlite3 **ret_db)
{
	pb_cleanup(connection_closep) sqlite3 *db = NULL;
	int code = sqlite3_open(":memory:", &db);

	for (const struct pb_embedded *file = pb_embedded_schema; file->name; file++) {
		if (strtoll(file->name, NULL, 10) > version)
			break;
		if (code == SQLITE_OK)
			code = sqlite3_exec(db, file->text, NULL, NULL, NULL);
	}
	if (code != SQLITE_OK)
		return pb_fail(-ENOMEM, "cannot make the schema to compare with: %s",
			       sqlite3_errmsg(db));
	*ret_db = pb_steal(db);
	return 0;
}

static const char *word(sqlite3_stmt *query, int at)
{
	const char *text = (const char *)sqlite3_column_text(query, at);

	return text ? text : "";
}

/* By type and name, as the queries are ordered; a side that has ended comes last. */
static int rows_compare(sqlite3_stmt *mine, int my_step, sqlite3_stmt *other, int other_step)
{
	int order;

	if (my_step != SQLITE_ROW || other_step != SQLITE_ROW)
		return (my_step != SQLITE_ROW) - (other_step != SQLITE_ROW);
	order = strcmp(word(mine, 0), word(other, 0));
	return order ? order : strcmp(word(mine, 1), word(other, 1));
}

static int statements_same(sqlite3_stmt *mine, sqlite3_stmt *other, bool *ret_same)
{
	pb_cleanup(pb_buf_done) struct pb_buf x = { 0 }, y = { 0 };
	int ret = statement_clean(word(mine, 3), &x);

	if (!ret)
		ret = statement_clean(word(other, 3), &y);
	if (ret)
		return ret;
	*ret_same = !strcmp(word(mine, 2), word(other, 2)) &&
		    (sqlite3_column_type(mine, 3) == SQLITE_NULL) ==
			    (sqlite3_column_type(other, 3) == SQLITE_NULL) &&
		    x.len_bytes == y.len_bytes &&
		    !memcmp(x.data ? x.data : "", y.data ? y.data : "", x.len_bytes);
	return 0;
}

static int schema_refuse(struct pb_store *store, const char *what, sqlite3_stmt *row)
{
	char type[32], name[80];
	const char *advice = strncmp(word(row, 1), "sqlite_stat", strlen("sqlite_stat")) != 0
				     ? ""
				     : " (ANALYZE made it; it may be dropped)";

	return pb_fail(
		-EBADMSG,
		"database '%s': %s %s '%s'%s; it was not made by pinbench alone, and nothing "
		"was touched",
		store->path, what, pb_record_printable(word(row, 0), type, sizeof(type)),
		pb_record_printable(word(row, 1), name, sizeof(name)), advice);
}

static int schema_walk(struct pb_store *store, sqlite3_stmt *is, sqlite3_stmt *must)
{
	int is_step = sqlite3_step(is), must_step = sqlite3_step(must);

	while (is_step == SQLITE_ROW || must_step == SQLITE_ROW) {
		int order = rows_compare(is, is_step, must, must_step);
		bool same = false;
		int ret;

		/* One of them may have failed, and is then not at its end. */
		if (is_step != SQLITE_ROW && is_step != SQLITE_DONE)
			break;
		if (order < 0)
			return schema_refuse(store, "holds another program's", is);
		if (order > 0)
			return schema_refuse(store, "lacks", must);
		ret = statements_same(is, must, &same);
		if (ret)
			return ret;
		if (!same)
			return schema_refuse(store, "has another", is);
		is_step = sqlite3_step(is);
		must_step = sqlite3_step(must);
	}
	return is_step == SQLITE_DONE ? 0 : pb_store_error(store, "read");
}

int pb_store_trust_schema(struct pb_store *store, const char *name, int64_t version)
{
	static const char sql[] = "SELECT type, name, tbl_name, sql FROM %s.sqlite_schema"
				  " ORDER BY type COLLATE BINARY, name COLLATE BINARY";
	pb_cleanup(connection_closep) sqlite3 *reference = NULL;
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *is = NULL, *must = NULL;
	_cleanup_free_ char *mine = pb_format(sql, name), *other = pb_format(sql, "main");
	int ret = mine && other ? reference_make(version, &reference) : -ENOMEM;

	if (!ret && sqlite3_prepare_v2(reference, other, -1, &must, NULL) != SQLITE_OK)
		ret = pb_fail(-ENOMEM, "out of memory");
	if (!ret)
		ret = pb_store_prepare(store, mine, &is);
	return ret ? ret : schema_walk(store, is, must);
}

/* How many bytes a sequence that begins with @lead has; 0: none begins so. */
static int sequence_len(unsigned char lead)
{
	return lead < 0x80   ? 1
	       : lead < 0xc2 ? 0
	       : lead < 0xe0 ? 2
	       : lead < 0xf0 ? 3
	       : lead < 0xf5 ? 4
			     : 0;
}

/* Well-formed UTF-8 (Unicode, table 3-7) without NUL. */
static bool text_ok(const unsigned char *at, const unsigned char *end)
{
	while (at < end) {
		int len = sequence_len(*at);

		if (!len || !*at || len > end - at)
			return false;
		if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
		    (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f))
			return false;
		for (int i = 1; i < len; i++)
			if ((at[i] & 0xc0) != 0x80)
				return false;
		at += len;
	}
	return true;
}

static void text_judge(sqlite3_context *context, int nr, sqlite3_value **values)
{
	const unsigned char *text;
	int len;

	(void)nr;
	if (sqlite3_value_type(values[0]) == SQLITE_NULL) {
		sqlite3_result_int(context, 1); /* whether it may be is the schema's word */
		return;
	}
	text = sqlite3_value_text(values[0]);
	len = sqlite3_value_bytes(values[0]);
	sqlite3_result_int(context,
			   text && len <= PB_TRUST_TEXT_BYTES && text_ok(text, text + len));
}

int pb_store_trust_register(struct pb_store *store)
{
	int code = sqlite3_create_function(store->db, "pinbench_text", 1,
					   SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC,
					   NULL, text_judge, NULL, NULL);

	return code == SQLITE_OK ? 0 : pb_store_error(store, "open");
}

/* The first row of @sql says what is wrong. */
static int wrong_find(struct pb_store *store, const char *sql, const char *fine)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	char shown[160];
	int code, ret = pb_store_prepare(store, sql, &query);

	if (ret)
		return ret;
	code = sqlite3_step(query);
	if (code == SQLITE_DONE || (code == SQLITE_ROW && fine && pb_streq(word(query, 0), fine)))
		return 0;
	if (code != SQLITE_ROW)
		return pb_store_error(store, "read");
	return pb_fail(-EBADMSG,
		       "database '%s': is damaged or was altered: %s; nothing was touched",
		       store->path, pb_record_printable(word(query, 0), shown, sizeof(shown)));
}

static int wrong_find_in(struct pb_store *store, const char *fine, char *sql)
{
	_cleanup_free_ char *own = sql;

	return own ? wrong_find(store, own, fine) : -ENOMEM;
}

/* All TEXT columns of a table, whatever it is called: its schema is known to be ours. */
static int texts_check(struct pb_store *store, const char *name, const char *table)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	pb_cleanup(pb_buf_done) struct pb_buf which = { 0 }, where = { 0 };
	_cleanup_free_ char *sql = pb_format("SELECT name FROM pragma_table_info('%s', '%s')"
					     " WHERE type = 'TEXT'",
					     table, name);
	int ret = sql ? pb_store_prepare(store, sql, &query) : -ENOMEM;

	while (!ret && sqlite3_step(query) == SQLITE_ROW) {
		const char *column = word(query, 0);

		ret = pb_buf_printf(&which, " WHEN NOT pinbench_text(%s) THEN '%s'", column,
				    column);
		if (!ret)
			ret = pb_buf_printf(&where, "%s NOT pinbench_text(%s)",
					    where.len_bytes ? " OR" : "", column);
	}
	if (ret || !where.len_bytes)
		return ret;
	return wrong_find_in(
		store, NULL,
		pb_format("SELECT 'column %s.' || CASE%s END || ' holds a text that is no "
			  "UTF-8, has a NUL, or is longer than 1 MiB' FROM %s.%s WHERE%s LIMIT 1",
			  table, which.data, name, table, where.data));
}

static int tables_check(struct pb_store *store, const char *name)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	_cleanup_free_ char *sql =
		pb_format("SELECT name FROM %s.sqlite_schema WHERE type = 'table'", name);
	int ret = sql ? pb_store_prepare(store, sql, &query) : -ENOMEM;

	while (!ret && sqlite3_step(query) == SQLITE_ROW) {
		const char *table = word(query, 0);

		ret = texts_check(store, name, table);
		/* Of samples only each series once: there may be millions of them. */
		if (!ret && !pb_streq(table, "sample"))
			ret = wrong_find_in(
				store, NULL,
				pb_format(
					"SELECT 'a row of table %s belongs to no row of ' || "
					"parent FROM pragma_foreign_key_check('%s', '%s') LIMIT 1",
					table, table, name));
	}
	return ret;
}

static int samples_check(struct pb_store *store, const char *name)
{
	return wrong_find_in(
		store, NULL,
		pb_format("WITH RECURSIVE it(id) AS (SELECT min(series_id) FROM %s.sample UNION ALL"
			  " SELECT (SELECT min(series_id) FROM %s.sample WHERE series_id > it.id)"
			  " FROM it WHERE it.id IS NOT NULL)"
			  " SELECT 'a row of table sample belongs to no row of series' FROM it"
			  " WHERE id IS NOT NULL AND id NOT IN (SELECT id FROM %s.series) LIMIT 1",
			  name, name, name));
}

static int rules_check(struct pb_store *store, const char *name, size_t nr)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i++)
		ret = wrong_find_in(
			store, NULL,
			pb_format("SELECT 'table %s holds %s' FROM %s.%s WHERE %s LIMIT 1",
				  rules[i].table, rules[i].wrong, name, rules[i].table,
				  rules[i].where));
	return ret;
}

int pb_store_trust_ids(struct pb_store *store, const char *name)
{
	return rules_check(store, name, NR_ID_RULES);
}

int pb_store_trust_content(struct pb_store *store, const char *name)
{
	int ret = wrong_find_in(store, "ok", pb_format("PRAGMA %s.integrity_check(1)", name));

	if (!ret)
		ret = tables_check(store, name);
	if (!ret)
		ret = samples_check(store, name);
	return ret ? ret : rules_check(store, name, PB_ARRAY_SIZE(rules));
}
