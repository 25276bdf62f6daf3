/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * device - requests to /dev/pinbench-observe, and what /proc says of frames.
 * Why: a case should read as what is done and what is seen.
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

/* The frame at an address of this process, without touching it; 0: none. *ret_swapped may be NULL.
 */
uint64_t pb_frame_at(const void *addr, bool *ret_swapped);

/* Does the process's own page count as soft-dirty or dirty? As /proc/kpageflags has it. */
uint64_t pb_frame_flags(uint64_t pfn);

/* How often a frame is mapped: /proc/kpagecount. */
uint64_t pb_frame_maps(uint64_t pfn);

#endif
