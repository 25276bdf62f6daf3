/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tell - what a run says of itself beside its cells: the kernel, the calls, and how quiet it was.
 * Why: a time without the call that it is of, and the core that it was taken on, is hearsay.
 */
#ifndef BENCH_BACKENDS_SYSCALL_TELL_H
#define BENCH_BACKENDS_SYSCALL_TELL_H

#include <stddef.h>
#include <stdint.h>

#include "bench/backends/syscall/track.h"
#include "collect/record.h"
#include "common/cleanup.h"

/* How a run went. */
struct pb_trials_outcome {
	const struct pb_track *tracks;
	size_t nr_tracks;
	uint32_t nr_rounds; /* that were made */
	uint32_t nr_planned;
	double quiet; /* see pb_core_is_shared() */
};

/* Before the first round: the kernel, the hardware, the clock, and each consumer's words. */
int pb_tell_facts(const struct pb_record_sink *sink, void *data) pb_must_check;

/* After the last: `syscall.identity`, `syscall.core-ghz`, `syscall.core-shared`, `syscall.load`. */
int pb_tell_outcome(const struct pb_trials_outcome *outcome, const struct pb_record_sink *sink,
		    void *data) pb_must_check;

#endif
