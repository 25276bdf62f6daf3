/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * histogram - how often a call took how long, over more calls than are kept one by one.
 * Why: what happens once in ten thousand calls is no median's business, and somebody's deadline.
 *
 * Values are raw ticks of one call, the clock's own cost inside, as in a series of the same phase
 * and metric; its samples are counted here, too. Buckets hold whole ticks and do not overlap.
 */
#ifndef COLLECT_HISTOGRAM_H
#define COLLECT_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

#include "collect/cell.h"
#include "common/cleanup.h"

struct pb_histogram_bucket {
	uint64_t low;   /* values from here */
	uint64_t width; /* to low + width - 1; at least 1 */
	uint64_t count; /* at least 1: empty buckets are left out */
};

struct pb_histogram {
	char phase[PB_WORD_LEN];  /* acquire, release */
	char metric[PB_WORD_LEN]; /* "instructions", "cycles", "ns" */
	char unit[PB_WORD_LEN];
	size_t nr_buckets;
	struct pb_histogram_bucket *buckets; /* rising */
};

/*
 * Adds a bucket behind the others. Returns 0, -EBADMSG (not behind them, empty, or without width)
 * or -ENOMEM (message set).
 */
int pb_histogram_add(struct pb_histogram *histogram, uint64_t low, uint64_t width,
		     uint64_t count) pb_must_check;

/* Behind the last value that it counts; 0: it counts none. */
uint64_t pb_histogram_end(const struct pb_histogram *histogram);

/* How many calls it counts. */
uint64_t pb_histogram_count(const struct pb_histogram *histogram);

/*
 * The value that a share @q of the calls (0 to 1) did not exceed: the last value of the bucket that
 * it lies in, which is exact where buckets are one tick wide. 1 gives the greatest. NaN: no calls.
 */
double pb_histogram_quantile(const struct pb_histogram *histogram, double q);

/* A copy of its own. -ENOMEM. */
int pb_histogram_copy(const struct pb_histogram *from, struct pb_histogram *ret_to) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_histogram_done(struct pb_histogram *histogram);

#endif
