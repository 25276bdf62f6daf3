/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * init - what process 1 owes a machine: mounts, the port to the host, switching off.
 * Why: the agent also runs on a machine that is up, where none of this is its business.
 */
#ifndef BENCH_AGENT_GUEST_INIT_H
#define BENCH_AGENT_GUEST_INIT_H

#include <stdio.h>

#include "common/cleanup.h"

/* Mounts /proc, /sys and /dev; standard output and error become the console. */
int pb_init_begin(void) pb_must_check;

/* The line that the records leave on. */
int pb_init_port(FILE **ret_port) pb_must_check;

/* Waits until the machine has nothing left to do. *ret_waited_ms is the guest's own time. */
int pb_init_settle(unsigned int *ret_waited_ms) pb_must_check;

/* Switches the machine off. */
_Noreturn void pb_init_end(void);

#endif
