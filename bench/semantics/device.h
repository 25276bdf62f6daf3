/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device - what holds the page and reads and writes it through the hold, and what /proc says of frames.
 * Why: a case should read as what is done and what is seen, whoever holds: a module of ours
 * (module.c), or this machine's own system calls (calls.c).
 */
#ifndef BENCH_SEMANTICS_DEVICE_H
#define BENCH_SEMANTICS_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/semantics/seen.h"
#include "common/cleanup.h"
#include "kmods/uapi/observe.h"

/* The strategy's id; 0: an unknown word. */
uint32_t pb_observe_strategy_find(const char *name);

/* Whether a device sees the page through this strategy. */
bool pb_observe_strategy_seen(uint32_t strategy);

/* Whether it keeps the frame from being freed. */
bool pb_observe_strategy_owned(uint32_t strategy);

/*
 * Who holds. has() is asked before a case: 0, or -EOPNOTSUPP with the reason where this one cannot
 * hold so. The others give 0 or -errno without a message; @device is what begin() gave. page()
 * leaves refs below zero where nobody tells.
 */
struct pb_device_ops {
	int (*begin)(int *ret_device) pb_must_check;
	int (*has)(uint32_t strategy, bool writes) pb_must_check;
	int (*hold)(int device, uint32_t strategy, const void *addr, bool writes,
		    struct pb_seen *seen) pb_must_check;
	int (*access)(int device, uint32_t handle, bool writes, uint32_t offset,
		      uint64_t *value) pb_must_check;
	int (*release)(int device, uint32_t handle, bool dirty) pb_must_check;
	int (*drain)(int device) pb_must_check;
	int (*page)(int device, const struct pb_seen *seen,
		    struct pb_observe_page *page) pb_must_check;
	bool guest; /* the machine is one to throw away: whatever acts on all of it may be done */
};

extern const struct pb_device_ops pb_device_module;
extern const struct pb_device_ops pb_device_calls;

/* From here on this one holds; pb_device_module where nobody says so. */
void pb_device_use(const struct pb_device_ops *ops);
const struct pb_device_ops *pb_device_used(void);

/* Each gives 0 or -errno, without a message. */
int pb_device_hold(int device, uint32_t strategy, const void *addr, bool writes,
		   struct pb_seen *seen) pb_must_check;
int pb_device_read(int device, uint32_t handle, uint32_t offset, uint64_t *ret_value) pb_must_check;
int pb_device_write(int device, uint32_t handle, uint32_t offset, uint64_t value) pb_must_check;
int pb_device_release(int device, struct pb_seen *seen, bool dirty) pb_must_check;

/* Empties every CPU's batches, by the module where it can. With a message. */
int pb_device_drain(int device) pb_must_check;

/* Notes what the kernel says of the held frame, as parts page.WHEN.*. */
void pb_device_look(int device, struct pb_seen *seen, const char *when);

/* Notes the invalidations since the hold. */
void pb_device_count(int device, struct pb_seen *seen);

enum pb_frame { PB_FRAME_NONE, PB_FRAME_SWAPPED, PB_FRAME_HIDDEN, PB_FRAME_THERE };

/*
 * The frame at an address of this process, without touching it; 0 where the answer is not THERE.
 * HIDDEN: there is one, and which is not for this user to know. *ret_frame may be NULL.
 */
uint64_t pb_frame_at(const void *addr, enum pb_frame *ret_frame);

/* Does the process's own page count as soft-dirty or dirty? As /proc/kpageflags has it. */
uint64_t pb_frame_flags(uint64_t pfn);

/* How often a frame is mapped: /proc/kpagecount. */
uint64_t pb_frame_maps(uint64_t pfn);

#endif
