/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock - the time by which waits and limits are kept.
 * Why: one clock for all of them, which nobody sets.
 */
#ifndef COMMON_CLOCK_H
#define COMMON_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since some moment in the past. */
static inline int64_t pb_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
