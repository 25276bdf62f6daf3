/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * observe - /dev/pinbench-observe: hold one user page and watch what becomes of it.
 *
 * Apart from pinbench.h: this is about what a hold means, not what it costs, and its module is
 * loaded for that alone. The rules of pinbench.h hold here, too: root's alone (EPERM), every
 * structure begins with `size` (EINVAL), `pad` is zero and unknown flags are clear (EINVAL), ids
 * and handles start at 1, a handle is never given out twice (ENOENT).
 *
 * One rule differs. A hold is made by the process whose page it is; whoever has the open file may
 * look at it, use it and release it, from any process: a controller goes on after the end of the
 * process that it watches. Holds die with the file.
 *
 * The "device" is the kernel's own mapping of the frame: 8 bytes are read or written at a time.
 * Strategies that own nothing (follow, odp-ignored) go on with a frame that may be somebody else's
 * by now. That is what they are there to show, and it corrupts memory: they want the module's
 * parameter unowned=1 (EPERM), for guests that are thrown away. Even then nothing is written to a
 * frame that is free, reserved, the slab's, or nobody's page (ENXIO).
 */
#ifndef _UAPI_PINBENCH_OBSERVE_H
#define _UAPI_PINBENCH_OBSERVE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PB_OBSERVE_ABI		1
#define PB_OBSERVE_DEVICE	"/dev/pinbench-observe"
#define PB_OBSERVE_MAX_HOLDS	64	/* of an open file */

enum pb_observe_strategy {
	PB_OBSERVE_STRATEGY_NONE = 0,
#define PB_OBSERVE(id_u32, ident, name, control, owned, seen, summary) \
	PB_OBSERVE_##ident = id_u32,
#include "observe.def"
#undef PB_OBSERVE
};

/* Why an MMU notifier was told that a range is invalid: enum mmu_notifier_event, by our numbers. */
enum pb_observe_invalidation {
	PB_OBSERVE_UNMAP = 0,
	PB_OBSERVE_CLEAR = 1,
	PB_OBSERVE_PROTECTION_VMA = 2,
	PB_OBSERVE_PROTECTION_PAGE = 3,
	PB_OBSERVE_SOFT_DIRTY = 4,
	PB_OBSERVE_RELEASE = 5,
	PB_OBSERVE_MIGRATE = 6,
	PB_OBSERVE_OTHER = 7,
	PB_OBSERVE_NR_INVALIDATIONS = 8,
};

/* What is there. Errors: EINVAL (size, pad), EFAULT. */
struct pb_observe_info {
	__u32 size;		/* (in)  sizeof(struct pb_observe_info) */
	__u32 abi;		/* (out) PB_OBSERVE_ABI */
	__u32 strategies;	/* (out) bit 1 << id for each that may be asked for */
	__u32 drains;		/* (out) 1: PB_OBSERVE_IOC_DRAIN works here */
};

#define PB_OBSERVE_WRITE	(1U << 0)	/* hold: to be written; access: write */

/*
 * Hold the page at addr of the calling process, and count what MMU notifiers are told of its address
 * from now on. Errors: EINVAL (size, pad, flags, strategy 0 or unknown, addr not page-aligned),
 * EPERM (see above), ENOSPC (PB_OBSERVE_MAX_HOLDS), ENOMEM, EINTR, EFAULT; and what the kernel's
 * own function returned: that is the kernel's refusal of the hold.
 */
struct pb_observe_hold {
	__u32 size;		/* (in)  sizeof(struct pb_observe_hold) */
	__u32 strategy;		/* (in)  enum pb_observe_strategy */
	__u64 addr;		/* (in)  page-aligned */
	__u32 flags;		/* (in)  PB_OBSERVE_WRITE or 0 */
	__u32 handle;		/* (out) starts at 1 */
	__u64 pfn;		/* (out) the frame that is held */
};

#define PB_OBSERVE_PAGE_FREE		(1U << 0)	/* nobody has a reference */
#define PB_OBSERVE_PAGE_SAME		(1U << 1)	/* mapping and index as at the hold */
#define PB_OBSERVE_PAGE_ANON		(1U << 2)
#define PB_OBSERVE_PAGE_LARGE		(1U << 3)	/* part of a large folio */
#define PB_OBSERVE_PAGE_DIRTY		(1U << 4)
#define PB_OBSERVE_PAGE_WRITEBACK	(1U << 5)
#define PB_OBSERVE_PAGE_PINNED		(1U << 6)	/* maybe: as the kernel itself tells it */
#define PB_OBSERVE_PAGE_ORPHAN		(1U << 7)	/* mapping is gone */

/*
 * The frame of a hold, without touching its content or the process. With odp, the frame that the
 * device would use, or used last. Errors: EINVAL (size, pad), ENOENT (handle), EFAULT.
 */
struct pb_observe_page {
	__u32 size;		/* (in)  sizeof(struct pb_observe_page) */
	__u32 handle;		/* (in)  */
	__u64 pfn;		/* (out) */
	__u32 flags;		/* (out) PB_OBSERVE_PAGE_* */
	__s32 refs;		/* (out) the folio's reference count */
	__u32 invalidations[PB_OBSERVE_NR_INVALIDATIONS]; /* (out) since the hold, by type */
};

/*
 * The device reads, or writes, 8 bytes of the page. odp faults the address in again first where it
 * was invalidated. Errors: EINVAL (size, pad, flags, offset not a multiple of 8 or beyond the page),
 * ENOENT (handle), EOPNOTSUPP (none has no device), EACCES (a write through what is held to be
 * read), ENXIO (see above), EINTR, EFAULT; odp: what faulting returned: the mapping is revoked.
 */
struct pb_observe_access {
	__u32 size;		/* (in)  sizeof(struct pb_observe_access) */
	__u32 handle;		/* (in)  */
	__u32 flags;		/* (in)  PB_OBSERVE_WRITE or 0 */
	__u32 offset;		/* (in)  in the page, a multiple of 8 */
	__u64 value;		/* (in) to write, (out) what was read */
	__u64 pfn;		/* (out) the frame that was used */
};

#define PB_OBSERVE_DIRTY	(1U << 0)	/* mark the page dirty, as who wrote it should */

/*
 * Release a hold. Errors: EINVAL (size, unknown flags), ENOENT (handle), EACCES (PB_OBSERVE_DIRTY of
 * what was held to be read), EOPNOTSUPP (of what owns nothing), EFAULT.
 */
struct pb_observe_release {
	__u32 size;		/* (in)  sizeof(struct pb_observe_release) */
	__u32 handle;		/* (in)  */
	__u32 flags;		/* (in)  PB_OBSERVE_DIRTY or 0 */
	__u32 pad;		/* (in)  zero */
};

/*
 * Empty every CPU's batches of pages on their way to the LRU lists: each page in one has a reference
 * more. Errors: EINVAL (size, pad), EOPNOTSUPP (this kernel hides lru_add_drain_all()), EFAULT.
 */
struct pb_observe_drain {
	__u32 size;		/* (in)  sizeof(struct pb_observe_drain) */
	__u32 pad;		/* (in)  zero */
};

/* PB_IOC_MAGIC of pinbench.h, whose own numbers end before 0x20. */
#define PB_OBSERVE_IOC_MAGIC	0xDC

#define PB_OBSERVE_IOC_INFO	_IOWR(PB_OBSERVE_IOC_MAGIC, 0x20, struct pb_observe_info)
#define PB_OBSERVE_IOC_HOLD	_IOWR(PB_OBSERVE_IOC_MAGIC, 0x21, struct pb_observe_hold)
#define PB_OBSERVE_IOC_PAGE	_IOWR(PB_OBSERVE_IOC_MAGIC, 0x22, struct pb_observe_page)
#define PB_OBSERVE_IOC_ACCESS	_IOWR(PB_OBSERVE_IOC_MAGIC, 0x23, struct pb_observe_access)
#define PB_OBSERVE_IOC_RELEASE	_IOW(PB_OBSERVE_IOC_MAGIC, 0x24, struct pb_observe_release)
#define PB_OBSERVE_IOC_DRAIN	_IOW(PB_OBSERVE_IOC_MAGIC, 0x25, struct pb_observe_drain)

#endif
