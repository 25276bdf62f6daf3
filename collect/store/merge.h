/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * merge - the runs of one database into another.
 * Why: every machine of a lab writes a database of its own; questions are asked of all together.
 */
#ifndef COLLECT_STORE_MERGE_H
#define COLLECT_STORE_MERGE_H

#include <stddef.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_merge_outcome {
	size_t nr_added;   /* runs that @store did not have */
	size_t nr_grown;   /* runs that had not ended in @store, replaced by a longer copy */
	size_t nr_known;   /* runs that were there already */
	size_t nr_samples; /* of the runs added and grown */
};

/*
 * Takes every run of the database at @path that @store lacks: all of them or, on an error, none.
 * Runs are told apart by their uuid. A run that both have must be the same: the same rows, or one
 * side's a part of the other's and that side not ended (running, interrupted), in which case the
 * longer copy stays. So merging is idempotent and its order does not matter: afterwards the sorted
 * record streams of all runs are the same bytes. Row ids differ; they mean nothing elsewhere.
 *
 * Errors: -EEXIST, a run with this uuid has other content (the message says which and where);
 * -EINVAL, @path is the store itself; those of opening @path and of writing.
 */
int pb_merge(struct pb_store *store, const char *path,
	     struct pb_merge_outcome *ret_outcome) pb_must_check;

#endif
