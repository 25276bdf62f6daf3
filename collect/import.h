/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * import - the record stream into the store: another machine's runs, or a stream that was cut.
 * Why: a run is kept where it is wanted, not where it was measured.
 */
#ifndef COLLECT_IMPORT_H
#define COLLECT_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_import_outcome {
	size_t nr_runs;    /* stored now */
	size_t nr_known;   /* skipped: their uuid is stored already */
	size_t nr_cells;   /* of the runs stored now */
	bool dropped;      /* a journal's run was taken back: it never had a cell */
	bool cut;          /* salvaged: the last run ends where the stream broke */
	bool assumed;      /* gup_test: its defaults were taken for what nobody said */
	bool page_assumed; /* gup_test: pages of 4 KiB were */
};

/*
 * Takes a journal (collect/store/journal.h), in the transaction that the caller began: what the
 * store lacks of its run. A last line that was cut is passed over; so is a cell that has not ended.
 * Where its run has no `end`, it is "interrupted" if nobody writes it any more.
 */
enum pb_journal_state { PB_JOURNAL_LIVES, PB_JOURNAL_LEFT };
int pb_import_journal(struct pb_store *store, FILE *in, enum pb_journal_state state,
		      struct pb_import_outcome *ret_outcome) pb_must_check;

/*
 * Takes all of @in or nothing; @name is for messages. -EBADMSG: a record is wrong, or the stream
 * has no `run` record or stops before its `end`. With @salvage a stream that broke is kept up to
 * there: its whole cells, the cell that was open as failed, the run as "failed". A stream without
 * a `run` record is refused even so, as nothing says which evidence it is.
 */
int pb_import_jsonl(struct pb_store *store, FILE *in, const char *name, bool salvage,
		    struct pb_import_outcome *ret_outcome) pb_must_check;

#endif
