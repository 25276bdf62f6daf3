/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * workers - one run by as many threads as a cell wants, each on a CPU of its own, beside its load.
 * Why: the device makes threads start and count together; who they are and where is decided here.
 */
#ifndef BENCH_AGENT_WORKERS_H
#define BENCH_AGENT_WORKERS_H

#include "bench/agent/task.h"

/*
 * Runs the cell's request once for each thread, their samples side by side in the outcome. On one
 * CPU a load is paced: one operation, then one call. -errno with a message, the first thread's that
 * did not merely follow another one's failure.
 */
int pb_workers_run(struct pb_task *task) pb_must_check;

#endif
