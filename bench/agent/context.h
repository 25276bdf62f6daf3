/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * context - what all cells of a run share: the device, the CPUs, the modules, the counters.
 * Why: each step from a cell's words to its series starts from it, and none has to know the others.
 */
#ifndef BENCH_AGENT_CONTEXT_H
#define BENCH_AGENT_CONTEXT_H

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

#include "bench/agent/counters.h"
#include "bench/agent/modules.h"
#include "bench/agent/plan.h"
#include "kmods/uapi/pinbench.h"

struct pb_context {
	int device;
	int kmsg;
	cpu_set_t allowed;                 /* CPUs that the agent may use at all */
	uint32_t cpus[PB_MAX_WORKERS + 1]; /* for threads in this order, and then for a load */
	size_t nr_cpus;
	unsigned int late_us; /* for a test: the last of several threads starts so late */
	struct pb_info info;
	struct pb_modules modules;
	const struct pb_agent_plan *plan;
	struct pb_counting *counting; /* NULL: only the clock is read */
};

#endif
