/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * pinbench - /dev/pinbench: run a strategy of holding user pages, and time it.
 *
 * Everything that kernel and user space agree on stands here and in strategies.def.
 *
 * The device is root's alone: mode 0600, and every ioctl wants CAP_SYS_ADMIN (EPERM), because
 * holding pages is a way to starve a machine. ioctls from another mm than the opener's are refused
 * (EBADFD), as a forked child must not release its parent's pages.
 *
 * Every structure begins with `size`, which the caller sets to sizeof() (else EINVAL). Fields are
 * marked (in) or (out); (out) fields are ignored on the way in. `pad` must be zero, unknown flag
 * bits must be clear (EINVAL). Ids start at 1: 0 catches a request that nobody filled in.
 *
 * Nothing that one ioctl acquires outlives it, save for PB_IOC_HOLD, whose pages are released by
 * PB_IOC_DROP or when the file is closed, however the process ended.
 *
 * Ticks are PB_CLOCK_TSC: the time-stamp counter read with rdtsc_ordered(). Under QEMU's icount with
 * shift 0 one tick is one instruction executed by the guest, exactly.
 */
#ifndef _UAPI_PINBENCH_H
#define _UAPI_PINBENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PB_ABI		1
#define PB_DEVICE	"/dev/pinbench"

/* Limits, so that one request cannot ask for more memory or time than it could mean to. */
#define PB_MAX_PAGES	(1U << 18)	/* pages a call: 1 GiB of 4 KiB pages */
#define PB_MAX_SAMPLES	(1U << 20)	/* samples a run */
#define PB_MAX_WARMUP	(1U << 16)	/* unmeasured calls before the first sample */
#define PB_MAX_INJECT	99		/* instructions that the `inject` parameter can add */
#define PB_SYMBOL_LEN	64
#define PB_MAX_ID	63

enum pb_strategy_id {
	PB_STRATEGY_NONE = 0,
#define PB_STRATEGY(id_u32, ident, name, floor, family, symbols, summary) \
	PB_STRATEGY_##ident = id_u32,
#include "strategies.def"
#undef PB_STRATEGY
};

enum pb_clock_id {
	PB_CLOCK_NONE = 0,
	PB_CLOCK_TSC = 1,	/* x86: rdtsc_ordered() */
	PB_CLOCK_CNTVCT = 2,	/* arm64: the generic timer's virtual count */
	PB_CLOCK_KTIME = 3,	/* elsewhere: nanoseconds of ktime_get_mono_fast_ns() */
};

/* What is there. Errors: EINVAL (size), EFAULT. */
struct pb_info {
	__u32 size;		/* (in)  sizeof(struct pb_info) */
	__u32 abi;		/* (out) PB_ABI of the loaded core */
	__u64 strategies;	/* (out) bit 1 << id for each strategy whose module is loaded */
	__u64 ticks_hz;		/* (out) ticks a second; 0 if the kernel does not know */
	__u32 clock;		/* (out) enum pb_clock_id */
	__u32 inject;		/* (out) instructions added to each acquire: a self-test */
};

/*
 * What one strategy stands on. Errors: EINVAL (size, pad), ENOENT (id unknown or not loaded),
 * EFAULT.
 */
struct pb_strategy_info {
	__u32 size;		/* (in)  sizeof(struct pb_strategy_info) */
	__u32 strategy;		/* (in)  enum pb_strategy_id */
	__u64 pad;		/* (in)  zero */
	char symbol[PB_SYMBOL_LEN]; /* (out) the kernel function that acquires, terminated */
};

struct pb_sample {
	__u64 acquire_ticks;	/* raw: the two timestamps' own cost (empty_ticks) is still inside */
	__u64 release_ticks;
};

#define PB_RUN_WRITE	(1U << 0)	/* ask for pages to be written: FOLL_WRITE */
#define PB_RUN_ALL	PB_RUN_WRITE

/*
 * Acquire and release nr_pages pages from addr, nr_warmup times unmeasured and nr_samples times
 * measured, one call for all pages each time.
 *
 * Errors, each with nothing held and, where copying allows it, nr_done and nr_got filled in:
 *   EINVAL  size, pad, unknown flags, id 0, nr_pages or nr_samples 0, addr not page-aligned
 *   E2BIG   nr_pages, nr_samples or nr_warmup over its limit
 *   ENOENT  a strategy that is unknown or not loaded
 *   EFAULT  addr + nr_pages * page size leaves user space or wraps; a page that is not mapped;
 *           samples that cannot be written
 *   EIO     a call acquired fewer pages than asked: nr_got says how many. Never a truncated result
 *   EINTR   a signal came
 *   ENOMEM  no room for the page array or the samples
 *   and whatever the kernel's own function returned (EPERM, EOPNOTSUPP, EAGAIN, EBUSY, ...)
 */
struct pb_run {
	__u32 size;		/* (in)  sizeof(struct pb_run) */
	__u32 strategy;		/* (in)  enum pb_strategy_id */
	__u64 addr;		/* (in)  page-aligned start */
	__u64 nr_pages;		/* (in)  pages a call */
	__u64 samples;		/* (in)  user pointer to struct pb_sample[nr_samples] */
	__u32 nr_samples;	/* (in)  */
	__u32 nr_warmup;	/* (in)  */
	__u32 flags;		/* (in)  PB_RUN_* */
	__u32 pad;		/* (in)  zero */
	__u32 nr_done;		/* (out) samples taken */
	__u32 retries;		/* (out) odp: calls that an invalidation made start again */
	__u64 nr_got;		/* (out) pages of the last call */
	__u64 empty_ticks;	/* (out) least distance of two timestamps with nothing between */
	__u64 setup_ticks;	/* (out) once a run, unmeasured above: odp's notifier insert; else 0 */
	__u64 teardown_ticks;	/* (out) likewise: odp's notifier remove */
	__u64 invalidations;	/* (out) odp: ranges that the notifier was told of */
};

/*
 * Acquire once and keep. For watching what a held page does to the mm. Errors as for struct pb_run;
 * ENOSPC when this file would hold more than PB_MAX_PAGES. Strategies that keep nothing (noop,
 * follow, odp) give EOPNOTSUPP.
 */
struct pb_hold {
	__u32 size;		/* (in)  sizeof(struct pb_hold) */
	__u32 strategy;		/* (in)  enum pb_strategy_id */
	__u64 addr;		/* (in)  page-aligned start */
	__u64 nr_pages;		/* (in)  */
	__u32 flags;		/* (in)  PB_RUN_* */
	__u32 handle;		/* (out) for PB_IOC_DROP; starts at 1 */
};

/* Release what a hold keeps. Errors: EINVAL (size, pad), ENOENT (handle), EFAULT. */
struct pb_drop {
	__u32 size;		/* (in)  sizeof(struct pb_drop) */
	__u32 handle;		/* (in)  */
	__u64 pad;		/* (in)  zero */
};

#define PB_IOC_INFO		_IOWR('p', 0x40, struct pb_info)
#define PB_IOC_STRATEGY_INFO	_IOWR('p', 0x41, struct pb_strategy_info)
#define PB_IOC_RUN		_IOWR('p', 0x42, struct pb_run)
#define PB_IOC_HOLD		_IOWR('p', 0x43, struct pb_hold)
#define PB_IOC_DROP		_IOW('p', 0x44, struct pb_drop)

#endif
