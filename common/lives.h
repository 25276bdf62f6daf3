/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lives - is a process the one that it was, or another that was given its number?
 * Why: what was written down with a pid outlives the process, and pids are used again.
 */
#ifndef COMMON_LIVES_H
#define COMMON_LIVES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When a process was started, in ticks from boot, or -1 where there is none of this number, or only
 * what its parent has not yet asked after.
 */
int64_t pb_process_started(int64_t pid);

/* Does the process of this number still run that was started at @started? */
bool pb_process_lives(int64_t pid, int64_t started);

#endif
