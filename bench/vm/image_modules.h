/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image_modules - modules of the kernel's own package, for the guest's persistent memory.
 * Why: a distribution builds its drivers as modules, and a guest has no modprobe.
 */
#ifndef BENCH_VM_IMAGE_MODULES_H
#define BENCH_VM_IMAGE_MODULES_H

#include "bench/kernel.h"
#include "bench/vm/initrd.h"
#include "common/cleanup.h"

/*
 * Packs them and what they depend on as @name/NN-MODULE.ko, numbered in the order in which they
 * must be loaded. Where one is neither there nor built in, nothing is packed and *ret_reason
 * (owned) says which; else it is NULL.
 */
int pb_image_modules_pack(const struct pb_kernel *kernel, struct pb_initrd *initrd,
			  const char *name, char **ret_reason) pb_must_check;

#endif
