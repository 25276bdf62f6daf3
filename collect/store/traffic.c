// SPDX-License-Identifier: GPL-2.0-only
/*
 * traffic - what cache lines did, in the database.
 * Why: rows of numbers and names, so that any SQL can ask which field came to contend.
 */
#include "collect/store/traffic.h"

#include <errno.h>
#include <math.h>

#include "collect/store/private.h"
#include "common/err.h"

#define COLUMNS                                                                                 \
	"object, field, function, loads, stores, cold_lines, d1_misses, llc_misses, transfers," \
	" upgrades, invalidations, false_sharing"

static const char row_insert[] = "INSERT INTO traffic (cell_id, " COLUMNS ")"
				 " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)";
static const char row_query[] = "SELECT " COLUMNS " FROM traffic WHERE cell_id = ?1"
				" ORDER BY transfers DESC, object, field, function";

enum { OBJECT, FIELD, FUNCTION, VALUES };

static int row_bind(struct pb_store *store, sqlite3_stmt *query, const struct pb_traffic *row)
{
	int ret = pb_store_bind(store, query, 2 + OBJECT, row->object);

	if (!ret)
		ret = pb_store_bind(store, query, 2 + FIELD, row->field);
	if (!ret)
		ret = pb_store_bind(store, query, 2 + FUNCTION, row->function);
	for (int i = 0; !ret && i < PB_TRAFFIC_NR_VALUES; i++)
		if (sqlite3_bind_double(query, 2 + VALUES + i, row->values[i]) != SQLITE_OK)
			ret = pb_store_error(store, "keep the traffic of cache lines");
	return ret;
}

int pb_traffic_insert(struct pb_store *store, int64_t cell_id,
		      const struct pb_traffic_list *traffic)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = traffic->nr ? pb_store_prepare(store, row_insert, &query) : 0;

	for (size_t i = 0; !ret && i < traffic->nr; i++) {
		ret = row_bind(store, query, &traffic->rows[i]);
		if (!ret && (sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK ||
			     sqlite3_step(query) != SQLITE_DONE))
			ret = pb_store_error(store, "keep the traffic of cache lines");
		sqlite3_reset(query);
	}
	return ret;
}

int pb_traffic_load(struct pb_store *store, int64_t cell_id, struct pb_traffic_list *traffic)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, row_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE) {
		double values[PB_TRAFFIC_NR_VALUES];
		const char *words[VALUES];

		if (code != SQLITE_ROW)
			return pb_store_error(store, "read");
		for (int i = 0; i < VALUES; i++)
			words[i] = (const char *)sqlite3_column_text(query, i);
		if (!words[OBJECT] || !words[FIELD] || !words[FUNCTION])
			return pb_fail(-EBADMSG, "database '%s': traffic without names",
				       store->path);
		for (int i = 0; i < PB_TRAFFIC_NR_VALUES && !ret; i++) {
			values[i] = sqlite3_column_double(query, VALUES + i);
			if (!isfinite(values[i]) || values[i] < 0)
				ret = pb_fail(-EBADMSG,
					      "database '%s': traffic of '%s' is no count",
					      store->path, words[OBJECT]);
		}
		if (ret)
			break;
		ret = pb_traffic_add(traffic, words[OBJECT], words[FIELD], words[FUNCTION], values);
	}
	return ret;
}
