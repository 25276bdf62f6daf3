/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * man - the manual page, made from the table of commands.
 * Why: a page that is written by hand says what the program once did.
 */
#ifndef BENCH_CLI_SHELL_MAN_H
#define BENCH_CLI_SHELL_MAN_H

#include <stdio.h>

/* Writes pinbench(1) in man's own markup. */
void pb_man_write(FILE *out);

#endif
