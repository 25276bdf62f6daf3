/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * paths - where pinbench's own parts lie: installed, or in the tree that it was built in.
 * Why: `pinbench run` works from a build folder, and from /usr after meson install.
 */
#ifndef COMMON_PATHS_H
#define COMMON_PATHS_H

#include "common/cleanup.h"

/*
 * Finds a data file or folder: "kmods", "data/kernels", "report/templates". Looks under
 * $PINBENCH_DATA, the installed data folder, the source tree. Newly allocated. -ENOENT with a
 * message that names the places.
 */
int pb_path_data(const char *name, char **ret_path) pb_must_check;

/* Finds a helper program: "pinbench-agent". $PINBENCH_LIBEXEC, libexec/pinbench, the build folder.
 */
int pb_path_helper(const char *name, char **ret_path) pb_must_check;

/* The sources that this pinbench was built from; -ENOENT where they are gone. */
int pb_path_sources(char **ret_path) pb_must_check;

/* A place in the folder that it was built in, which need not be there. */
int pb_path_build(const char *name, char **ret_path) pb_must_check;

#endif
