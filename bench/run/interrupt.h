/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * interrupt - Ctrl-C, SIGTERM and SIGHUP of a command that measures.
 * Why: what was measured is kept and machines are put back, in each command alike.
 */
#ifndef BENCH_RUN_INTERRUPT_H
#define BENCH_RUN_INTERRUPT_H

#include <stdbool.h>

/* Has one come? What struct pb_runner_options points at. */
extern volatile bool pb_interrupted;

/* Once only: a second Ctrl-C kills. */
void pb_interrupts_catch(void);

#endif
