/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * follow - takes an agent's records from its pipe, cell by cell, until it ends, however it ends.
 * Why: each cell is stored as it comes, and a cell that never came says why.
 */
#ifndef BENCH_BACKENDS_KMOD_FOLLOW_H
#define BENCH_BACKENDS_KMOD_FOLLOW_H

#include "bench/backends/kmod/guard.h"
#include "bench/run/accounting.h"
#include "common/cleanup.h"

/*
 * Follows the agent of @guard and ends it. Every cell of the accounting's request has ended then,
 * unless the agent never began one: -EIO with its words, or what kept the guard from starting it.
 * -EINTR when interrupted; what a sink returned.
 */
int pb_kmod_follow(struct pb_guard *guard, struct pb_accounting *accounting) pb_must_check;

#endif
