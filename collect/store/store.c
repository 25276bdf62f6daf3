// SPDX-License-Identifier: GPL-2.0-only
/*
 * store - keeps runs, facts and cells in SQLite, one transaction a cell.
 * Why: whatever was committed survives a crash; a cell is there whole or not at all.
 */
#include "collect/store/store.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/store/histograms.h"
#include "collect/store/observed.h"
#include "collect/store/private.h"
#include "collect/store/profiles.h"
#include "collect/store/traffic.h"
#include "collect/store/trust.h"
#include "collect/store/writer.h"
#include "common/err.h"
#include "common/str.h"

static const char *const query_texts[PB_STORE_NR_QUERIES] = {
	[PB_STORE_RUN_INSERT] = "INSERT INTO run (uuid, created, backend, evidence, plan, revision,"
				" state) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'running')",
	[PB_STORE_RUN_END] = "UPDATE run SET state = ?2 WHERE id = ?1",
	[PB_STORE_RUN_DROP] = "DELETE FROM run WHERE id = ?1",
	[PB_STORE_FACT_SET] = "INSERT INTO fact (run_id, key, value) VALUES (?1, ?2, ?3)"
			      " ON CONFLICT (run_id, key) DO UPDATE SET value = excluded.value",
	[PB_STORE_CELL_DROP] =
		"DELETE FROM cell WHERE run_id = ?1 AND position = ?2 AND state = 'missing'",
	[PB_STORE_CELL_INSERT] =
		"INSERT INTO cell (run_id, position, pages, threads, samples, warmup, ops, strategy,"
		" memory, state, errno, symbol, reason, detail"
#define PB_AXIS(id, field, since, title) ", " #field
#include "collect/axes.def"
#undef PB_AXIS
		", event) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14"
#define PB_AXIS(id, field, since, title) ", ?"
#include "collect/axes.def"
#undef PB_AXIS
		", ?)",
	[PB_STORE_SERIES_INSERT] = "INSERT INTO series (cell_id, phase, metric, unit)"
				   " VALUES (?1, ?2, ?3, ?4)",
	[PB_STORE_SAMPLE_INSERT] = "INSERT INTO sample (series_id, seq, value) VALUES (?1, ?2, ?3)",
};

void pb_store_free(struct pb_store *store)
{
	bool removes;

	if (!store)
		return;
	for (size_t i = 0; i < PB_STORE_NR_QUERIES; i++)
		sqlite3_finalize(store->queries[i]);
	removes = pb_store_made_empty(store);
	sqlite3_close(store->db); /* rolls back what was not committed */
	if (removes)
		pb_store_made_remove(store);
	/* Only now: closing any descriptor of the file ends this process's SQLite locks on it. */
	closep(&store->guard);
	free(store->path);
	free(store);
}

sqlite3 *pb_store_sqlite(struct pb_store *store)
{
	return store->db;
}

bool pb_store_keeps_least(const struct pb_store *store)
{
	return store->keeps_least;
}

void pb_store_keeps_least_set(struct pb_store *store)
{
	store->keeps_least = true;
}

int pb_store_query_failed(const struct pb_store *store)
{
	return pb_fail(-EIO, "cannot read '%s': %s", store->path, sqlite3_errmsg(store->db));
}

const char *pb_store_path(const struct pb_store *store)
{
	return store->path;
}

static int query_get(struct pb_store *store, enum pb_store_query id, sqlite3_stmt **ret_query)
{
	sqlite3_stmt **query = &store->queries[id];

	if (!*query && sqlite3_prepare_v3(store->db, query_texts[id], -1, SQLITE_PREPARE_PERSISTENT,
					  query, NULL) != SQLITE_OK)
		return pb_store_error(store, "write");
	*ret_query = *query;
	return 0;
}

/* Runs a statement to its end. The message is set before the reset, which would overwrite it. */
static int query_run(struct pb_store *store, sqlite3_stmt *query, const char *what)
{
	int ret = sqlite3_step(query) == SQLITE_DONE ? 0 : pb_store_error(store, what);

	sqlite3_reset(query);
	return ret;
}

int pb_store_bind(struct pb_store *store, sqlite3_stmt *query, int at, const char *text)
{
	char *clean = NULL;

	if (text) {
		clean = pb_text_clean(text);
		if (!clean)
			return -ENOMEM;
		/* What opening the database would refuse. */
		if (strlen(clean) > PB_TRUST_TEXT_BYTES) {
			free(clean);
			return pb_fail(-EINVAL, "database '%s': a text of more than %d bytes",
				       store->path, PB_TRUST_TEXT_BYTES);
		}
	}
	return sqlite3_bind_text(query, at, clean, -1, free) == SQLITE_OK
		       ? 0
		       : pb_store_error(store, "write");
}

static int bind_texts(struct pb_store *store, sqlite3_stmt *query, int at, const char *const *texts,
		      size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		int ret = pb_store_bind(store, query, at + (int)i, texts[i]);

		if (ret)
			return ret;
	}
	return 0;
}

int pb_store_begin(struct pb_store *store)
{
	int ret = pb_store_exec(store, "BEGIN IMMEDIATE", "write");

	store->in_batch = !ret;
	return ret;
}

int pb_store_begin_alone(struct pb_store *store)
{
	int ret = pb_store_exec(store, "BEGIN EXCLUSIVE", "write");

	store->in_batch = !ret;
	return ret;
}

int pb_store_commit(struct pb_store *store)
{
	int ret = pb_store_exec(store, "COMMIT", "write");

	if (ret)
		pb_store_rollback(store);
	store->in_batch = false;
	return ret;
}

void pb_store_rollback(struct pb_store *store)
{
	/* SQLite has rolled back by itself after some errors. */
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->in_batch = false;
}

/* A step of its own, or a part of the batch that is open: all of it stays or nothing. */
static int step_begin(struct pb_store *store)
{
	if (!store->in_batch)
		return pb_store_exec(store, "BEGIN IMMEDIATE", "write");
	if (sqlite3_get_autocommit(store->db))
		return pb_fail(-EIO,
			       "database '%s': the transaction was rolled back after an error",
			       store->path);
	return pb_store_exec(store, "SAVEPOINT step", "write");
}

static int step_end(struct pb_store *store, int ret)
{
	if (!ret)
		ret = pb_store_exec(store, store->in_batch ? "RELEASE step" : "COMMIT", "write");
	if (ret && !sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db,
			     store->in_batch ? "ROLLBACK TO step; RELEASE step" : "ROLLBACK", NULL,
			     NULL, NULL);
	return ret;
}

static int run_insert(struct pb_store *store, const struct pb_run_record *run)
{
	const char *const texts[] = { run->uuid,    run->created,
				      run->backend, pb_evidence_name(run->evidence),
				      run->plan,    run->revision };
	sqlite3_stmt *query = NULL;
	int ret = query_get(store, PB_STORE_RUN_INSERT, &query);

	if (!ret)
		ret = bind_texts(store, query, 1, texts, PB_ARRAY_SIZE(texts));
	return ret ? ret : query_run(store, query, "keep the run");
}

int pb_store_run_find(struct pb_store *store, const char *uuid, int64_t *ret_run_id)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(store, "SELECT id FROM run WHERE uuid = ?1", &query);

	if (ret)
		return ret;
	if (sqlite3_bind_text(query, 1, uuid, -1, SQLITE_STATIC) != SQLITE_OK)
		return pb_store_error(store, "read");
	code = sqlite3_step(query);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return pb_store_error(store, "read");
	*ret_run_id = code == SQLITE_ROW ? sqlite3_column_int64(query, 0) : 0;
	return 0;
}

/* A constraint failed. Only if it was that of this very uuid the run is there. */
static int run_known(struct pb_store *store, const struct pb_run_record *run)
{
	int64_t id = 0;
	int ret = pb_store_run_find(store, run->uuid, &id);

	if (ret)
		return ret;
	return id ? pb_fail(-EEXIST, "database '%s': run %s is stored already", store->path,
			    run->uuid)
		  : pb_fail(-EBADMSG,
			    "database '%s': refuses run %s, though it has no run of this uuid",
			    store->path, run->uuid);
}

int pb_store_run_begin(struct pb_store *store, const struct pb_run_record *run, int64_t *ret_run_id)
{
	int64_t id;
	int ret = step_begin(store);

	if (ret)
		return ret;
	ret = run_insert(store, run);
	if (ret == -EEXIST)
		ret = run_known(store, run);
	id = sqlite3_last_insert_rowid(store->db);
	if (!ret)
		ret = pb_store_writer_keep(store, id);
	ret = step_end(store, ret);
	if (!ret)
		*ret_run_id = id;
	return ret;
}

int pb_store_fact_set(struct pb_store *store, int64_t run_id, const char *key, const char *value)
{
	const char *const texts[] = { key, value };
	sqlite3_stmt *query = NULL;
	int ret = step_begin(store);

	if (ret)
		return ret;
	ret = query_get(store, PB_STORE_FACT_SET, &query);
	if (!ret)
		ret = bind_texts(store, query, 2, texts, PB_ARRAY_SIZE(texts));
	if (!ret && sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK)
		ret = pb_store_error(store, "write");
	if (!ret)
		ret = query_run(store, query, "keep a fact");
	return step_end(store, ret);
}

static int samples_insert(struct pb_store *store, const struct pb_series *series)
{
	sqlite3_stmt *query = NULL;
	int ret = query_get(store, PB_STORE_SAMPLE_INSERT, &query);

	if (!ret && sqlite3_bind_int64(query, 1, sqlite3_last_insert_rowid(store->db)) != SQLITE_OK)
		ret = pb_store_error(store, "write");
	for (size_t i = 0; !ret && i < series->nr_values; i++) {
		double value = series->values[i];
		int bound;

		if (isinf(value))
			return pb_fail(-EINVAL, "series %s %s: sample %zu is infinite",
				       series->phase, series->metric, i);
		bound = sqlite3_bind_int64(query, 2, (int64_t)i) == SQLITE_OK &&
			(isnan(value) ? sqlite3_bind_null(query, 3)
				      : sqlite3_bind_double(query, 3, value)) == SQLITE_OK;
		ret = bound ? query_run(store, query, "keep a sample")
			    : pb_store_error(store, "write");
	}
	return ret;
}

static int series_insert(struct pb_store *store, int64_t cell_id, const struct pb_series *series)
{
	const char *const texts[] = { series->phase, series->metric, series->unit };
	sqlite3_stmt *query = NULL;
	int ret = query_get(store, PB_STORE_SERIES_INSERT, &query);

	if (!ret)
		ret = bind_texts(store, query, 2, texts, PB_ARRAY_SIZE(texts));
	if (!ret && sqlite3_bind_int64(query, 1, cell_id) != SQLITE_OK)
		ret = pb_store_error(store, "write");
	if (!ret)
		ret = query_run(store, query, "keep a series");
	if (ret == -EEXIST)
		return pb_fail(ret, "database '%s': series %s %s came twice in one cell",
			       store->path, series->phase, series->metric);
	return ret ? ret : samples_insert(store, series);
}

static int cell_bind(struct pb_store *store, sqlite3_stmt *query, int64_t run_id,
		     const struct pb_cell_result *result)
{
	const struct pb_cell *cell = &result->cell;
	char name[PB_ERROR_NAME_LEN];
	const char *const texts[] = {
		cell->strategy,
		pb_memory_name(cell->memory),
		pb_cell_state_name(result->state),
		result->error ? pb_error_name(result->error, name, sizeof(name)) : NULL,
		result->symbol,
		result->reason,
		result->detail,
	};
	const int64_t numbers[] = { run_id,           cell->index,      (int64_t)cell->nr_pages,
				    cell->nr_threads, cell->nr_samples, cell->nr_warmup,
				    cell->nr_ops };
	enum { NUMBERS = PB_ARRAY_SIZE(numbers), TEXTS = PB_ARRAY_SIZE(texts) };
	int ret = bind_texts(store, query, 1 + NUMBERS, texts, TEXTS);

	for (enum pb_axis_id id = 0; !ret && id < PB_NR_AXES; id++)
		ret = pb_store_bind(store, query, 1 + NUMBERS + TEXTS + (int)id,
				    pb_cell_axis(cell, id));
	if (!ret && cell->event[0])
		ret = pb_store_bind(store, query, 1 + NUMBERS + TEXTS + PB_NR_AXES, cell->event);
	for (int i = 0; !ret && i < NUMBERS; i++)
		if (sqlite3_bind_int64(query, 1 + i, numbers[i]) != SQLITE_OK)
			ret = pb_store_error(store, "write");
	return ret;
}

static int cell_insert(struct pb_store *store, int64_t run_id, const struct pb_cell_result *result)
{
	sqlite3_stmt *query = NULL;
	int64_t cell_id;
	int ret = query_get(store, PB_STORE_CELL_INSERT, &query);

	if (!ret)
		ret = cell_bind(store, query, run_id, result);
	if (!ret)
		ret = query_run(store, query, "keep a cell");
	if (ret == -EEXIST)
		return pb_fail(ret, "database '%s': the run has a cell %" PRIu32 " already",
			       store->path, result->cell.index);
	cell_id = sqlite3_last_insert_rowid(store->db);
	for (size_t i = 0; !ret && i < result->nr_series; i++)
		ret = series_insert(store, cell_id, &result->series[i]);
	for (size_t i = 0; !ret && i < result->nr_profiles; i++)
		ret = pb_profile_insert(store, cell_id, &result->profiles[i]);
	for (size_t i = 0; !ret && i < result->nr_histograms; i++)
		ret = pb_histogram_insert(store, cell_id, &result->histograms[i]);
	if (!ret)
		ret = pb_traffic_insert(store, cell_id, &result->traffic);
	if (!ret)
		ret = pb_observed_insert(store, cell_id, result);
	return ret;
}

int pb_store_cell_check(const struct pb_cell_result *result)
{
	int ret;

	if (result->state == PB_CELL_NONE)
		return pb_fail(-EINVAL, "cell %" PRIu32 " has not ended", result->cell.index);
	if (result->state != PB_CELL_MEASURED && !result->reason)
		return pb_fail(-EINVAL, "cell %" PRIu32 " is %s without a reason",
			       result->cell.index, pb_cell_state_name(result->state));
	if (result->state == PB_CELL_MEASURED && !result->nr_series && !result->nr_parts)
		return pb_fail(-EINVAL, "cell %" PRIu32 " is measured, but has no series%s",
			       result->cell.index, result->cell.event[0] ? " and no parts" : "");
	ret = pb_profile_check(result);
	if (!ret)
		ret = pb_histogram_check(result);
	if (ret)
		return pb_fail_in(ret, "cell %" PRIu32, result->cell.index);
	return 0;
}

int pb_store_cell_add(struct pb_store *store, int64_t run_id, const struct pb_cell_result *result)
{
	int ret = pb_store_cell_check(result);

	if (!ret)
		ret = step_begin(store);
	return ret ? ret : step_end(store, cell_insert(store, run_id, result));
}

static int cell_drop(struct pb_store *store, int64_t run_id, uint32_t index)
{
	sqlite3_stmt *query = NULL;
	int ret = query_get(store, PB_STORE_CELL_DROP, &query);

	if (!ret && (sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK ||
		     sqlite3_bind_int64(query, 2, index) != SQLITE_OK))
		ret = pb_store_error(store, "write");
	return ret ? ret : query_run(store, query, "replace a cell");
}

int pb_store_cell_put(struct pb_store *store, int64_t run_id, const struct pb_cell_result *result)
{
	int ret = pb_store_cell_check(result);

	if (!ret)
		ret = step_begin(store);
	if (ret)
		return ret;
	ret = cell_drop(store, run_id, result->cell.index);
	return step_end(store, ret ? ret : cell_insert(store, run_id, result));
}

int pb_store_run_end(struct pb_store *store, int64_t run_id, enum pb_run_state state)
{
	sqlite3_stmt *query = NULL;
	int ret = step_begin(store);

	if (ret)
		return ret;
	ret = query_get(store, PB_STORE_RUN_END, &query);
	if (!ret)
		ret = pb_store_bind(store, query, 2, pb_run_state_name(state));
	if (!ret && sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK)
		ret = pb_store_error(store, "write");
	if (!ret)
		ret = query_run(store, query, "end the run");
	if (!ret && sqlite3_changes(store->db) == 0)
		ret = pb_fail(-ENOENT, "database '%s': has no run %" PRId64, store->path, run_id);
	if (!ret)
		ret = pb_store_writer_drop(store, run_id);
	return step_end(store, ret);
}

int pb_store_run_drop(struct pb_store *store, int64_t run_id)
{
	sqlite3_stmt *query = NULL;
	int ret = step_begin(store);

	if (ret)
		return ret;
	ret = query_get(store, PB_STORE_RUN_DROP, &query);
	if (!ret && sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK)
		ret = pb_store_error(store, "write");
	if (!ret)
		ret = query_run(store, query, "drop the run");
	return step_end(store, ret);
}
