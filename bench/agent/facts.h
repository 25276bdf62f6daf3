/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * facts - what the machine that measures says of itself.
 * Why: a number without its kernel and its machine cannot be compared with another.
 */
#ifndef BENCH_AGENT_FACTS_H
#define BENCH_AGENT_FACTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "kmods/uapi/pinbench.h"

/*
 * Writes a record for each of kernel.*, machine.* and pinbench.*. With @timed, ticks are of time
 * and their rate is told; where they count instructions, a rate would be the kernel's guess at
 * nothing.
 */
int pb_facts_write(FILE *records, const struct pb_info *info, bool timed) pb_must_check;

/* The name of an enum pb_clock_id. */
const char *pb_facts_clock(uint32_t clock);

#endif
