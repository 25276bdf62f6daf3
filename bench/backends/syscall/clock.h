/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * clock - timestamps around a system call.
 * Why: the time-stamp counter orders itself against the call and costs a few ns, always the same.
 */
#ifndef BENCH_BACKENDS_SYSCALL_CLOCK_H
#define BENCH_BACKENDS_SYSCALL_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline uint64_t pb_clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__)
#define PB_CLOCK_NAME "tsc"

static inline uint64_t pb_clock_ticks(void)
{
	uint32_t low, high;

	/* Earlier work is done before it is read, and later work starts after. */
	asm volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

/* Nanoseconds a tick, over 50 ms of the kernel's own clock. */
static inline double pb_clock_calibrate(void)
{
	uint64_t from_ns = pb_clock_ns(), from = pb_clock_ticks(), ns;

	do
		ns = pb_clock_ns() - from_ns;
	while (ns < 50000000);
	return (double)ns / (double)(pb_clock_ticks() - from);
}
#else
#define PB_CLOCK_NAME "CLOCK_MONOTONIC"

static inline uint64_t pb_clock_ticks(void)
{
	return pb_clock_ns();
}

static inline double pb_clock_calibrate(void)
{
	return 1;
}
#endif

#endif
