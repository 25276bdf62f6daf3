/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fetch - a kernel of the ladder from Debian's archive to the cache.
 * Why: which suite has it today is found out by asking, and a kernel that is gone says so.
 */
#ifndef BENCH_KERNELS_FETCH_FETCH_H
#define BENCH_KERNELS_FETCH_FETCH_H

#include "bench/kernels/name.h"

/*
 * Looks through the suites of the ladder's row, downloads, unpacks, and remembers which release
 * @name means now. Errors as of pb_kernel_prepare().
 */
int pb_fetch(const struct pb_table *ladder, const struct pb_kernel_name *name,
	     const char *text) pb_must_check;

/* The release that @name meant when it was last fetched, newly allocated; -ENOENT. */
int pb_fetched_release(const struct pb_kernel_name *name, char **ret_release) pb_must_check;

#endif
