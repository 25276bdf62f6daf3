/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * store - the SQLite database: raw samples, fingerprints, and every absence with its reason.
 * Why: everything shown is recomputed from what stands here, by queries and pure statistics.
 */
#ifndef COLLECT_STORE_STORE_H
#define COLLECT_STORE_STORE_H

#include <sqlite3.h>
#include <sys/types.h>

#include "collect/cell.h"
#include "collect/record.h"
#include "collect/result.h"
#include "common/cleanup.h"

struct pb_store;

enum pb_store_mode {
	PB_STORE_READ,  /* the file must exist; an older schema is refused with the way out */
	PB_STORE_WRITE, /* made if missing; an older schema is brought forward */
};

/*
 * Opens @path, and believes nothing of it (collect/store/trust.h). A file that is made and into
 * which nothing was stored is gone when freed. Errors, each with a message and nothing touched:
 * -ENOENT (read: no such file), -EBADMSG (not a SQLite database, one of another program:
 * application_id, one that holds more, less or other than pinbench writes), -ESTALE (read: an older
 * schema), -EPROTO (a newer schema than this pinbench knows), -EACCES, -EROFS, -EBUSY, -ENOSPC,
 * -EIO.
 */
int pb_store_open(const char *path, enum pb_store_mode mode,
		  struct pb_store **ret_store) pb_must_check;
/* How a store is opened that is written to; zeroed but for .patience_ms, which must be given. */
struct pb_store_terms {
	int64_t patience_ms;            /* how long others are waited for */
	const volatile bool *interrupt; /* ends that once it is set; NULL: nothing does */
	/* (in, out) the file whose content was checked. It is not checked again: a minute's work
	 * for a large one, which whoever opens it again after an error does not have. */
	dev_t device;
	ino_t inode;
};

/* pb_store_open() with PB_STORE_WRITE. */
int pb_store_open_on(const char *path, struct pb_store_terms *terms,
		     struct pb_store **ret_store) pb_must_check;

/* An empty store in memory that calls itself @name; gone when freed. */
int pb_store_open_memory(const char *name, struct pb_store **ret_store) pb_must_check;
void pb_store_free(struct pb_store *store);

/*
 * Does it hold a baseline, which keeps one value a series, the least of the samples that were
 * taken? That is where the numbers came from, and not how many there are.
 */
bool pb_store_keeps_least(const struct pb_store *store);
void pb_store_keeps_least_set(struct pb_store *store);

/*
 * How long a call waits for a database that another process holds, saying so once: from opening on
 * pb_store_wait_s() seconds, a quarter of an hour or what PINBENCH_STORE_WAIT_S says.
 */
void pb_store_patience(struct pb_store *store, int64_t patience_ms);
int64_t pb_store_wait_s(void);

/* The connection, for queries. Belongs to the store. */
sqlite3 *pb_store_sqlite(struct pb_store *store);
const char *pb_store_path(const struct pb_store *store);

/* -EIO, with a message that says what SQLite says of the query that failed. */
int pb_store_query_failed(const struct pb_store *store);

/*
 * A run's state as it is, for queries on `run`: one that is "running" though the process that wrote
 * it is gone, or one that came from elsewhere, is "interrupted". The column says what was written.
 */
#define PB_STORE_RUN_STATE                                                            \
	"CASE WHEN run.state = 'running' AND NOT EXISTS (SELECT 1 FROM writer WHERE " \
	"writer.run_id = run.id AND pinbench_lives(host, boot, namespace, pid, "      \
	"started)) THEN 'interrupted' ELSE run.state END"

/*
 * Begins a run and commits it at once, state "running". A run whose uuid is stored already gives
 * -EEXIST. *ret_run_id is the row's id in this database; only the uuid is unique in the world.
 */
int pb_store_run_begin(struct pb_store *store, const struct pb_run_record *run,
		       int64_t *ret_run_id) pb_must_check;

/* Keeps a fact of the run (a later value replaces an earlier one). Commits. */
int pb_store_fact_set(struct pb_store *store, int64_t run_id, const char *key,
		      const char *value) pb_must_check;

/*
 * Keeps a cell that ended, with all its series and profiles, in one transaction. -EEXIST: this
 * index was. -EBADMSG: a profile does not add up (collect/profile.h).
 */
int pb_store_cell_add(struct pb_store *store, int64_t run_id,
		      const struct pb_cell_result *result) pb_must_check;

/*
 * The same where the cell may stand there already as PB_CELL_MISSING, with what there was of it so
 * far: it takes that one's place.
 */
int pb_store_cell_put(struct pb_store *store, int64_t run_id,
		      const struct pb_cell_result *result) pb_must_check;

/* What both demand of a result: -EINVAL, -EBADMSG. */
int pb_store_cell_check(const struct pb_cell_result *result) pb_must_check;

/* *ret_run_id: the run of this uuid, or 0. */
int pb_store_run_find(struct pb_store *store, const char *uuid, int64_t *ret_run_id) pb_must_check;

/* Ends the run: "complete" (all cells measured or refused), "failed", "interrupted". */
int pb_store_run_end(struct pb_store *store, int64_t run_id, enum pb_run_state state) pb_must_check;

/* Takes a run back, with all that belongs to it: for one that ended before it had any cell. */
int pb_store_run_drop(struct pb_store *store, int64_t run_id) pb_must_check;

/*
 * Several calls above in one transaction: nothing of it stays unless _commit() is reached. For
 * import, where a file is taken whole or not at all.
 */
int pb_store_begin(struct pb_store *store) pb_must_check;
/* The same, and without waiting: -EBUSY where anybody so much as reads. */
int pb_store_begin_alone(struct pb_store *store) pb_must_check;
int pb_store_commit(struct pb_store *store) pb_must_check;
void pb_store_rollback(struct pb_store *store);

PB_DEFINE_CLEANUP(pb_store_freep, struct pb_store *, pb_store_free);

#endif
