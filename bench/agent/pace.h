/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pace - a load's thread: one operation after the other, at the rate of the machine's clock.
 * Why: a load that runs beside the calls is a thread; one that takes turns with them tells the
 * device after each operation.
 */
#ifndef BENCH_AGENT_PACE_H
#define BENCH_AGENT_PACE_H

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "bench/agent/outcome.h"
#include "bench/load/action.h"
#include "common/cleanup.h"

struct pb_pace {
	const struct pb_load_action *action;
	size_t nr_uses; /* ranges that each operation acts on */
	struct pb_load_use *uses;
	uint32_t rate; /* operations a second */
	int device;
	uint32_t group; /* to be told of each operation; 0: nobody is */
	cpu_set_t cpus; /* where it may run */
	pthread_t thread;
	atomic_bool stop;
	struct pb_load_tally tally;
	int code; /* why it gave up; 0: it did not */
	char *message;
};

/* Opens the load on the @nr memories that a cell has. Where it fails nothing is left. */
int pb_pace_open(struct pb_pace *pace, const struct pb_load_action *action,
		 const struct pb_memory *memories, size_t nr, const char *name) pb_must_check;
int pb_pace_close(struct pb_pace *pace) pb_must_check;

int pb_pace_start(struct pb_pace *pace) pb_must_check;

/*
 * Ends the thread. Returns 0, or -errno with a message: the load gave up, or none of its operations
 * had any effect (-EOPNOTSUPP). The load is open
 * still.
 */
int pb_pace_stop(struct pb_pace *pace) pb_must_check;

#endif
