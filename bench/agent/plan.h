/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan - what the host tells the agent: one JSON object a line, a header and then the cells.
 * Why: host and agent are two programs; what they agree on stands in one file that both link.
 *
 *   {"type":"plan","format":1,"inject":0,"metric":"instructions","unit":"instructions",
 *    "evidence":"exact","profile":true,"counters":["basic","llc-misses:u"],"multiplex":false,
 *    "cpus":[3,2],"irqs_off":true,"record":true,"by_calls":true}
 *   {"type":"cell","cell":0,"strategy":"pin",...}	as in collect/record.h
 *
 * `metric` and `unit` say what one tick of the device's clock is on the machine that the agent is
 * given; under QEMU's icount a tick is an instruction. For tests the header may also hold
 * "late_us":5000, by how much the last of several threads starts late,
 * "exec":"/test", a program to run in place of the cells, and "fault":{"cell":3,"action":"panic"},
 * something that goes wrong in that cell.
 */
#ifndef BENCH_AGENT_PLAN_H
#define BENCH_AGENT_PLAN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/cell.h"
#include "collect/words/evidence.h"
#include "common/cleanup.h"

enum { PB_AGENT_PLAN_FORMAT = 1 };

enum pb_agent_fault {
	PB_FAULT_NONE = 0,
	PB_FAULT_PANIC,   /* the kernel panics */
	PB_FAULT_HANG,    /* the agent stops answering */
	PB_FAULT_WARNING, /* a message of level warning in the kernel's log */
	PB_FAULT_SPLAT,   /* a module, /fault.ko, that warns with a stack trace */
};

struct pb_agent_plan {
	uint32_t inject;
	char metric[PB_WORD_LEN];
	char unit[PB_WORD_LEN];
	enum pb_evidence evidence;
	bool profile;    /* help the profiler outside: bench/agent/profile.h */
	char **counters; /* words of --counters (collect/counters/select.h); NULL: none */
	size_t nr_counters;
	bool multiplex;   /* let counters take turns, and scale them */
	uint32_t late_us; /* the last of several threads starts so late */
	char *exec;       /* NULL: run the cells */
	enum pb_agent_fault fault;
	uint32_t fault_cell;
	bool by_calls;  /* no module: pages are held by system calls, and watched */
	bool record;    /* help the recorder outside: PB_RUN_RECORD, and symbols of data, too */
	bool irqs_off;  /* interrupts are off in the windows: PB_RUN_IRQS_OFF */
	uint32_t *cpus; /* to run on, the first thread on the first; without any: CPU 0 */
	size_t nr_cpus;
	struct pb_cell *cells;
	size_t nr_cells;
};

/* Both return 0 or -errno with a message; reading gives -EBADMSG for what is not a plan. */
int pb_agent_plan_write(FILE *out, const struct pb_agent_plan *plan) pb_must_check;
int pb_agent_plan_read(const char *path, struct pb_agent_plan *ret_plan) pb_must_check;

/*
 * Writes it to a file that nobody else sees, and that a child inherits on purpose: *ret_fd, which a
 * process that has it opens as @path.
 */
enum { PB_AGENT_PLAN_PATH = 64 };
int pb_agent_plan_file(const struct pb_agent_plan *plan, char path[PB_AGENT_PLAN_PATH],
		       int *ret_fd) pb_must_check;

/* Releases what _read() allocated. */
void pb_agent_plan_done(struct pb_agent_plan *plan);

#endif
