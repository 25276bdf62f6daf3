/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile - what the profiler on the host cannot see from there: symbols, and which cell runs.
 * Why: QEMU's plugin sees addresses only; their names are known to the kernel that runs.
 */
#ifndef BENCH_AGENT_PROFILE_H
#define BENCH_AGENT_PROFILE_H

#include <stdint.h>

#include "common/cleanup.h"

/*
 * Writes the kernel's functions, modules' included, to the debug port, in the lines of
 * /proc/kallsyms, and an empty line behind the last. -EOPNOTSUPP on a machine without such ports,
 * -EPERM where the kernel hides its addresses.
 */
int pb_profile_symbols_send(void) pb_must_check;

/* Tells the plugin which cell the next run is of. Elsewhere it is a few instructions for nothing.
 */
void pb_profile_cell_mark(uint32_t cell);

#endif
