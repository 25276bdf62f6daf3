/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace - what the plugin writes, read while it is being written.
 * Why: a cell's profile is wanted when the cell ends, not when the guest does.
 *
 *   pinbench-profile 1       the format's number
 *   block ID ADDR OFFSET...  addresses of a block's instructions, in hexadecimal; once a block
 *   window CELL PHASE WINDOWS LOST INSTRUCTIONS LEAST
 *                            how many there were in the run, how many of them were too long to keep,
 *                            the instructions of all others, those of the cheapest, which follows
 *   first ID                 its first block
 *   step ID ID TIMES         from one block to the next
 *   end CELL                 of the run
 *   trouble TEXT             what the plugin could not do: no profile holds from here on
 */
#ifndef COLLECT_TCG_TRACE_H
#define COLLECT_TCG_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/profile.h"
#include "collect/tcg/symbols.h"
#include "common/cleanup.h"

enum { PB_TRACE_NR_PHASES = 2 };

/* All instructions of programs are one function of this name. */
#define PB_TRACE_USER_SPACE "[user space]"

struct pb_trace;

struct pb_trace_window {
	uint64_t nr_windows;
	uint64_t nr_lost;
	struct pb_profile profile;
};

/* One cell's run: its windows, one a phase. */
struct pb_trace_run {
	uint32_t cell;
	size_t nr_windows;
	struct pb_trace_window windows[PB_TRACE_NR_PHASES];
};

/* @symbols must outlive the trace. */
int pb_trace_new(const struct pb_symbols *symbols, struct pb_trace **ret_trace) pb_must_check;
void pb_trace_free(struct pb_trace *trace);

/*
 * Takes the next bytes, whole lines or not. -EBADMSG, -ENOMEM; what the plugin complained of: -EIO.
 */
int pb_trace_feed(struct pb_trace *trace, const char *data, size_t len_bytes) pb_must_check;

/*
 * Hands over the run of @cell and forgets those of cells before it. -ENODATA: it has not ended, or
 * there was none.
 */
int pb_trace_take(struct pb_trace *trace, uint32_t cell,
		  struct pb_trace_run *ret_run) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_trace_run_done(struct pb_trace_run *run);

PB_DEFINE_CLEANUP(pb_trace_freep, struct pb_trace *, pb_trace_free);

#endif
