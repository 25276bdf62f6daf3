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

#include <asm/arch_timer.h>
#include <asm/barrier.h>
#include <asm/sysreg.h>

#define PB_CLOCK PB_CLOCK_CNTVCT

static __always_inline u64 pb_clock_read(void)
{
	u64 count;

	isb();
	count = read_sysreg(cntvct_el0);
	isb();
	return count;
}

static inline u64 pb_clock_hz(void)
{
	return arch_timer_get_cntfrq();
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
