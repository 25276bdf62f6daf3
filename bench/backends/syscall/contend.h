/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contend - two threads that hold pages at once: the same page, one page table's, or each its own.
 * Why: what a reference count costs is mostly what it costs when another CPU wants it, too.
 *
 * With sharing `frame` and `apart` the other thread is a process, so that nothing of an address
 * space is shared: no mmap_lock, no page table. Both map the same frames, or each its own.
 *
 * With few CPUs two threads rarely run at once, and an average over all calls would read as no
 * contention. Calls come in blocks, and a block counts only if the other thread got on as we did.
 */
#ifndef BENCH_BACKENDS_SYSCALL_CONTEND_H
#define BENCH_BACKENDS_SYSCALL_CONTEND_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/backends/syscall/job.h"
#include "collect/cell.h"

/*
 * Calls in a block, and how far the other's count must move meanwhile: less, and it did not run all
 * the time; more, and we did not.
 */
enum {
	PB_GATE_CALLS = 8,
	PB_GATE_BEATS = PB_GATE_CALLS / 2,
	PB_GATE_MOST = PB_GATE_CALLS * 4,
};

static inline bool pb_gate_opens(uint64_t beats_before, uint64_t beats_after)
{
	uint64_t beats = beats_after - beats_before;

	return beats >= PB_GATE_BEATS && beats <= PB_GATE_MOST;
}

/* 0, or -EOPNOTSUPP with a message: threads and sharing that this backend cannot give. */
int pb_contend_check(const struct pb_cell *cell, const struct pb_user *consumer,
		     bool two_cpus) pb_must_check;

/* Pages that a buffer of this cell must have. */
uint64_t pb_contend_pages(const struct pb_cell *cell);

/*
 * Replaces the reply's acquire (and release: it is in acquire then) by what a call costs while the
 * other thread does the same, and fills in the controls. No call counted: NaN.
 */
int pb_contend_take(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		    struct pb_use *use, struct pb_worker_reply *reply) pb_must_check;

#endif
