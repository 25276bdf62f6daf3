// SPDX-License-Identifier: GPL-2.0-only
/*
 * profiles - profiles in the database.
 * Why: rows of numbers and names, so that any SQL can ask which function grew.
 */
#include "collect/store/profiles.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collect/store/private.h"
#include "common/err.h"

static const char profile_insert[] = "INSERT INTO profile (cell_id, phase) VALUES (?1, ?2)";
static const char function_insert[] =
	"INSERT INTO profile_function (profile_id, function, caller, instructions, entries)"
	" VALUES (?1, ?2, ?3, ?4, ?5)";
static const char profile_query[] = "SELECT id, phase FROM profile WHERE cell_id = ?1 ORDER BY id";
static const char function_query[] =
	"SELECT function, caller, instructions, entries FROM profile_function"
	" WHERE profile_id = ?1 ORDER BY instructions DESC, function";

static int function_add(struct pb_store *store, sqlite3_stmt *query, int64_t profile_id,
			const struct pb_profile_function *function)
{
	int ret = pb_store_bind(store, query, 2, function->name);

	if (!ret)
		ret = pb_store_bind(store, query, 3, function->caller);
	if (!ret && (sqlite3_bind_int64(query, 1, profile_id) != SQLITE_OK ||
		     sqlite3_bind_int64(query, 4, (int64_t)function->instructions) != SQLITE_OK ||
		     sqlite3_bind_int64(query, 5, (int64_t)function->entries) != SQLITE_OK ||
		     sqlite3_step(query) != SQLITE_DONE))
		ret = pb_store_error(store, "keep a profile");
	sqlite3_reset(query);
	return ret;
}

int pb_profile_insert(struct pb_store *store, int64_t cell_id, const struct pb_profile *profile)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *head = NULL, *rows = NULL;
	int64_t profile_id;
	int ret = pb_store_prepare(store, profile_insert, &head);

	if (!ret)
		ret = pb_store_prepare(store, function_insert, &rows);
	if (ret)
		return ret;
	ret = pb_store_bind(store, head, 2, profile->phase);
	if (ret)
		return ret;
	if (sqlite3_bind_int64(head, 1, cell_id) != SQLITE_OK || sqlite3_step(head) != SQLITE_DONE)
		return pb_store_error(store, "keep a profile");
	profile_id = sqlite3_last_insert_rowid(store->db);
	for (size_t i = 0; i < profile->nr_functions && !ret; i++)
		ret = function_add(store, rows, profile_id, &profile->functions[i]);
	return ret;
}

static const char *column(sqlite3_stmt *query, int at)
{
	return (const char *)sqlite3_column_text(query, at);
}

static int functions_load(struct pb_store *store, int64_t profile_id, struct pb_profile *profile)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, function_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, profile_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE) {
		int64_t instructions = sqlite3_column_int64(query, 2);
		int64_t entries = sqlite3_column_int64(query, 3);

		if (code != SQLITE_ROW)
			return pb_store_error(store, "read");
		if (!column(query, 0) || instructions < 0 || entries < 0)
			return pb_fail(-EBADMSG,
				       "database '%s': a profile holds %" PRId64
				       " instructions, %" PRId64 " entries",
				       store->path, instructions, entries);
		ret = pb_profile_add(profile, column(query, 0), column(query, 1),
				     (uint64_t)instructions, (uint64_t)entries);
	}
	return ret;
}

static int profile_load(struct pb_store *store, sqlite3_stmt *query, struct pb_cell_result *result)
{
	pb_cleanup(pb_profile_done) struct pb_profile profile = { 0 };
	const char *phase = column(query, 1);
	int ret;

	if (!phase || snprintf(profile.phase, sizeof(profile.phase), "%s", phase) >=
			      (int)sizeof(profile.phase))
		return pb_fail(-EBADMSG, "database '%s': a profile of no phase", store->path);
	ret = functions_load(store, sqlite3_column_int64(query, 0), &profile);
	return ret ? ret : pb_cell_result_profile(result, &profile);
}

int pb_profile_load(struct pb_store *store, int64_t cell_id, struct pb_cell_result *result)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, profile_query, &query);

	if (!ret && sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE)
		ret = code == SQLITE_ROW ? profile_load(store, query, result)
					 : pb_store_error(store, "read");
	return ret;
}
