/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * worker - one visit to a cell, in a process of its own that visits a list of them.
 * Why: a seccomp filter that kills, a call that hangs and the luck of one address space each end
 * with the process; what it found before is in the parent already.
 */
#ifndef BENCH_BACKENDS_SYSCALL_WORKER_H
#define BENCH_BACKENDS_SYSCALL_WORKER_H

#include "bench/backends/syscall/job.h"

/* Takes one sample in this process. */
void pb_worker_sample(const struct pb_worker_setup *setup, const struct pb_worker_job *job,
		      struct pb_worker_reply *reply);

#endif
