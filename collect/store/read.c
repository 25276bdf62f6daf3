// SPDX-License-Identifier: GPL-2.0-only
/*
 * read - a stored run, told again in the order of the record stream.
 * Why: summaries and exports walk the same run; one reader checks what a stranger's file holds.
 */
#include "collect/store/read.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/store/histograms.h"
#include "collect/store/observed.h"
#include "collect/store/private.h"
#include "collect/store/profiles.h"
#include "collect/store/store.h"
#include "collect/store/traffic.h"
#include "common/err.h"
#include "common/str.h"

static const char run_query[] =
	"SELECT uuid, created, backend, evidence, plan, revision, " PB_STORE_RUN_STATE
	" FROM run WHERE id = ?1";
static const char fact_query[] = "SELECT key, value FROM fact WHERE run_id = ?1 ORDER BY key";
static const char cell_query[] =
	"SELECT id, position, strategy, memory, pages, threads, samples, warmup, ops, state, errno,"
	" symbol, reason, detail"
#define PB_AXIS(id, field, since, title) ", " #field
#include "collect/axes.def"
#undef PB_AXIS
	", event FROM cell WHERE run_id = ?1 ORDER BY position";
enum { COLUMN_AXES = 14 };
static const char series_query[] = "SELECT id, phase, metric, unit FROM series WHERE cell_id = ?1"
				   " ORDER BY id";
static const char value_query[] = "SELECT value FROM sample WHERE series_id = ?1 ORDER BY seq";

static int query_for(struct pb_store *store, const char *sql, int64_t id, sqlite3_stmt **ret_query)
{
	int ret = pb_store_prepare(store, sql, ret_query);

	if (!ret && sqlite3_bind_int64(*ret_query, 1, id) != SQLITE_OK)
		ret = pb_store_error(store, "read");
	return ret;
}

/* 1: a row, 0: no more, -errno. */
static int query_next(struct pb_store *store, sqlite3_stmt *query)
{
	int code = sqlite3_step(query);

	return code == SQLITE_ROW ? 1 : code == SQLITE_DONE ? 0 : pb_store_error(store, "read");
}

static const char *column(sqlite3_stmt *query, int at)
{
	const char *text = (const char *)sqlite3_column_text(query, at);

	return text ? text : "";
}

/* Copies a column into a word of fixed room; what does not fit was not written by pinbench. */
static int copy_word(struct pb_store *store, sqlite3_stmt *query, int at, char *word, size_t size)
{
	if (snprintf(word, size, "%s", column(query, at)) < (int)size)
		return 0;
	return pb_fail(-EBADMSG, "database '%s': column %s holds more than %zu bytes", store->path,
		       sqlite3_column_name(query, at), size - 1);
}

static int copy_count(struct pb_store *store, sqlite3_stmt *query, int at, uint64_t min,
		      uint64_t max, uint64_t *ret_count)
{
	int64_t count = sqlite3_column_int64(query, at);

	if (count < 0 || (uint64_t)count < min || (uint64_t)count > max)
		return pb_fail(-EBADMSG, "database '%s': column %s holds %" PRId64, store->path,
			       sqlite3_column_name(query, at), count);
	*ret_count = (uint64_t)count;
	return 0;
}

static int copy_text(sqlite3_stmt *query, int at, char **ret_text)
{
	if (sqlite3_column_type(query, at) == SQLITE_NULL)
		return 0;
	*ret_text = strdup(column(query, at));
	return *ret_text ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int run_tell(struct pb_store *store, int64_t run_id, const struct pb_store_visitor *visitor,
		    void *data)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	struct pb_run_record run = { 0 };
	char evidence[PB_WORD_LEN];
	const struct {
		char *word;
		size_t size;
	} words[] = {
		{ run.uuid, sizeof(run.uuid) },       { run.created, sizeof(run.created) },
		{ run.backend, sizeof(run.backend) }, { evidence, sizeof(evidence) },
		{ run.plan, sizeof(run.plan) },       { run.revision, sizeof(run.revision) },
	};
	enum pb_run_state state;
	int ret = query_for(store, run_query, run_id, &query);

	if (ret)
		return ret;
	ret = query_next(store, query);
	if (ret == 0)
		return pb_fail(-ENOENT, "database '%s': has no run %" PRId64, store->path, run_id);
	if (ret < 0)
		return ret;
	for (size_t i = 0; i < PB_ARRAY_SIZE(words); i++) {
		ret = copy_word(store, query, (int)i, words[i].word, words[i].size);
		if (ret)
			return ret;
	}
	ret = pb_evidence_take(evidence, &run.evidence);
	if (!ret)
		ret = pb_run_state_take(column(query, PB_ARRAY_SIZE(words)), &state);
	return ret ? ret : visitor->run(data, &run, state);
}

static int facts_tell(struct pb_store *store, int64_t run_id,
		      const struct pb_store_visitor *visitor, void *data)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = query_for(store, fact_query, run_id, &query);

	while (!ret) {
		ret = query_next(store, query);
		if (ret <= 0)
			return ret;
		ret = visitor->fact ? visitor->fact(data, column(query, 0), column(query, 1)) : 0;
	}
	return ret;
}

static int values_read(struct pb_store *store, sqlite3_stmt *query, double **ret_values,
		       size_t *ret_nr)
{
	_cleanup_free_ double *values = NULL;
	size_t nr = 0, room = 0;
	int ret;

	while ((ret = query_next(store, query)) == 1) {
		if (nr == room) {
			double *grown;

			room = room ? 2 * room : 128;
			grown = reallocarray(values, room, sizeof(*values));
			if (!grown)
				return pb_fail(-ENOMEM, "out of memory");
			values = grown;
		}
		values[nr++] = sqlite3_column_type(query, 0) == SQLITE_NULL
				       ? NAN
				       : sqlite3_column_double(query, 0);
	}
	if (ret)
		return ret;
	*ret_values = pb_steal(values);
	*ret_nr = nr;
	return 0;
}

int pb_store_values(struct pb_store *store, int64_t series_id, double **ret_values, size_t *ret_nr)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = query_for(store, value_query, series_id, &query);

	return ret ? ret : values_read(store, query, ret_values, ret_nr);
}

static int axis_read(struct pb_store *store, sqlite3_stmt *query, struct pb_cell *cell,
		     enum pb_axis_id id)
{
	char word[PB_WORD_LEN];
	int ret = copy_word(store, query, COLUMN_AXES + (int)id, word, sizeof(word));

	return ret ? ret : pb_cell_axis_take(cell, id, word);
}

static int cell_read(struct pb_store *store, sqlite3_stmt *query, struct pb_cell_result *result)
{
	struct pb_cell *cell = &result->cell;
	uint64_t index = 0, threads = 0, samples = 0, warmup = 0, ops = 0;
	const char *error = column(query, 10);
	char word[PB_WORD_LEN];
	int ret = copy_count(store, query, 1, 0, UINT32_MAX, &index);

	if (!ret)
		ret = copy_word(store, query, 2, cell->strategy, sizeof(cell->strategy));
	if (!ret)
		ret = copy_word(store, query, 3, word, sizeof(word));
	if (!ret)
		ret = pb_memory_take(word, &cell->memory);
	if (!ret)
		ret = copy_count(store, query, 4, 1, INT64_MAX, &cell->nr_pages);
	if (!ret)
		ret = copy_count(store, query, 5, 1, UINT32_MAX, &threads);
	if (!ret)
		ret = copy_count(store, query, 6, 0, UINT32_MAX, &samples);
	if (!ret)
		ret = copy_count(store, query, 7, 0, UINT32_MAX, &warmup);
	if (!ret)
		ret = copy_count(store, query, 8, 0, UINT32_MAX, &ops);
	for (enum pb_axis_id id = 0; !ret && id < PB_NR_AXES; id++)
		ret = axis_read(store, query, cell, id);
	if (!ret) /* NULL, an empty word: nothing was watched */
		ret = copy_word(store, query, COLUMN_AXES + PB_NR_AXES, cell->event,
				sizeof(cell->event));
	if (ret)
		return ret;
	cell->index = (uint32_t)index;
	cell->nr_threads = (uint32_t)threads;
	cell->nr_samples = (uint32_t)samples;
	cell->nr_warmup = (uint32_t)warmup;
	cell->nr_ops = (uint32_t)ops;
	result->state = pb_cell_state_parse(column(query, 9));
	result->error = error[0] ? pb_error_parse(error) : 0;
	ret = copy_text(query, 11, &result->symbol);
	if (!ret)
		ret = copy_text(query, 12, &result->reason);
	return ret ? ret : copy_text(query, 13, &result->detail);
}

static int series_read(struct pb_store *store, sqlite3_stmt *query, struct pb_cell_result *result)
{
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret = pb_store_values(store, sqlite3_column_int64(query, 0), &values, &nr);

	return ret ? ret
		   : pb_cell_result_add(result, column(query, 1), column(query, 2),
					column(query, 3), values, nr);
}

static int cell_tell(struct pb_store *store, sqlite3_stmt *cells,
		     const struct pb_store_visitor *visitor, void *data)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };
	_cleanup_free_ int64_t *ids = NULL;
	int64_t cell_id = sqlite3_column_int64(cells, 0);
	int ret = cell_read(store, cells, &result);

	if (!ret)
		ret = query_for(store, series_query, cell_id, &query);
	while (!ret) {
		int64_t *grown;

		ret = query_next(store, query);
		if (ret <= 0)
			break;
		grown = reallocarray(ids, result.nr_series + 1, sizeof(*ids));
		if (!grown)
			return pb_fail(-ENOMEM, "out of memory");
		ids = grown;
		ids[result.nr_series] = sqlite3_column_int64(query, 0);
		ret = series_read(store, query, &result);
	}
	if (!ret)
		ret = pb_profile_load(store, cell_id, &result);
	if (!ret)
		ret = pb_histogram_load(store, cell_id, &result);
	if (!ret)
		ret = pb_traffic_load(store, cell_id, &result.traffic);
	if (!ret)
		ret = pb_observed_load(store, cell_id, &result);
	return ret ? ret : visitor->cell(data, cell_id, &result, ids);
}

static int cells_tell(struct pb_store *store, int64_t run_id,
		      const struct pb_store_visitor *visitor, void *data)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = query_for(store, cell_query, run_id, &query);

	while (!ret) {
		ret = query_next(store, query);
		if (ret <= 0)
			return ret;
		ret = cell_tell(store, query, visitor, data);
	}
	return ret;
}

int pb_store_cells(struct pb_store *store, int64_t run_id, pb_store_cell_visitor *visitor,
		   void *data)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int ret = query_for(store, cell_query, run_id, &query);

	while (!ret) {
		pb_cleanup(pb_cell_result_done) struct pb_cell_result result = { 0 };

		ret = query_next(store, query);
		if (ret <= 0)
			return ret;
		ret = cell_read(store, query, &result);
		if (!ret)
			ret = visitor(data, &result);
	}
	return ret;
}

int pb_store_replay(struct pb_store *store, int64_t run_id, const struct pb_store_visitor *visitor,
		    void *data)
{
	/* One read transaction: a run that is being written does not change between two queries. */
	bool own = sqlite3_get_autocommit(store->db) != 0;
	int ret = own ? pb_store_exec(store, "BEGIN", "read") : 0;

	if (ret)
		return ret;
	ret = run_tell(store, run_id, visitor, data);
	if (!ret)
		ret = facts_tell(store, run_id, visitor, data);
	if (!ret)
		ret = cells_tell(store, run_id, visitor, data);
	if (own)
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return ret;
}
