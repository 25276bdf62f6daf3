/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * command - one row for each word after `pinbench`.
 * Why: help, dispatch and the man page are made from the same table.
 */
#ifndef BENCH_CLI_COMMAND_H
#define BENCH_CLI_COMMAND_H

#include <stddef.h>

struct pb_option;

/* Exit statuses, the same for every command. */
enum pb_exit {
	PB_EXIT_OK = 0,
	PB_EXIT_WORSE = 1,         /* run: a cell failed; compare: worse; doctor: something lacks */
	PB_EXIT_ERROR = 2,         /* nothing was done, and the message says why */
	PB_EXIT_CANNOT_TELL = 125, /* compare: nothing to compare; `git bisect run` skips on it */
	PB_EXIT_INTERRUPTED = 130, /* by a signal: what was measured is kept */
};

struct pb_command {
	const char *name;
	const char *args;                /* what follows the options in its usage line */
	const char *summary;             /* one line */
	const char *text;                /* what `pinbench NAME --help` adds; may be NULL */
	const struct pb_option *options; /* ended by a row without a name; may be NULL */
	/* @argv[0] is the command's name. Returns an exit status; has printed its own errors. */
	int (*run)(const struct pb_command *command, int argc, char **argv);
};

extern const struct pb_command *const pb_commands[]; /* ended by NULL */

/* Prints `pinbench: <message>` for a failure that a library returned; gives PB_EXIT_ERROR. */
int pb_command_failed(int code);

#endif
