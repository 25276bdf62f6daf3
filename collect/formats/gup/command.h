/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * command - where a line of a log starts gup_test, gup_bench or gup_benchmark.
 * Why: the name alone stands in lists, results and kernel messages; only a start says options.
 */
#ifndef COLLECT_FORMATS_GUP_COMMAND_H
#define COLLECT_FORMATS_GUP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/formats/gup/args.h"

/* A command in a line: the program, and where its options begin and end. */
struct pb_gup_command {
	enum pb_gup_program program;
	const char *at; /* its name */
	const char *args;
	size_t args_len;
	bool run;      /* a prompt, "running", a path or a wrapper shows that it was executed */
	bool repeated; /* the line starts such a program more than once */
	bool hidden;   /* options come from where the log does not show them: xargs, `...`, <...> */
};

/*
 * Finds such a command in @line, behind prompts, paths and wrappers. One without options is a start
 * only behind a prompt, a shell's "+", "running", or as a path that is all of the line.
 */
bool pb_gup_command_find(const char *line, struct pb_gup_command *command);

/* As above, but a name alone will do: whose a result is. */
bool pb_gup_command_named(const char *line, struct pb_gup_command *command);

/* Whether the line has the name of such a program, as a word: "[RUN] gup_test". */
bool pb_gup_mentioned(const char *line);

#endif
