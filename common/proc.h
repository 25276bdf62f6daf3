/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc - other programs: started without a shell, their output kept for the message.
 * Why: apt, make, qemu and gnuplot fail in their own words; those words must reach the user.
 */
#ifndef COMMON_PROC_H
#define COMMON_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"

struct pb_proc_options {
	const char *dir;        /* folder to run in; NULL: here */
	const char *const *env; /* "NAME=value" added to ours, NULL-terminated; may be NULL */
	const char *input;      /* text for its standard input; NULL: /dev/null */
	const char *log;        /* its output is also appended to this file; may be NULL */
	const char *out;        /* its standard output alone goes to this file; may be NULL */
	int death_signal;       /* that it gets when this process dies; 0: SIGTERM */
	bool alone;             /* it can start no other program (common/alone.h) */
};

/*
 * Runs argv[0] from PATH and waits. On exit status 0 returns 0 and, if asked, its standard output
 * (newly allocated). Otherwise -EIO with a message that names the command, its status and the last
 * lines that it wrote; -ENOENT if there is no such program.
 */
int pb_proc_run(const char *const *argv, const struct pb_proc_options *options,
		char **ret_output) pb_must_check;

/* Starts argv[0] without waiting, its output appended to @log. The child dies with this process. */
int pb_proc_start(const char *const *argv, const char *log, pid_t *ret_pid) pb_must_check;

/*
 * How long a process was ready to run and had no CPU, by the thread that waited longest; 0 where the
 * kernel does not say (CONFIG_SCHED_INFO). A limit by the clock is none of what such a process does.
 */
int64_t pb_proc_delayed_ms(pid_t pid);

/* Is this program in PATH? */
bool pb_proc_exists(const char *name);

#endif
