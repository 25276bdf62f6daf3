/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * quiesce - settings of a machine that make it measure steadily.
 * Why: a governor, a turbo or a kernel thread in the background is noise that can be switched off.
 */
#ifndef BENCH_CONTROL_QUIESCE_H
#define BENCH_CONTROL_QUIESCE_H

#include "bench/control/state.h"
#include "common/cleanup.h"

/*
 * Sets each setting that has a quiet value and that this machine below @root has. What cannot be
 * set is no failure: it is added to @said, a line each.
 */
int pb_quiesce(struct pb_state *state, const char *root, struct pb_buf *said) pb_must_check;

/* What --quiesce sets, "cpufreq/scaling_governor=performance, ...". Newly allocated. */
char *pb_quiesce_words(void);

#endif
