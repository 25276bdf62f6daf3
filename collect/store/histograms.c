// SPDX-License-Identifier: GPL-2.0-only
/*
 * histograms - histograms in the database.
 * Why: rows of numbers, so that any SQL can ask how often a call was slow.
 */
#include "collect/store/histograms.h"

#include <errno.h>
#include <string.h>

#include "collect/store/private.h"
#include "common/err.h"
#include "common/str.h"

static const char histogram_insert[] =
	"INSERT INTO histogram (cell_id, phase, metric, unit) VALUES (?1, ?2, ?3, ?4)";
static const char bucket_insert[] =
	"INSERT INTO histogram_bucket (histogram_id, low, width, count) VALUES (?1, ?2, ?3, ?4)";
static const char histogram_query[] =
	"SELECT id, phase, metric, unit FROM histogram WHERE cell_id = ?1 ORDER BY id";
static const char bucket_query[] =
	"SELECT low, width, count FROM histogram_bucket WHERE histogram_id = ?1 ORDER BY low";

static int bucket_keep(struct pb_store *store, sqlite3_stmt *query, int64_t histogram_id,
		       const struct pb_histogram_bucket *bucket)
{
	const int64_t numbers[] = { histogram_id, (int64_t)bucket->low, (int64_t)bucket->width,
				    (int64_t)bucket->count };
	bool bound = true;
	int ret;

	for (size_t i = 0; i < PB_ARRAY_SIZE(numbers); i++)
		bound &= sqlite3_bind_int64(query, (int)i + 1, numbers[i]) == SQLITE_OK;
	ret = bound && sqlite3_step(query) == SQLITE_DONE
		      ? 0
		      : pb_store_error(store, "keep a histogram");
	sqlite3_reset(query);
	return ret;
}

int pb_histogram_insert(struct pb_store *store, int64_t cell_id,
			const struct pb_histogram *histogram)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *head = NULL, *rows = NULL;
	int64_t histogram_id;
	int ret = pb_store_prepare(store, histogram_insert, &head);

	if (!ret)
		ret = pb_store_prepare(store, bucket_insert, &rows);
	if (!ret)
		ret = pb_store_bind(store, head, 2, histogram->phase);
	if (!ret)
		ret = pb_store_bind(store, head, 3, histogram->metric);
	if (!ret)
		ret = pb_store_bind(store, head, 4, histogram->unit);
	if (ret)
		return ret;
	if (sqlite3_bind_int64(head, 1, cell_id) != SQLITE_OK || sqlite3_step(head) != SQLITE_DONE)
		return pb_store_error(store, "keep a histogram");
	histogram_id = sqlite3_last_insert_rowid(store->db);
	for (size_t i = 0; i < histogram->nr_buckets && !ret; i++)
		ret = bucket_keep(store, rows, histogram_id, &histogram->buckets[i]);
	return ret;
}

static int buckets_load(struct pb_store *store, int64_t histogram_id,
			struct pb_histogram *histogram)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, bucket_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, histogram_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE)
		ret = code == SQLITE_ROW
			      ? pb_histogram_add(histogram,
						 (uint64_t)sqlite3_column_int64(query, 0),
						 (uint64_t)sqlite3_column_int64(query, 1),
						 (uint64_t)sqlite3_column_int64(query, 2))
			      : pb_store_error(store, "read");
	return ret == -EBADMSG ? pb_fail_in(ret, "database '%s': a histogram", store->path) : ret;
}

static int word_copy(const struct pb_store *store, sqlite3_stmt *query, int at,
		     char word[PB_WORD_LEN])
{
	const char *text = (const char *)sqlite3_column_text(query, at);

	if (text && *text && snprintf(word, PB_WORD_LEN, "%s", text) < PB_WORD_LEN)
		return 0;
	return pb_fail(-EBADMSG, "database '%s': a histogram of no %s", store->path,
		       sqlite3_column_name(query, at));
}

static int one_load(struct pb_store *store, sqlite3_stmt *query, struct pb_cell_result *result)
{
	pb_cleanup(pb_histogram_done) struct pb_histogram histogram = { 0 };
	int ret = word_copy(store, query, 1, histogram.phase);

	if (!ret)
		ret = word_copy(store, query, 2, histogram.metric);
	if (!ret)
		ret = word_copy(store, query, 3, histogram.unit);
	if (!ret)
		ret = buckets_load(store, sqlite3_column_int64(query, 0), &histogram);
	return ret ? ret : pb_cell_result_histogram(result, &histogram);
}

int pb_histogram_load(struct pb_store *store, int64_t cell_id, struct pb_cell_result *result)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, histogram_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE)
		ret = code == SQLITE_ROW ? one_load(store, query, result)
					 : pb_store_error(store, "read");
	return ret;
}
