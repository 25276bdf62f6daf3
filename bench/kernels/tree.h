/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * tree - a kernel that a developer built: its image and its build folder, taken as they are.
 * Why: the change that one is about to send is measured before anybody packages it.
 */
#ifndef BENCH_KERNELS_TREE_H
#define BENCH_KERNELS_TREE_H

#include "bench/kernels/arch.h"
#include "bench/kernels/kernel.h"

/* The architecture that the tree is configured for. -ENOENT: it is no such folder. */
int pb_tree_arch(const char *tree, const struct pb_arch **ret_arch) pb_must_check;

/*
 * Fills in all but the modules. -ENOENT names what was not built, -ESTALE an image of another
 * release than the build folder's.
 */
int pb_tree_open(const char *tree, struct pb_kernel *kernel) pb_must_check;

/* The release that an image of @arch says it is, newly allocated. -EINVAL: it is none. */
int pb_image_release(const struct pb_arch *arch, const char *path,
		     char **ret_release) pb_must_check;

#endif
