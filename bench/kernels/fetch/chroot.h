/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * chroot - a small Debian of another suite in the cache, for its compiler and its libc.
 * Why: the headers of newer kernels bring programs that do not run on an older libc.
 */
#ifndef BENCH_KERNELS_FETCH_CHROOT_H
#define BENCH_KERNELS_FETCH_CHROOT_H

#include "common/cleanup.h"

/* Can this process make and enter one? 0, or -EPERM with what is missing. */
int pb_chroot_possible(void) pb_must_check;

/* Where the one for @suite and @compiler belongs; it may not be there yet. */
int pb_chroot_path(const char *suite, const char *compiler, char **ret_path) pb_must_check;

/*
 * Makes it from this machine's Debian archive with what building modules needs. @compiler is its
 * package.
 */
int pb_chroot_make(const char *path, const char *suite, const char *compiler) pb_must_check;

/*
 * Runs @argv inside, with /proc and /dev there, and @folders (absolute, NULL-terminated) under the
 * paths that they have outside. Nothing of it is visible to other processes.
 */
int pb_chroot_run(const char *path, const char *const *argv, const char *const *folders,
		  const char *log) pb_must_check;

#endif
