// SPDX-License-Identifier: GPL-2.0-only
/*
 * writer - which process writes a run, and whether it still can.
 * Why: kill -9 leaves nobody to write down how a run ended; who reads it finds out.
 */
#include "collect/store/writer.h"

#include <unistd.h>

#include "collect/store/private.h"
#include "common/lives.h"

static void text_take(sqlite3_value *value, char *text, size_t size)
{
	const char *from = (const char *)sqlite3_value_text(value);

	snprintf(text, size, "%s", from ? from : "");
}

static void lives(sqlite3_context *context, int nr, sqlite3_value **values)
{
	struct pb_process writer;

	(void)nr;
	text_take(values[0], writer.host, sizeof(writer.host));
	text_take(values[1], writer.boot, sizeof(writer.boot));
	text_take(values[2], writer.namespace, sizeof(writer.namespace));
	writer.pid = sqlite3_value_int64(values[3]);
	writer.started = sqlite3_value_int64(values[4]);
	/* What cannot be seen from here is not called dead. */
	sqlite3_result_int(context, pb_process_fate(&writer) != PB_PROCESS_GONE);
}

int pb_store_writer_register(struct pb_store *store)
{
	int code =
		sqlite3_create_function(store->db, "pinbench_lives", 5,
					SQLITE_UTF8 | SQLITE_DIRECTONLY, NULL, lives, NULL, NULL);

	return code == SQLITE_OK ? 0 : pb_store_error(store, "open");
}

int pb_store_writer_keep(struct pb_store *store, int64_t run_id)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	struct pb_process self;
	int ret = pb_store_prepare(store, "INSERT INTO writer VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
				   &query);

	if (ret)
		return ret;
	pb_process_of(getpid(), &self);
	ret = pb_store_bind(store, query, 2, self.host);
	if (!ret)
		ret = pb_store_bind(store, query, 3, self.boot);
	if (!ret)
		ret = pb_store_bind(store, query, 4, self.namespace);
	if (ret)
		return ret;
	if (sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 5, self.pid) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 6, self.started) != SQLITE_OK ||
	    sqlite3_step(query) != SQLITE_DONE)
		return pb_store_error(store, "keep the run's writer");
	return 0;
}

int pb_store_writer_drop(struct pb_store *store, int64_t run_id)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = pb_store_prepare(store, "DELETE FROM writer WHERE run_id = ?1", &query);

	if (ret)
		return ret;
	if (sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK || sqlite3_step(query) != SQLITE_DONE)
		return pb_store_error(store, "end the run");
	return 0;
}
