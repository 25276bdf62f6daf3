/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profile - what the profiler on the host cannot see from there: the names of addresses.
 * Why: QEMU's plugin sees addresses only; their names are known to the kernel that runs.
 */
#ifndef BENCH_AGENT_PROFILE_H
#define BENCH_AGENT_PROFILE_H

#include <stdbool.h>

#include "common/cleanup.h"

/*
 * Writes the kernel's functions, with @data its data, too, modules' included, to the debug port, in the lines of
 * /proc/kallsyms, and an empty line behind the last. Each address is told as its distance from the
 * one before: every byte is a system call of QEMU's, and this saves a third of them. -EOPNOTSUPP on
 * a machine without such ports, -EPERM where the kernel hides its addresses.
 */
int pb_profile_symbols_send(bool data) pb_must_check;

#endif
