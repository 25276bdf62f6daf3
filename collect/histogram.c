// SPDX-License-Identifier: GPL-2.0-only
/*
 * histogram - how often a call took how long, over more calls than are kept one by one.
 * Why: what happens once in ten thousand calls is no median's business, and somebody's deadline.
 */
#include "collect/histogram.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* The first value that is behind the last bucket. */
uint64_t pb_histogram_end(const struct pb_histogram *histogram)
{
	const struct pb_histogram_bucket *last;

	if (!histogram->nr_buckets)
		return 0;
	last = &histogram->buckets[histogram->nr_buckets - 1];
	return last->low + last->width;
}

int pb_histogram_add(struct pb_histogram *histogram, uint64_t low, uint64_t width, uint64_t count)
{
	struct pb_histogram_bucket *buckets;

	if (low < pb_histogram_end(histogram) || !width || !count || width > UINT64_MAX - low)
		return pb_fail(-EBADMSG,
			       "bucket %zu holds %" PRIu64 " values from %" PRIu64 " on %" PRIu64
			       " times; valid are buckets that rise from %" PRIu64
			       " on, none of them empty",
			       histogram->nr_buckets, width, low, count,
			       pb_histogram_end(histogram));
	buckets = reallocarray(histogram->buckets, histogram->nr_buckets + 1, sizeof(*buckets));
	if (!buckets)
		return pb_fail(-ENOMEM, "out of memory");
	histogram->buckets = buckets;
	buckets[histogram->nr_buckets++] = (struct pb_histogram_bucket){ low, width, count };
	return 0;
}

uint64_t pb_histogram_count(const struct pb_histogram *histogram)
{
	uint64_t count = 0;

	for (size_t i = 0; i < histogram->nr_buckets; i++)
		count += histogram->buckets[i].count;
	return count;
}

double pb_histogram_quantile(const struct pb_histogram *histogram, double q)
{
	uint64_t seen = 0;
	/* A share such as 0.99 of 1100 calls is a whole number but for its last bits. */
	double wanted = q * (double)pb_histogram_count(histogram) * (1 - 1e-12);

	for (size_t i = 0; i < histogram->nr_buckets; i++) {
		const struct pb_histogram_bucket *bucket = &histogram->buckets[i];

		seen += bucket->count;
		/* The last one also for a rank that rounding has moved behind it. */
		if ((double)seen >= wanted || i + 1 == histogram->nr_buckets)
			return (double)(bucket->low + bucket->width - 1);
	}
	return NAN;
}

int pb_histogram_copy(const struct pb_histogram *from, struct pb_histogram *ret_to)
{
	struct pb_histogram copy = *from;
	size_t len_bytes = from->nr_buckets * sizeof(*copy.buckets);

	copy.buckets = malloc(len_bytes ? len_bytes : 1);
	if (!copy.buckets)
		return pb_fail(-ENOMEM, "out of memory");
	if (len_bytes)
		memcpy(copy.buckets, from->buckets, len_bytes);
	*ret_to = copy;
	return 0;
}

void pb_histogram_done(struct pb_histogram *histogram)
{
	free(histogram->buckets);
	*histogram = (struct pb_histogram){ 0 };
}
