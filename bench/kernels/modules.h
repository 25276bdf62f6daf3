/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modules - pinbench's kernel modules, built for one kernel and kept beside it.
 * Why: the sources' digest names the folder, so that an unchanged source is never built twice.
 */
#ifndef BENCH_KERNELS_MODULES_H
#define BENCH_KERNELS_MODULES_H

#include "bench/kernels/compiler.h"
#include "bench/kernels/kernel.h"
#include "bench/kernels/manifest.h"

/*
 * Where the modules for @kernel belong (they may not be there yet): @folder/modules-DIGEST, the
 * digest of the module sources, of the compiler and of the kernel.
 */
int pb_modules_path(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		    const char *folder, char **ret_path) pb_must_check;

/* Are they there, whole and nothing else? -ENOENT: no; -EBADMSG says what is damaged. */
int pb_modules_check(const struct pb_kernel *kernel, const char *path) pb_must_check;

/* The list of @kernel->modules, through which what is read of them is checked. Errors as above. */
int pb_modules_open(const struct pb_kernel *kernel, struct pb_manifest *ret_manifest) pb_must_check;

/* Builds them there, unless they are. -EBADMSG: the kernel's headers are damaged; -EIO with the
 * compiler's last words. */
int pb_modules_build(const struct pb_kernel *kernel, const struct pb_compiler *compiler,
		     const char *path) pb_must_check;

#endif
