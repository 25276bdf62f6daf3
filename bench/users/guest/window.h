/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * window - one call of a user between two timestamps.
 * Why: the clock counts instructions of whoever runs; a window in which the task slept holds others'
 * and none of its waiting, and so counts for nothing.
 */
#ifndef BENCH_USERS_GUEST_WINDOW_H
#define BENCH_USERS_GUEST_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/users/guest/guest.h"
#include "common/cleanup.h"

enum { PB_WINDOW_SAMPLES_MAX = 64 };

/* Samples of one phase. */
struct pb_guest_samples {
	uint32_t nr;
	uint32_t nr_slept;     /* windows that were dropped: the task gave the CPU away */
	uint32_t nr_preempted; /* or it was taken */
	uint64_t ticks[PB_WINDOW_SAMPLES_MAX];
};

/*
 * Runs @call once. Its ticks are added to @samples unless that is NULL, they are full, or the task
 * did not run throughout. Returns what the call did.
 */
int pb_guest_acquire(struct pb_guest_use *use, pb_guest_call call,
		     struct pb_guest_samples *samples);
int pb_guest_release(struct pb_guest_use *use, pb_guest_call call,
		     struct pb_guest_samples *samples);

/* The least of @nr windows around a call that does nothing. */
uint64_t pb_guest_harness(struct pb_guest_use *use, unsigned int nr);

#endif
