/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * futex - wakes nobody on a word of each page: a shared futex gets the page for it, a private none.
 * Why: a pair of calls that differ by one page got and put, without a lock around it.
 */
#ifndef BENCH_USERS_FUTEX_H
#define BENCH_USERS_FUTEX_H

#include "bench/users/user.h"

/* 0 or -errno, without a message: as calls of a consumer are. */
int pb_futex_wake_shared(struct pb_use *use, char *buffer);
int pb_futex_wake_private(struct pb_use *use, char *buffer);

#endif
