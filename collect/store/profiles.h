/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profiles - profiles in the database.
 * Why: a profile is kept with its cell, so that a difference can be placed long after the runs.
 */
#ifndef COLLECT_STORE_PROFILES_H
#define COLLECT_STORE_PROFILES_H

#include <stdint.h>

#include "collect/profile.h"
#include "collect/result.h"
#include "common/cleanup.h"

struct pb_store;

/* Keeps a profile of the cell with this row; the transaction is the caller's. */
int pb_profile_insert(struct pb_store *store, int64_t cell_id,
		      const struct pb_profile *profile) pb_must_check;

/* Adds the cell's profiles to @result, in the order in which they were stored. */
int pb_profile_load(struct pb_store *store, int64_t cell_id,
		    struct pb_cell_result *result) pb_must_check;

#endif
