/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * job - what a worker is asked for, and what it says.
 * Why: asking, taking a sample, and taking one beside a second thread are files of their own.
 */
#ifndef BENCH_BACKENDS_SYSCALL_JOB_H
#define BENCH_BACKENDS_SYSCALL_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/backends/syscall/identity.h"
#include "bench/memory/memory.h"
#include "bench/users/user.h"
#include "collect/cell.h"

/* What a cell's sample is made of, ns a call; NaN: the consumer has no such call. */
enum pb_sample_kind {
	PB_KIND_ACQUIRE,
	PB_KIND_RELEASE,
	PB_KIND_BASE_ACQUIRE,
	PB_KIND_BASE_RELEASE,
	PB_KIND_PAIR,
	PB_KIND_BASE_PAIR,
	PB_KIND_CYCLE,     /* of the core while the calls were timed, ns */
	PB_KIND_FILL,      /* what filling it took then, cycles; of two threads' cores the more */
	PB_KIND_XADD_SAME, /* two threads: the controls, ns an addition */
	PB_KIND_XADD_OWN,
	PB_KIND_COUNTED, /* two threads: calls that counted, and that did not */
	PB_KIND_REJECTED,
	PB_KIND_NR,
};

/* One message through the pipe, written whole (it is shorter than PIPE_BUF). */
struct pb_worker_reply {
	uint32_t job;                 /* index in the list */
	enum pb_cell_state state;     /* PB_CELL_NONE: begun; else how it ended */
	int error;                    /* positive errno */
	double values[PB_KIND_NR];    /* where measured */
	struct pb_identity identity;  /* where asked for */
	struct pb_memory_proof proof; /* where measured */
	char symbol[64];
	char reason[512];
};

struct pb_worker_job {
	const struct pb_cell *cell;
	const struct pb_user *consumer;
	bool prove; /* the identity, too */
	bool skip;
};

struct pb_worker_setup {
	struct pb_worker_job *jobs;
	const uint32_t *order; /* indexes of jobs, in the order in which to take them */
	size_t nr_jobs;
	uint64_t budget_ns; /* a visit's time */
	double tick_ns;
	int cpus[2]; /* where to run; the second is for a second thread, -1: there is none */
};

#endif
