/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * compat/clock - the timestamp of each architecture, under one name.
 * Why: the finest clock differs by architecture, and the headers that hold it by release.
 */
#ifndef PB_COMPAT_CLOCK_H
#define PB_COMPAT_CLOCK_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "uapi/pinbench.h"

#if defined(CONFIG_X86)

/*
 * rdtsc_ordered() lives in asm/msr.h up to 6.12 and in asm/tsc.h in 7.2. Both headers exist in
 * both, so both are taken.
 */
#include <asm/msr.h>
#include <asm/tsc.h>

#define PB_CLOCK PB_CLOCK_TSC

static __always_inline u64 pb_clock_read(void)
{
	return rdtsc_ordered();
}

static inline u64 pb_clock_hz(void)
{
	return (u64)tsc_khz * 1000;
}

#elif defined(CONFIG_ARM64)

/*
 * The generic timer ticks once in tens of instructions. Where there is a PMU, perf keeps its cycle
 * counter running (clock_arm64.c), and the stamp reads that register: the value itself, so that no
 * function of perf's stands in the window.
 */
#define PB_CLOCK pb_clock_id()

/* Which register, and how far to the right: bit 7 the generic timer, bits 0 to 5 the shift. */
#define PB_CLOCK_SOURCE_CNTVCT 0x80

extern u32 pb_clock_source;

u32 pb_clock_id(void);
u64 pb_clock_hz(void);
bool pb_clock_is_shared(void);
int pb_clock_check(void);
void pb_clock_init(void);
void pb_clock_done(void);

/*
 * One piece of assembly, source included: the compiler must not have one stamp cost another number
 * of instructions than the next one, or the empty window would not be what is inside the others.
 */
static __always_inline u64 pb_clock_read(void)
{
	u64 count, source;

	asm volatile("	isb\n"
		     "	adrp	%1, pb_clock_source\n"
		     "	ldr	%w1, [%1, :lo12:pb_clock_source]\n"
		     "	tbnz	%w1, #7, 1f\n"
		     "	mrs	%0, pmccntr_el0\n"
		     "	b	2f\n"
		     "1:	mrs	%0, cntvct_el0\n"
		     "2:	isb\n"
		     "	lsr	%0, %0, %1\n"
		     : "=&r"(count), "=&r"(source)
		     :
		     : "memory");
	return count;
}

#else

#include <linux/timekeeping.h>

#define PB_CLOCK PB_CLOCK_KTIME

static __always_inline u64 pb_clock_read(void)
{
	return ktime_get_mono_fast_ns();
}

static inline u64 pb_clock_hz(void)
{
	return 1000000000;
}

#endif

#if !defined(CONFIG_ARM64)

/* Clocks that are simply there, and the same on every CPU. */
static inline bool pb_clock_is_shared(void)
{
	return true;
}

static inline int pb_clock_check(void)
{
	return 0;
}

static inline void pb_clock_init(void)
{
}

static inline void pb_clock_done(void)
{
}

#endif

/* Nothing that the compiler could move stays on the wrong side of it. */
static __always_inline u64 pb_stamp(void)
{
	u64 ticks;

	barrier();
	ticks = pb_clock_read();
	barrier();
	return ticks;
}

#endif
