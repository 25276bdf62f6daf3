/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * journal - what a database did not take of a run yet, as a record stream beside it.
 * Why: somebody who reads for minutes, a full disk or a pause of NFS must not cost a run its cells;
 * and if the run is killed while it waits, what it measured is there.
 *
 * DATABASE.run-UUID.jsonl begins with {"type":"journal","format":1} and the `run` record. Of a cell
 * that comes twice the later record counts; a last line without its end was never promised to
 * anybody. Who writes it holds flock(2) on it: one that nobody holds was left behind.
 */
#ifndef COLLECT_STORE_JOURNAL_H
#define COLLECT_STORE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/record.h"
#include "collect/store/store.h"
#include "common/cleanup.h"
#include "common/str.h"

struct pb_journal;

/* Of @run, for the database at @database. No file is made until something is kept. */
int pb_journal_new(const char *database, const struct pb_run_record *run,
		   struct pb_journal **ret_journal) pb_must_check;
/* Leaves the file where it is. */
void pb_journal_free(struct pb_journal *journal);

/*
 * Each is on the disk when it returns 0; where no file can be written, in memory, and that is said.
 */
int pb_journal_fact(struct pb_journal *journal, const char *key, const char *value) pb_must_check;
int pb_journal_cell(struct pb_journal *journal, const struct pb_cell_result *result) pb_must_check;
int pb_journal_end(struct pb_journal *journal, enum pb_run_state state) pb_must_check;
/* That the run goes, which has no cell; nothing else is kept of it. */
int pb_journal_drop(struct pb_journal *journal) pb_must_check;
/* Takes the place of what was so far before. */
int pb_journal_so_far(struct pb_journal *journal, const struct pb_cell_result *results,
		      size_t nr) pb_must_check;

/* Puts all of it into the store, in the transaction that the caller began. */
int pb_journal_store(const struct pb_journal *journal, struct pb_store *store) pb_must_check;
/* The database has it: removes the file. */
void pb_journal_clear(struct pb_journal *journal);
/* NULL: there is none, or none could be written. */
const char *pb_journal_path(const struct pb_journal *journal);

/* Takes what killed runs left beside the store's file, says so, and removes it. */
int pb_journals_take(struct pb_store *store) pb_must_check;
/* Takes one of them, named by a person; *ret_is: it is one. Removes it where it lies beside the
 * store. */
int pb_journal_import(struct pb_store *store, const char *path, bool *ret_is) pb_must_check;
/*
 * Of any database, in the folder @parent (TMPDIR, where those go whose own folder could not be
 * written): removes journals of this user that were never whole and that nobody has locked for an
 * hour. @removed: NULL, or gets their paths, a line each. Returns how many went.
 */
size_t pb_journals_sweep(const char *parent, struct pb_buf *removed);
/* Names those of them that are there, also of other users. */
size_t pb_journals_cut(const char *parent, struct pb_buf *found);
/* Names the whole ones there that nobody writes: what they hold goes in by `import` alone. */
size_t pb_journals_left(const char *parent, struct pb_buf *found);
/* For who only reads @database: says what was left and how it goes in. */
void pb_journals_point_at(const char *database);

PB_DEFINE_CLEANUP(pb_journal_freep, struct pb_journal *, pb_journal_free);

#endif
