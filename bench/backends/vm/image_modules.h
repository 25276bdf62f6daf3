/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image_modules - modules of the kernel's own package, for what the guest is given.
 * Why: a distribution builds its drivers as modules, and a guest has no modprobe.
 */
#ifndef BENCH_BACKENDS_VM_IMAGE_MODULES_H
#define BENCH_BACKENDS_VM_IMAGE_MODULES_H

#include "bench/backends/vm/initrd.h"
#include "bench/kernels/kernel.h"
#include "common/cleanup.h"

enum { PB_IMAGE_MAX_WANTED = 4 };

/* A set of modules; a name that begins with '?' is of one that not every kernel needs for it. */
struct pb_image_set {
	const char *dir;     /* in the initrd */
	const char *purpose; /* "persistent memory", for a message */
	const char *wanted[PB_IMAGE_MAX_WANTED + 1];
};

extern const struct pb_image_set pb_image_pmem;
extern const struct pb_image_set pb_image_swap;

/*
 * Packs them and what they depend on as DIR/NN-MODULE.ko, numbered in the order in which they must
 * be loaded. Where one is neither there nor built in, nothing is packed and *ret_reason (owned)
 * says which; else it is NULL.
 */
int pb_image_modules_pack(const struct pb_kernel *kernel, struct pb_initrd *initrd,
			  const struct pb_image_set *set, char **ret_reason) pb_must_check;

#endif
