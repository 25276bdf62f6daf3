/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * guard - a process that changes the machine, starts the agent, and undoes every change.
 * Why: `kill -9` of pinbench reaches no handler; another process that sees it go can tidy up. If it
 * is the guard that is killed, pinbench tidies up; if both are, a file says what is left.
 */
#ifndef BENCH_BACKENDS_KMOD_GUARD_H
#define BENCH_BACKENDS_KMOD_GUARD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"
#include "common/str.h"

struct pb_guard_setup {
	const char *modules_dir; /* NULL: the agent wants none, and the machine stays as it is */
	const char *plan;        /* the agent's, a file */
	uint32_t inject;
	bool keep;    /* leave the modules loaded */
	bool quiesce; /* set what makes the machine measure steadily */
};

struct pb_guard {
	pid_t pid;     /* 0: it has ended */
	int records;   /* the agent's records, to be read */
	int replies;   /* the guard's words, to be read */
	int leash;     /* closing it ends the run */
	int agent_log; /* what the agent wrote to standard error */
};

/* Starts it; it has changed nothing yet when this returns. */
int pb_guard_start(struct pb_guard *guard, const struct pb_guard_setup *setup) pb_must_check;

/* What the guard says when it ends. */
struct pb_guard_report {
	bool told;          /* false: it was killed before it could */
	int code;           /* -errno with @message: the agent was never started */
	int agent_status;   /* as waitpid() gives it */
	char *message;      /* with code */
	struct pb_buf said; /* lines for the user: what could not be set or put back */
};

/*
 * Ends the run if it has not ended, waits for the guard, and takes its report. If the guard was
 * killed, undoes here what it had changed. Call once; release the report with _report_done().
 */
int pb_guard_finish(struct pb_guard *guard, struct pb_guard_report *ret_report) pb_must_check;
void pb_guard_report_done(struct pb_guard_report *report);

/*
 * Undoes what killed runs left on this machine: modules, settings. What could not be undone is
 * added to @said, and -errno returned; *ret_any says whether there was anything.
 */
int pb_guard_restore(struct pb_buf *said, bool *ret_any) pb_must_check;

#endif
