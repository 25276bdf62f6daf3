/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kernel - kernels by name: fetched from Debian's archive, unpacked in the cache, built against.
 * Why: every rung of the ladder is an unmodified distribution kernel that anyone can fetch again.
 */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <stdbool.h>

#include "common/cleanup.h"

/* A kernel that is there, ready to boot. All strings are owned; paths are absolute. */
struct pb_kernel {
	char *name;        /* as asked for: "debian:6.1" */
	char *release;     /* uname -r */
	char *arch;        /* uname -m: "x86_64" */
	char *package;     /* "linux-image-6.1.0-49-cloud-amd64"; empty for a tree */
	char *version;     /* the package's version: "6.1.170-3" */
	char *image;       /* bzImage */
	char *config;      /* its configuration file */
	char *build_dir;   /* what `make -C` takes to build modules */
	char *module_tree; /* lib/modules/RELEASE of the image's own modules; may be NULL */
	char *modules;     /* our built modules: *.ko, and absent.tsv (strategy, reason) */
};

/* Fetches and builds whatever of it is not there yet; says what it does (progress.h). */
int pb_kernel_prepare(const char *name, struct pb_kernel *ret_kernel) pb_must_check;

/* Only looks: -ENOENT where it was not fetched or its modules were not built. */
int pb_kernel_open(const char *name, struct pb_kernel *ret_kernel) pb_must_check;

void pb_kernel_done(struct pb_kernel *kernel);

#endif
