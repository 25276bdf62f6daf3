/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * host - the kernel that runs: its headers where its distribution installs them, its compiler.
 * Why: modules for the running kernel come from the same build as those for every other rung.
 */
#ifndef BENCH_KERNELS_HOST_H
#define BENCH_KERNELS_HOST_H

#include "bench/kernels/compiler.h"
#include "bench/kernels/kernel.h"

/*
 * Fills in release, version, config and build_dir of the kernel @release whose headers lie below
 * @root/lib/modules; there is no image and no package. -ENOENT: no headers.
 */
int pb_host_open(const char *root, const char *release, const char *version,
		 struct pb_kernel *kernel) pb_must_check;

/*
 * The compiler that built that kernel. -ENOPKG names the one to install; another one would make
 * modules that do not load, or load and go wrong.
 */
int pb_host_compiler(const char *config, const char *release,
		     struct pb_compiler *ret_compiler) pb_must_check;

#endif
