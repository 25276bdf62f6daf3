/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sample - one value of each kind from many calls: the operation among its baseline's calls.
 * Why: on a busy machine time drifts by more than a pin costs; what is interleaved drifts alike.
 *
 * Calls come as A B C, C B A: operation, baseline, matched pair and its baseline, then the other
 * way round with the buffers swapped; how fast the core runs is read before and after. A sample is
 * the mean of the middle half of one such block's calls: a call that was interrupted is no part of
 * what is asked, and a median would be a whole tick of a clock that, in a virtual machine, may tick
 * every 10 ns.
 */
#ifndef BENCH_BACKENDS_SYSCALL_SAMPLE_H
#define BENCH_BACKENDS_SYSCALL_SAMPLE_H

#include <stddef.h>
#include <stdint.h>

#include "bench/users/user.h"

/* A block of calls ends with its time, but never before this many rounds of A B C, C B A. */
enum { PB_SAMPLE_MIN_ROUNDS = 6, PB_SAMPLE_MAX_ROUNDS = 2048 };

/* This CPU's core, as core.h tells it. */
struct pb_core {
	double cycle; /* ticks */
	double fill;  /* cycles that one pb_core_fill() took */
};

/* Ticks a call, all pages; NaN where the consumer has no such call. */
struct pb_sample_times {
	double acquire;
	double release;
	double base_acquire;
	double base_release;
	double pair;
	double base_pair;
	struct pb_core core; /* while the calls were timed */
};

/* 0, or what a call returned, with a message. */
int pb_sample_take(const struct pb_user *consumer, struct pb_use *use, uint64_t budget_ns,
		   struct pb_sample_times *ret_times) pb_must_check;

/* The core of the CPU that this thread runs on, within a fraction of a millisecond. */
struct pb_core pb_sample_core(void);

/* Acquires and releases once in each buffer, untimed: 0, or -errno with a message. */
int pb_sample_warm(const struct pb_user *consumer, struct pb_use *use) pb_must_check;

/* The mean of the middle half of @values, which it sorts. NaN for none. */
double pb_sample_middle(double *values, size_t nr);

/* Sorts @values. NaN for none; the mean of the middle two of an even number. */
double pb_sample_median(double *values, size_t nr);

#endif
