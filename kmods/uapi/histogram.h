/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * histogram - which bucket of struct pb_run_histogram ticks fall into, and what a bucket covers.
 * Why: the kernel counts and user space reads; both have to mean the same bucket.
 */
#ifndef _UAPI_PB_HISTOGRAM_H
#define _UAPI_PB_HISTOGRAM_H

#include "pinbench.h"

#define PB_SUBBUCKET_BITS 5 /* 32 of them */

/* 0..PB_NR_BUCKETS - 1. The first power of two that has 32 buckets is 32; below it is a row more. */
static inline __u32 pb_bucket_of(__u64 ticks)
{
	__u32 shift;

	if (ticks < PB_NR_SUBBUCKETS)
		return (__u32)ticks;
	shift = 63 - __builtin_clzll(ticks) - PB_SUBBUCKET_BITS;
	return (shift << PB_SUBBUCKET_BITS) + (__u32)(ticks >> shift);
}

/* The bucket holds low <= ticks < low + width, where low + width may be 2^64. */
static inline __u64 pb_bucket_width(__u32 bucket)
{
	__u32 row = bucket >> PB_SUBBUCKET_BITS;

	return 1ULL << (row > 1 ? row - 1 : 0);
}

static inline __u64 pb_bucket_low(__u32 bucket)
{
	__u32 row = bucket >> PB_SUBBUCKET_BITS;

	if (row < 2)
		return bucket;
	return (__u64)(PB_NR_SUBBUCKETS + bucket % PB_NR_SUBBUCKETS) << (row - 1);
}

#endif
