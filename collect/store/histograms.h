/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * histograms - histograms in the database.
 * Why: a distribution is kept with its cell, bucket by bucket, so that any quantile can be asked.
 */
#ifndef COLLECT_STORE_HISTOGRAMS_H
#define COLLECT_STORE_HISTOGRAMS_H

#include <stdint.h>

#include "collect/histogram.h"
#include "collect/result.h"
#include "common/cleanup.h"

struct pb_store;

/* Keeps a histogram of the cell with this row; the transaction is the caller's. */
int pb_histogram_insert(struct pb_store *store, int64_t cell_id,
			const struct pb_histogram *histogram) pb_must_check;

/* Adds the cell's histograms to @result, in the order in which they were stored. */
int pb_histogram_load(struct pb_store *store, int64_t cell_id,
		      struct pb_cell_result *result) pb_must_check;

#endif
