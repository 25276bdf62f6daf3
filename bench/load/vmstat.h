/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * vmstat - the kernel's own counters of what it did to memory.
 * Why: they tell an operation that was made from one that was only asked for.
 */
#ifndef BENCH_LOAD_VMSTAT_H
#define BENCH_LOAD_VMSTAT_H

#include <stdint.h>

#include "common/cleanup.h"

/* The counter of this name in /proc/vmstat, brought up to date. -EBADMSG: there is none. */
int pb_vmstat_read(const char *name, uint64_t *ret_value) pb_must_check;

#endif
