/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run - a user from its set-up to its end: seen first, then warm, then counted.
 * Why: what a call does must be known before its number means anything, and a probe that fires is
 * no part of the number.
 */
#ifndef BENCH_USERS_GUEST_RUN_H
#define BENCH_USERS_GUEST_RUN_H

#include "bench/users/guest/entry.h"
#include "bench/users/guest/guest.h"
#include "bench/users/guest/window.h"
#include "collect/cell.h"

enum { PB_GUEST_REASON_LEN = 512 };

/* What came of it; lies in memory that the cell's process shares with the agent. */
struct pb_guest_outcome {
	bool ended;
	int code; /* 0, or -errno */
	char reason[PB_GUEST_REASON_LEN];
	uint64_t harness_ticks;
	struct pb_entries acquire, release; /* seen by kprobes */
	struct pb_guest_samples acquired, released;
};

/* Releases whatever it made. */
void pb_guest_run(const struct pb_guest_row *row, const struct pb_cell *cell,
		  struct pb_guest_outcome *outcome);

#endif
