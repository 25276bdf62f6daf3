// SPDX-License-Identifier: GPL-2.0-only
/*
 * observed - the parts of an observation in the database.
 * Why: what was seen is kept as it was seen, long before anybody asks what it means.
 */
#include "collect/store/observed.h"

#include <errno.h>

#include "collect/observed.h"
#include "collect/store/private.h"
#include "common/err.h"

static const char part_insert[] =
	"INSERT INTO observation (cell_id, part, value) VALUES (?1, ?2, ?3)";
static const char part_query[] =
	"SELECT part, value FROM observation WHERE cell_id = ?1 ORDER BY part";

int pb_observed_insert(struct pb_store *store, int64_t cell_id, const struct pb_cell_result *result)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = result->nr_parts ? pb_store_prepare(store, part_insert, &query) : 0;

	for (size_t i = 0; !ret && i < result->nr_parts; i++) {
		ret = pb_store_bind(store, query, 2, result->parts[i].name);
		if (!ret)
			ret = pb_store_bind(store, query, 3, result->parts[i].value);
		if (!ret && (sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK ||
			     sqlite3_step(query) != SQLITE_DONE))
			ret = pb_store_error(store, "keep an observation");
		sqlite3_reset(query);
	}
	return ret;
}

int pb_observed_load(struct pb_store *store, int64_t cell_id, struct pb_cell_result *result)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, part_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE) {
		const char *name = (const char *)sqlite3_column_text(query, 0);
		const char *value = (const char *)sqlite3_column_text(query, 1);

		if (code != SQLITE_ROW)
			return pb_store_error(store, "read");
		ret = pb_observed_add(result, name ? name : "", value ? value : "");
		if (ret == -EINVAL)
			ret = pb_fail(-EBADMSG,
				      "database '%s': an observation has a part that "
				      "pinbench never wrote",
				      store->path);
	}
	return ret;
}
