// SPDX-License-Identifier: GPL-2.0-only
/*
 * import - the record stream into the store: another machine's runs, or a stream that was cut.
 * Why: a run is kept where it is wanted, not where it was measured.
 */
#include "collect/import.h"

#include <errno.h>
#include <string.h>

#include "collect/record.h"
#include "collect/store/private.h"
#include "common/err.h"
#include "common/str.h"

struct import {
	struct pb_store *store;
	int64_t run_id;
	bool in_run; /* a `run` record came, its `end` has not */
	bool known;  /* the run is stored already: pass over its records */
	bool journal;
	bool stored; /* the store's error, not the stream's: salvaging cannot help */
	struct pb_import_outcome outcome;
};

static int keep(struct import *import, int ret)
{
	import->stored |= ret != 0;
	return ret;
}

static int no_run(struct import *import)
{
	/* Not for salvage either: which evidence these numbers are, nobody can tell. */
	import->stored = true;
	return pb_fail(-EBADMSG, "the stream has no 'run' record before its first record, as that "
				 "of an agent in a guest; valid is what 'pinbench export --format "
				 "jsonl' writes");
}

static int on_run(void *data, const struct pb_run_record *run)
{
	struct import *import = data;
	int ret;

	if (import->journal) {
		import->in_run = true;
		ret = pb_store_run_find(import->store, run->uuid, &import->run_id);
		if (ret || import->run_id)
			return keep(import, ret);
	}
	ret = pb_store_run_begin(import->store, run, &import->run_id);
	import->known = ret == -EEXIST;
	if (ret && !import->known)
		return keep(import, ret);
	import->in_run = true;
	import->outcome.nr_known += import->known;
	import->outcome.nr_runs += !import->known;
	return 0;
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct import *import = data;

	if (!import->in_run)
		return no_run(import);
	if (import->known)
		return 0;
	return keep(import, pb_store_fact_set(import->store, import->run_id, key, value));
}

static int on_cell_started(void *data, const struct pb_cell *cell)
{
	struct import *import = data;

	(void)cell;
	return import->in_run ? 0 : no_run(import);
}

/* Of a journal: what the store has already was stored just before the journal could be removed. */
static int cell_complete(struct import *import, const struct pb_cell_result *result)
{
	int ret = pb_store_cell_put(import->store, import->run_id, result);

	if (ret == -EEXIST) {
		pb_fail_clear();
		return 0;
	}
	import->outcome.nr_cells += !ret;
	return keep(import, ret);
}

static int on_cell_ended(void *data, const struct pb_cell_result *result)
{
	struct import *import = data;

	if (import->known)
		return 0;
	if (import->journal)
		return cell_complete(import, result);
	import->outcome.nr_cells++;
	return keep(import, pb_store_cell_add(import->store, import->run_id, result));
}

/* Not where cells are there: then it is not the run that was to go. */
static int run_take_back(struct import *import)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	int code, ret = pb_store_prepare(import->store,
					 "SELECT 1 FROM cell WHERE run_id = ?1 LIMIT 1", &query);

	if (ret)
		return keep(import, ret);
	if (sqlite3_bind_int64(query, 1, import->run_id) != SQLITE_OK)
		return keep(import, pb_store_error(import->store, "read"));
	code = sqlite3_step(query);
	if (code == SQLITE_ROW)
		return 0;
	if (code != SQLITE_DONE)
		return keep(import, pb_store_error(import->store, "read"));
	import->outcome.dropped = true;
	return keep(import, pb_store_run_drop(import->store, import->run_id));
}

static int on_end(void *data, enum pb_run_state state)
{
	struct import *import = data;

	if (!import->in_run)
		return no_run(import);
	import->in_run = false;
	if (import->known)
		return 0;
	if (import->journal && state == PB_RUN_STATE_DROPPED)
		return run_take_back(import);
	return keep(import, pb_store_run_end(import->store, import->run_id, state));
}

static int on_journal(void *data)
{
	struct import *import = data;

	if (import->journal)
		return 0;
	import->stored = true;
	return pb_fail(-EBUSY, "this is the journal of a run that is being written");
}

static const struct pb_record_sink import_sink = {
	.run = on_run,
	.fact = on_fact,
	.cell_started = on_cell_started,
	.cell_ended = on_cell_ended,
	.end = on_end,
	.journal = on_journal,
};

static int feed_all(struct pb_record_reader *reader, struct import *import, FILE *in)
{
	char chunk[1 << 16];
	size_t len;
	int ret;

	while ((len = fread(chunk, 1, sizeof(chunk), in)) > 0) {
		ret = pb_record_reader_feed(reader, chunk, len);
		if (ret)
			return ret;
	}
	if (ferror(in)) {
		ret = errno ? -errno : -EIO;
		return keep(import, pb_fail(ret, "cannot read: %s", strerror(-ret)));
	}
	/* Of a journal: the line that was being written was not yet promised to anybody. */
	if (import->journal)
		return 0;
	ret = pb_record_reader_finish(reader);
	if (!ret && import->in_run)
		ret = pb_fail(-EBADMSG, "the stream stops before the 'end' record of its run");
	return ret;
}

/* The stream broke and its message stands: ends what was open. */
static int salvage(const struct pb_record_reader *reader, struct import *import)
{
	const struct pb_cell_result *open = pb_record_reader_open_cell(reader);
	_cleanup_free_ char *reason = NULL;
	struct pb_cell_result cut;
	int ret = 0;

	import->outcome.cut = true;
	if (!import->in_run || import->known)
		return 0;
	reason = pb_format("the stream broke in this cell: %s", pb_fail_message(-EBADMSG));
	if (!reason)
		return -ENOMEM;
	if (open) {
		cut = *open; /* what is inside stays the reader's */
		cut.state = PB_CELL_FAILED;
		cut.reason = reason;
		import->outcome.nr_cells++;
		ret = pb_store_cell_add(import->store, import->run_id, &cut);
	}
	return ret ? ret : pb_store_run_end(import->store, import->run_id, PB_RUN_STATE_FAILED);
}

static int take(struct import *import, FILE *in, bool salvaging)
{
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	int ret = pb_record_reader_new(&import_sink, import, &reader);

	if (ret)
		return ret;
	ret = feed_all(reader, import, in);
	if (ret == -EBADMSG && salvaging && !import->stored)
		ret = salvage(reader, import);
	if (!ret && !import->run_id && !import->outcome.nr_runs && !import->outcome.nr_known)
		ret = pb_fail(-EBADMSG, "the stream holds no run");
	return ret;
}

/*
 * A journal may be a copy, of a run that has ended meanwhile or is being written still: then its
 * missing end says nothing.
 */
static int left_end(struct pb_store *store, int64_t run_id)
{
	static const char sql[] = "SELECT state = 'running' AND " PB_STORE_RUN_STATE
				  " = 'interrupted' FROM run WHERE id = ?1";
	sqlite3_stmt *query = NULL;
	bool dead;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 1, run_id) != SQLITE_OK ||
	    sqlite3_step(query) != SQLITE_ROW) {
		sqlite3_finalize(query);
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	}
	dead = sqlite3_column_int(query, 0);
	sqlite3_finalize(query);
	return dead ? pb_store_run_end(store, run_id, PB_RUN_STATE_INTERRUPTED) : 0;
}

int pb_import_journal(struct pb_store *store, FILE *in, enum pb_journal_state state,
		      struct pb_import_outcome *ret_outcome)
{
	struct import import = { .store = store, .journal = true };
	int ret = take(&import, in, false);

	if (!ret && import.in_run && state == PB_JOURNAL_LEFT)
		ret = import.outcome.nr_runs
			      ? pb_store_run_end(store, import.run_id, PB_RUN_STATE_INTERRUPTED)
			      : left_end(store, import.run_id);
	if (!ret)
		*ret_outcome = import.outcome;
	return ret;
}

int pb_import_jsonl(struct pb_store *store, FILE *in, const char *name, bool salvaging,
		    struct pb_import_outcome *ret_outcome)
{
	struct import import = { .store = store };
	int ret = pb_store_begin(store);

	if (ret)
		return ret;
	ret = take(&import, in, salvaging);
	if (!ret)
		ret = pb_store_commit(store);
	else
		pb_store_rollback(store);
	if (ret)
		return pb_fail_in(ret, "import '%s': nothing was taken%s", name,
				  ret == -EBADMSG && !import.stored && !salvaging &&
						  import.outcome.nr_runs
					  ? " (--salvage keeps what came before)"
					  : "");
	*ret_outcome = import.outcome;
	return 0;
}
