/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * user_modules - the kernel's own modules that users of GUP need, into a guest.
 * Why: what a kernel lacks is a reason for one user, not for the run.
 */
#ifndef BENCH_BACKENDS_VM_USER_MODULES_H
#define BENCH_BACKENDS_VM_USER_MODULES_H

#include "bench/backends/vm/initrd.h"
#include "bench/kernels/kernel.h"
#include "common/cleanup.h"

/*
 * Packs each module of bench/users/guest/guest.def with what it depends on, or writes why not, as
 * bench/users/guest/drivers.h says. @dir is for files on the way.
 */
int pb_user_modules_pack(const struct pb_kernel *kernel, const char *dir,
			 struct pb_initrd *initrd) pb_must_check;

#endif
