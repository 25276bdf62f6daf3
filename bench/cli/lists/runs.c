// SPDX-License-Identifier: GPL-2.0-only
/*
 * runs - the runs of a database, a row each.
 * Why: what the other commands take for a run is found here.
 */
#include <errno.h>

#include "bench/cli/lists/lists.h"
#include "common/err.h"
#include "common/str.h"

static const struct pb_grid_column columns[] = {
	{ "run", "run", .flags = PB_GRID_KEY },
	{ "created", "created (UTC)" },
	{ "backend", "backend" },
	{ "evidence", "evidence" },
	{ "plan", "plan" },
	{ "state", "state" },
	{ "kernel", "kernel" },
	{ "measured", "measured", .unit = "cells", .align = PB_GRID_RIGHT },
	{ "cells", "of", .unit = "cells", .align = PB_GRID_RIGHT },
};

enum { TEXTS = 7 };

int pb_list_runs(struct pb_store *store, struct pb_document *document)
{
	static const char sql[] =
		"SELECT substr(uuid, 1, 8), created, backend, evidence, plan, " PB_STORE_RUN_STATE
		","
		" coalesce((SELECT value FROM fact WHERE run_id = run.id AND key = 'kernel.release'), '-'),"
		" (SELECT count(*) FROM cell WHERE run_id = run.id AND state = 'measured'),"
		" (SELECT count(*) FROM cell WHERE run_id = run.id)"
		" FROM run ORDER BY id";
	struct pb_grid *grid = pb_document_grid(document, 0, "runs", "%s", "");
	sqlite3_stmt *statement = NULL;
	int step;

	/* A head and a line a run, whatever its texts hold: nothing moves away and nothing wraps. */
	grid->lines = true;
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &statement, NULL))
		return pb_fail(-EIO, "cannot read runs of '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int i = 0; i < TEXTS; i++)
			pb_grid_text(grid, (const char *)sqlite3_column_text(statement, i));
		pb_grid_count(grid, (uint64_t)sqlite3_column_int64(statement, TEXTS));
		pb_grid_count(grid, (uint64_t)sqlite3_column_int64(statement, TEXTS + 1));
	}
	sqlite3_finalize(statement);
	return step == SQLITE_DONE
		       ? 0
		       : pb_fail(-EIO, "cannot read runs of '%s': %s", pb_store_path(store),
				 sqlite3_errmsg(pb_store_sqlite(store)));
}
