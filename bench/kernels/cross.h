/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cross - libraries of another architecture, from Debian's archive, for linking the agent.
 * Why: dpkg's foreign architectures would change the user's system; a folder in the cache does not.
 */
#ifndef BENCH_KERNELS_CROSS_H
#define BENCH_KERNELS_CROSS_H

#include "bench/kernels/arch.h"
#include "common/cleanup.h"

/*
 * The folder that they are unpacked in, newly allocated; they are fetched where it is not there.
 * Errors as of pb_kernel_prepare().
 */
int pb_cross_libraries(const struct pb_arch *arch, char **ret_root) pb_must_check;

#endif
