/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * read - a stored run, told again in the order of the record stream.
 * Why: summaries and exports walk the same run; one reader checks what a stranger's file holds.
 */
#ifndef COLLECT_STORE_READ_H
#define COLLECT_STORE_READ_H

#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/* Each returns 0 or -errno, which stops the telling; fact() may be NULL. */
struct pb_store_visitor {
	int (*run)(void *data, const struct pb_run_record *run, enum pb_run_state state);
	int (*fact)(void *data, const char *key, const char *value); /* by key */
	/*
	 * In the plan's order; @series_ids names the rows of result->series. Both are the reader's.
	 */
	int (*cell)(void *data, int64_t cell_id, const struct pb_cell_result *result,
		    const int64_t *series_ids);
};

/*
 * Tells a run as it stood at one moment, whatever is written meanwhile. -ENOENT: no such run,
 * -EBADMSG: the rows are not what pinbench writes.
 */
int pb_store_replay(struct pb_store *store, int64_t run_id, const struct pb_store_visitor *visitor,
		    void *data) pb_must_check;

/* The run's cells alone, without what was measured: what it was asked for, and what came of it. */
typedef int pb_store_cell_visitor(void *data, const struct pb_cell_result *result);
int pb_store_cells(struct pb_store *store, int64_t run_id, pb_store_cell_visitor *visitor,
		   void *data) pb_must_check;

/* The raw values of one series in order, NaN for NULL. Newly allocated. */
int pb_store_values(struct pb_store *store, int64_t series_id, double **ret_values,
		    size_t *ret_nr) pb_must_check;

#endif
