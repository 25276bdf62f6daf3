/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pools - huge pages that runs add to the kernel's pools, and give back.
 * Why: several runs, and an administrator, size the same pool. So each run's share is written down
 * before it is added, and taken off again: by the run, or, if that was killed, by the next one.
 *
 * ROOT/run/pinbench/pools.json, under a lock of its own that is held for a moment only:
 *   {"format":1,"boot":"UUID","shares":[{"path":"/sys/.../nr_hugepages","pid":12,
 *    "started":3456,"namespace":"pid:[1]","set":6,"added":4,"asked":0,"going":0}]}
 * "set" is what the pool was when pinbench last looked: another number is an administrator's, who
 * is left alone. Pages that others use of what is given back stay theirs until they unmap them (the
 * kernel counts them as surplus).
 */
#ifndef BENCH_CONTROL_POOLS_H
#define BENCH_CONTROL_POOLS_H

#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"
#include "common/str.h"

/*
 * Adds @nr huge pages of @kib KiB to the pool, all of them or none, as process @owner's share: that
 * process has to give them back. Where the administrator lets as many be had without a pool
 * (nr_overcommit_hugepages), nothing is added. -EOPNOTSUPP with the reason: the kernel found no
 * room; others use surplus pages of this pool, which to size it would make permanent; this user may
 * not.
 */
int pb_pools_add(const char *root, pid_t owner, uint64_t kib, uint64_t nr) pb_must_check;

/*
 * Takes off the shares of @owner (0: of nobody) and of all processes that are gone. What was left
 * alone is added to @said, a line each. Nothing to do, or nothing that this user could have added,
 * is 0.
 */
int pb_pools_give_back(const char *root, pid_t owner, struct pb_buf *said) pb_must_check;

/* Adds to @words a line for each pool with shares of processes that are gone. */
int pb_pools_left(const char *root, struct pb_buf *words) pb_must_check;

#endif
