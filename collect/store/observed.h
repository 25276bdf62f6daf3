/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * observed - the parts of an observation in the database.
 * Why: a row a part, so that any SQL can ask on which kernels one of them differs.
 */
#ifndef COLLECT_STORE_OBSERVED_H
#define COLLECT_STORE_OBSERVED_H

#include <stdint.h>

#include "collect/result.h"
#include "common/cleanup.h"

struct pb_store;

/* Keeps the result's parts with the cell of this row; the transaction is the caller's. */
int pb_observed_insert(struct pb_store *store, int64_t cell_id,
		       const struct pb_cell_result *result) pb_must_check;

/* Adds the cell's parts to @result, by name. */
int pb_observed_load(struct pb_store *store, int64_t cell_id,
		     struct pb_cell_result *result) pb_must_check;

#endif
