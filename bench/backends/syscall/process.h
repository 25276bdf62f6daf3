/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * process - the measuring process of a round: this program, started anew.
 * Why: a fork has its parent's address space: where code, stack and buffers came to lie would bias
 * all rounds of a run alike. Anew, each round has a layout of its own, and a run the mean of them.
 */
#ifndef BENCH_BACKENDS_SYSCALL_PROCESS_H
#define BENCH_BACKENDS_SYSCALL_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "bench/backends/syscall/worker.h"
#include "common/cleanup.h"

/*
 * Starts one on the jobs from order[@first] on; its replies come out of *ret_replies. 0, or -errno
 * with a message.
 */
int pb_process_start(const struct pb_worker_setup *setup, size_t first, pid_t *ret_pid,
		     int *ret_replies) pb_must_check;

/*
 * For the main() of every program that starts rounds: is this process one of them? Then it
 * measures, and _exit()s.
 */
void pb_process_enter(int argc, char **argv);

#endif
