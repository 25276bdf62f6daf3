/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * traffic - what cache lines did, in the database.
 * Why: rows of numbers and names, so that any SQL can ask which field came to contend.
 */
#ifndef COLLECT_STORE_TRAFFIC_H
#define COLLECT_STORE_TRAFFIC_H

#include <stdint.h>

#include "collect/result.h"
#include "common/cleanup.h"

struct pb_store;

/* Keeps the traffic of the cell with this row; the transaction is the caller's. */
int pb_traffic_insert(struct pb_store *store, int64_t cell_id,
		      const struct pb_traffic_list *traffic) pb_must_check;

/* Adds the cell's traffic to @traffic, most transfers first, then by name. */
int pb_traffic_load(struct pb_store *store, int64_t cell_id,
		    struct pb_traffic_list *traffic) pb_must_check;

#endif
