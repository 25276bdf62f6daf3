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
 * bits must be clear (EINVAL). Ids and handles start at 1: 0 catches a request that nobody filled
 * in. An open file never gives out a handle twice, so that a stale one reaches nothing (ENOENT).
 *
 * Nothing that one ioctl acquires outlives it, save for PB_IOC_HOLD, whose pages are released by
 * PB_IOC_DROP or when the file is closed, however the process ended. Groups die with the file, too.
 *
 * Ticks are those of enum pb_clock_id. On x86 that is the time-stamp counter read with
 * rdtsc_ordered(): under QEMU's icount with shift 0 one tick is one instruction executed by the
 * guest, exactly. On arm64 PB_CLOCK_ICOUNT says the same of its ticks, and says it only after a
 * look: see there.
 */
#ifndef _UAPI_PINBENCH_H
#define _UAPI_PINBENCH_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PB_ABI		3
#define PB_DEVICE	"/dev/pinbench"

/* Limits, so that one request cannot ask for more memory or time than it could mean to. */
#define PB_MAX_PAGES	(1U << 18)	/* pages a call: 1 GiB of 4 KiB pages */
#define PB_MAX_SAMPLES	(1U << 20)	/* samples a run */
#define PB_MAX_WARMUP	(1U << 16)	/* unmeasured calls before the first sample */
#define PB_MAX_OPS	(1U << 30)	/* calls that a histogram counts */
#define PB_MAX_INJECT	99		/* instructions that the `inject` parameter can add */
#define PB_MAX_WORKERS	64		/* threads of a group */
#define PB_MAX_GROUPS	64		/* groups of an open file */
#define PB_MAX_DELAY_US	1000000		/* how late PB_GROUP_LATE makes a worker */
#define PB_MAX_FAILURES	4096		/* calls in a row that PB_RUN_TOLERATE lets fail */
#define PB_MAX_ERRORS	8		/* different errors of one run that it counts */
#define PB_WAIT_S	10		/* how long a worker waits: for peers, or for a step */
#define PB_SYMBOL_LEN	64
#define PB_MAX_ID	63

enum pb_strategy_id {
	PB_STRATEGY_NONE = 0,
#define PB_STRATEGY(id_u32, ident, name, floor, family, symbols, summary) \
	PB_STRATEGY_##ident = id_u32,
#include "strategies.def"
#undef PB_STRATEGY
};

/* How a call's pages are released. A strategy has PB_RELEASE_PLAIN, its own way, at least. */
enum pb_release_id {
	PB_RELEASE_NONE = 0,
	PB_RELEASE_PLAIN = 1,		/* put_page(), unpin_user_pages(): the strategy's own */
	PB_RELEASE_DIRTY = 2,		/* unpin_user_pages_dirty_lock(), marking dirty */
	PB_RELEASE_RANGE_DIRTY = 3,	/* unpin_user_page_range_dirty_lock(), a run of frames each */
	PB_RELEASE_FOLIO = 4,		/* unpin_user_folio(), a run of pages of one folio each */
};

enum pb_clock_id {
	PB_CLOCK_NONE = 0,
	PB_CLOCK_TSC = 1,	/* x86: rdtsc_ordered() */
	PB_CLOCK_CNTVCT = 2,	/* arm64: the generic timer's virtual count */
	PB_CLOCK_KTIME = 3,	/* elsewhere: nanoseconds of ktime_get_mono_fast_ns() */
	/*
	 * arm64 with a PMU: processor cycles, PMCCNTR_EL0, which a pinned counter of perf's keeps
	 * running on every CPU while the core is loaded. ticks_hz is 0: cycles are not time. Each
	 * CPU counts by itself, so PB_IOC_RUN wants its caller bound to one (EXDEV). Without a PMU,
	 * or where somebody else has the cycle counter, PB_CLOCK_CNTVCT takes its place.
	 */
	PB_CLOCK_PMCCNTR = 4,
	/*
	 * The same counter under QEMU's icount, as a count of instructions: an emulated processor
	 * takes the same power of two of cycles for each instruction, whatever it does, and the
	 * ticks are cycles divided by it. The core finds this out when it is loaded.
	 */
	PB_CLOCK_ICOUNT = 5,
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
	__u32 pad;		/* (in)  zero */
	__u32 releases;		/* (out) bit 1 << enum pb_release_id for each way to release here */
	char symbol[PB_SYMBOL_LEN]; /* (out) the kernel function that acquires, terminated */
};

struct pb_sample {
	__u64 acquire_ticks;	/* raw: the two timestamps' own cost (empty_ticks) is still inside */
	__u64 release_ticks;
};

/*
 * Calls counted by their ticks, raw as in struct pb_sample. Buckets are log-linear: 32 to each power
 * of two, so none is wider than 1/32 of its least value; below 64 each value has its own.
 * uapi/histogram.h turns ticks into buckets and back.
 */
#define PB_NR_SUBBUCKETS	32
#define PB_NR_BUCKETS		(60 * PB_NR_SUBBUCKETS)

struct pb_run_histogram {
	__u32 size;		/* (in)  sizeof(struct pb_run_histogram) */
	__u32 pad;		/* (in)  zero */
	__u32 acquire[PB_NR_BUCKETS];	/* (out) calls; their sum is nr_counted */
	__u32 release[PB_NR_BUCKETS];	/* (out) likewise */
};

/* One error that calls failed with. */
struct pb_failure {
	__u32 error;		/* (out) errno, positive; 0: unused, as are all after it */
	__u32 nr_calls;		/* (out) */
};

/* Ask for pages to be written: FOLL_WRITE. */
#define PB_RUN_WRITE	(1U << 0)
/*
 * Acquire the pages of all counted calls first, then release them, call by call, in the same order.
 * Warm-up calls release at once. Excludes PB_RUN_TWICE and a group.
 */
#define PB_RUN_HOLD	(1U << 1)
/*
 * A window holds two acquires of the same range, into two arrays, or the two releases: a window of
 * two less a window of one is the operation without what surrounds it. What the `inject` parameter
 * adds is in each window once.
 */
#define PB_RUN_TWICE	(1U << 2)
/*
 * Before each call, warm-up too, wait for a PB_IOC_STEP of the group of its own: call n waits until
 * n steps were made since this worker started. Wants a group.
 */
#define PB_RUN_PACED	(1U << 3)
/*
 * A call that fails, or gets fewer pages than asked, is counted in failures or nr_partial, and makes
 * no sample; another one is made in its place. A signal ends the run all the same.
 */
#define PB_RUN_TOLERATE	(1U << 4)
/*
 * Interrupts are off on this CPU in each window, and on between windows. Strategies whose functions
 * may sleep, as those that take mmap_lock or may come to take it, give EOPNOTSUPP. Excludes
 * PB_RUN_HOLD and PB_RUN_TWICE.
 */
#define PB_RUN_IRQS_OFF	(1U << 5)
/*
 * For a plugin of an emulator that records every access: the calls of a group are made one worker
 * after the other, each exactly its nr_warmup and nr_ops, with interrupts off from the first to the
 * last. All strategies take it: the pages have to be there, so that nothing sleeps. Only in a guest,
 * where CPUs that wait for this one cost nobody anything. Excludes all flags but PB_RUN_WRITE, and
 * calls that move on.
 */
#define PB_RUN_RECORD	(1U << 6)
#define PB_RUN_ALL	(PB_RUN_WRITE | PB_RUN_HOLD | PB_RUN_TWICE | PB_RUN_PACED | \
			 PB_RUN_TOLERATE | PB_RUN_IRQS_OFF | PB_RUN_RECORD)

/*
 * Acquire and release nr_pages pages, nr_warmup times unmeasured and nr_ops times measured, one
 * call for all pages each time. The first nr_samples measured calls are stored one by one.
 *
 * Call i, counted from 0, warm-up and failures included, begins (i * stride_pages mod region_pages)
 * pages after addr; with both 0, always at addr. So a region of fresh pages is walked once, and
 * calls can reach beyond the region's end by nr_pages - stride_pages at most, if stride_pages
 * divides region_pages.
 *
 * As worker of a group (see struct pb_group) a run begins when all workers have come, and goes on,
 * uncounted, until the last worker has its nr_ops. Measured calls are taken in blocks of 8; a co_run
 * counts if meanwhile every peer made 4 calls or more, on another CPU. Else it is taken again.
 * A worker that fails or is killed ends its peers' runs with ECANCELED.
 *
 * Errors, each with nothing held and, where copying allows it, the (out) fields filled in:
 *   EINVAL     size, pad, unknown flags, id 0, release 0 or unknown, nr_pages or nr_samples 0, addr
 *              not page-aligned; PB_RUN_HOLD with PB_RUN_TWICE or a group; PB_RUN_IRQS_OFF with
 *              either; PB_RUN_RECORD with another flag than PB_RUN_WRITE, or a stride;
 *              PB_RUN_PACED without a group; worker without a group, or not below its nr_workers; one of stride_pages and
 *              region_pages 0, stride_pages over region_pages; nr_ops below nr_samples and not 0,
 *              or above and no histogram; the histogram's size or pad
 *   E2BIG      nr_pages, nr_samples, nr_warmup, nr_ops or region_pages (PB_MAX_PAGES) over its
 *              limit; with PB_RUN_HOLD, nr_ops * nr_pages over PB_MAX_PAGES; with PB_RUN_RECORD,
 *              (nr_warmup + nr_ops) * nr_pages
 *   ENOENT     a strategy that is unknown or not loaded; a group that is none of this file's
 *   EOPNOTSUPP PB_RUN_RECORD outside of a guest, or on another architecture than x86;
 *              PB_RUN_IRQS_OFF with a strategy or a release that may sleep; a release that this
 *              strategy, or this kernel, does not have; one that marks pages
 *              dirty without PB_RUN_WRITE: what was pinned for reading must not be dirtied
 *   EFAULT     the range leaves user space or wraps; a page that is not mapped; samples or a
 *              histogram that cannot be written
 *   EIO        a call acquired fewer pages than asked: nr_got says how many. Never a truncated
 *              result
 *   EINTR      a signal came
 *   EXDEV      the clock counts on each CPU by itself, and the caller may run on several
 *   ENODEV     likewise, and the caller's CPU has no counter
 *   ENOMEM     no room for the page array, the samples or the histogram
 *   EOVERFLOW  PB_RUN_TOLERATE: PB_MAX_FAILURES calls in a row failed
 *   EBUSY      another run is, or was, this worker of the group
 *   ECANCELED  a peer failed or was killed, or the group was dropped
 *   ETIMEDOUT  for PB_WAIT_S seconds: not all workers came; no co_run counted, because the peers
 *              never ran at the same time; or, PB_RUN_PACED, no step came
 *   and whatever the kernel's own function returned (EPERM, EOPNOTSUPP, EAGAIN, EBUSY, ...), with
 *   PB_RUN_TOLERATE only if it is an error more than failures has room for
 */
struct pb_run {
	__u32 size;		/* (in)  sizeof(struct pb_run) */
	__u32 strategy;		/* (in)  enum pb_strategy_id */
	__u64 addr;		/* (in)  page-aligned start */
	__u64 nr_pages;		/* (in)  pages a call */
	__u64 samples;		/* (in)  user pointer to struct pb_sample[nr_samples] */
	__u64 histogram;	/* (in)  user pointer to struct pb_run_histogram, or 0 */
	__u64 stride_pages;	/* (in)  from one call's start to the next one's, or 0 */
	__u64 region_pages;	/* (in)  after which starts repeat, or 0 */
	__u32 nr_samples;	/* (in)  */
	__u32 nr_warmup;	/* (in)  */
	__u32 nr_ops;		/* (in)  measured calls; 0: nr_samples */
	__u32 flags;		/* (in)  PB_RUN_* */
	__u32 release;		/* (in)  enum pb_release_id */
	__u32 group;		/* (in)  handle of PB_IOC_GROUP, or 0 */
	__u32 worker;		/* (in)  which one of the group, from 0 */
	__u32 pad;		/* (in)  zero */
	__u32 nr_done;		/* (out) samples taken */
	__u32 nr_counted;	/* (out) measured calls, nr_done among them */
	__u32 nr_partial;	/* (out) calls that got fewer pages than asked */
	__u32 retries;		/* (out) odp: calls that an invalidation made start again */
	__u64 nr_calls;		/* (out) all calls made: warm-up, failed, discarded, uncounted */
	__u64 nr_discarded;	/* (out) calls of blocks that did not count */
	__u64 nr_got;		/* (out) pages of the last call */
	__u64 start_ticks;	/* (out) the clock as the barrier let this run go; 0 where each CPU
				 * has a clock of its own, so that two workers' say nothing
				 */
	__u64 empty_ticks;	/* (out) least distance of two timestamps with nothing between */
	__u64 setup_ticks;	/* (out) once a run, unmeasured above: odp's notifier insert; else 0 */
	__u64 teardown_ticks;	/* (out) likewise: odp's notifier remove */
	__u64 invalidations;	/* (out) odp: ranges that the notifier was told of */
	struct pb_failure failures[PB_MAX_ERRORS]; /* (out) by error, in order of appearance */
};

/*
 * Acquire once and keep. For watching what a held page does to the mm. Errors as for struct pb_run;
 * ENOSPC when this file would hold more than PB_MAX_PAGES, or gave out 2^32 - 1 handles. Strategies
 * that keep nothing (noop, follow, odp) give EOPNOTSUPP.
 */
struct pb_hold {
	__u32 size;		/* (in)  sizeof(struct pb_hold) */
	__u32 strategy;		/* (in)  enum pb_strategy_id */
	__u64 addr;		/* (in)  page-aligned start */
	__u64 nr_pages;		/* (in)  */
	__u32 flags;		/* (in)  PB_RUN_WRITE or 0: no other flag means anything here */
	__u32 handle;		/* (out) for PB_IOC_DROP; starts at 1 */
};

/* Release what a hold keeps. Errors: EINVAL (size, pad), ENOENT (handle), EFAULT. */
struct pb_drop {
	__u32 size;		/* (in)  sizeof(struct pb_drop) */
	__u32 handle;		/* (in)  */
	__u64 pad;		/* (in)  zero */
};

/* Break the barrier on purpose: the last worker starts delay_us late. A self-test. */
#define PB_GROUP_LATE	(1U << 0)
#define PB_GROUP_ALL	PB_GROUP_LATE

/*
 * Threads that run at the same time, each in a PB_IOC_RUN of its own. A group starts once: all its
 * workers come, run and leave. Errors: EINVAL (size, pad, unknown flags, nr_workers 0, delay_us
 * without PB_GROUP_LATE or the other way round), E2BIG (nr_workers over PB_MAX_WORKERS or more than
 * there are CPUs online; delay_us over its limit), ENOSPC (PB_MAX_GROUPS, or no handle left),
 * ENOMEM, EFAULT.
 */
struct pb_group {
	__u32 size;		/* (in)  sizeof(struct pb_group) */
	__u32 nr_workers;	/* (in)  */
	__u32 flags;		/* (in)  PB_GROUP_* */
	__u32 delay_us;		/* (in)  */
	__u32 pad;		/* (in)  zero */
	__u32 handle;		/* (out) for the others below, and struct pb_run; starts at 1 */
};

/*
 * Forget a group. Workers that wait or run end with ECANCELED. Errors: EINVAL (size, pad), ENOENT
 * (handle), EFAULT.
 */
struct pb_group_drop {
	__u32 size;		/* (in)  sizeof(struct pb_group_drop) */
	__u32 handle;		/* (in)  */
	__u64 pad;		/* (in)  zero */
};

/*
 * A load made one operation: each worker with PB_RUN_PACED may make one call more. Errors: EINVAL
 * (size), ENOENT (handle), ECANCELED (a worker failed, or all are done: nobody waits any more),
 * EFAULT.
 */
struct pb_step {
	__u32 size;		/* (in)  sizeof(struct pb_step) */
	__u32 group;		/* (in)  handle of PB_IOC_GROUP */
	__u64 nr_steps;		/* (out) made so far, this one included */
};

/*
 * Of the numbers in the kernel's Documentation/userspace-api/ioctl/ioctl-number.rst (6.1) nobody has
 * this one. Up to ABI PB_IOC_OLD_ABI it was 'p' from 0x40 on, which is NVRAM's: refused (ENOTTY).
 */
#define PB_IOC_MAGIC		0xDC
#define PB_IOC_OLD_MAGIC	'p'
#define PB_IOC_OLD_ABI		2

#define PB_IOC_INFO		_IOWR(PB_IOC_MAGIC, 0x00, struct pb_info)
#define PB_IOC_STRATEGY_INFO	_IOWR(PB_IOC_MAGIC, 0x01, struct pb_strategy_info)
#define PB_IOC_RUN		_IOWR(PB_IOC_MAGIC, 0x02, struct pb_run)
#define PB_IOC_HOLD		_IOWR(PB_IOC_MAGIC, 0x03, struct pb_hold)
#define PB_IOC_DROP		_IOW(PB_IOC_MAGIC, 0x04, struct pb_drop)
#define PB_IOC_GROUP		_IOWR(PB_IOC_MAGIC, 0x05, struct pb_group)
#define PB_IOC_GROUP_DROP	_IOW(PB_IOC_MAGIC, 0x06, struct pb_group_drop)
#define PB_IOC_STEP		_IOWR(PB_IOC_MAGIC, 0x07, struct pb_step)

#endif
