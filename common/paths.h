/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paths - where pinbench's own parts lie: in the tree that this program was built in, or installed
 * with it. Why: a program with the plans, modules or agent of another pinbench measures something
 * that nobody chose.
 */
#ifndef COMMON_PATHS_H
#define COMMON_PATHS_H

#include "common/cleanup.h"

/*
 * Finds a data file or folder: "kmods", "data/kernels", "report/draw/templates". What
 * $PINBENCH_DATA has comes first; then a program in its build folder takes its own tree's, wherever
 * both were moved to, and an installed one takes what was installed with it, also under a DESTDIR
 * or in a moved prefix. Neither ever takes the other's. Newly allocated. -ENOENT with a message
 * that names the place.
 */
int pb_path_data(const char *name, char **ret_path) pb_must_check;

/* Finds a helper program, "pinbench-agent", by the same rule: $PINBENCH_LIBEXEC, then its own. */
int pb_path_helper(const char *name, char **ret_path) pb_must_check;

/* The sources that this pinbench was built from; -ENOENT where they are gone. */
int pb_path_sources(char **ret_path) pb_must_check;

/* A place in the folder that it was built in, which need not be there. */
int pb_path_build(const char *name, char **ret_path) pb_must_check;

/* In words, whose parts are taken, for `pinbench doctor`. NULL: out of memory. */
char *pb_path_whose(void);

#endif
