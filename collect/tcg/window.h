/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * window - what ran between two timestamps, of the cheapest window of a run.
 * Why: the number that pinbench compares is the least sample; a profile must be of that very call.
 *
 * A window is what the clock saw: it begins behind the first timestamp that follows a BEGIN marker
 * and ends with the last timestamp before the END marker, that one included. Under icount a
 * timestamp ends its block, so windows consist of whole blocks and their count equals the
 * difference of the two timestamps, with no constant between them.
 */
#ifndef COLLECT_TCG_WINDOW_H
#define COLLECT_TCG_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/tcg/block.h"
#include "common/cleanup.h"

enum pb_window_phase { PB_WINDOW_ACQUIRE, PB_WINDOW_RELEASE, PB_WINDOW_NR_PHASES };

/* A run of @cell begins: what was seen before is forgotten. */
void pb_window_run_begin(void);

/*
 * The run is over: writes its cheapest windows to @out (collect/tcg/trace.h says how). Does
 * nothing when no run has begun. Returns 0 or -errno.
 */
int pb_window_run_end(FILE *out, uint32_t cell) pb_must_check;

/* @user: in user space, whose timestamps alone bound it. */
void pb_window_begin(bool user);
void pb_window_end(enum pb_window_phase phase);

/* The window that is open counts for nothing, as if it had not begun. */
void pb_window_drop(void);

/* A timestamp is about to be taken, in user space or the kernel; its block was logged already. */
void pb_window_stamp(bool user);

/* A block begins to run. */
void pb_window_block(const struct pb_block *block);

#endif
