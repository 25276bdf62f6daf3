/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * batch - calls that fault their pages in: a region is zapped, walked once, and zapped again.
 * Why: zapping is the agent's business and takes long; it must not stand between two timestamps.
 */
#ifndef BENCH_AGENT_BATCH_H
#define BENCH_AGENT_BATCH_H

#include "bench/agent/task.h"

/*
 * Takes all samples of a cell of residency `fault`. The first batch is not counted: it also
 * allocates page tables, which stay. -EOPNOTSUPP with a message where the memory cannot be zapped,
 * or where what was faulted in is not the memory that the cell says.
 */
int pb_batches_run(struct pb_task *task) pb_must_check;

#endif
