/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gup_path - does a call take its pages by the fast path, or under mmap_lock by the slow one?
 * Why: kernels moved calls from the one to the other, and no counter tells them apart.
 */
#ifndef BENCH_USERS_GUP_PATH_H
#define BENCH_USERS_GUP_PATH_H

#include "bench/users/user.h"

enum pb_gup_path {
	PB_GUP_UNKNOWN, /* page flags are root's, or this kernel's lists do not show it */
	PB_GUP_FAST,
	PB_GUP_SLOW,
};

/*
 * The slow path marks each page as accessed, and a page so marked twice moves to the active list;
 * the fast path only sets its referenced bit. process_vm_readv, which has
 * no fast path, is asked, too: unless its page moves, the answer is unknown.
 */
enum pb_gup_path pb_gup_path_of(pb_use_call acquire, pb_use_call release, const struct pb_use *use);

#endif
