/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * find - modules for the running kernel: built from its headers, or installed beside its own.
 * Why: a lab's machine may have no compiler, and DKMS may have built and signed them already.
 */
#ifndef BENCH_BACKENDS_KMOD_FIND_H
#define BENCH_BACKENDS_KMOD_FIND_H

#include "common/cleanup.h"
#include "common/temporary.h"

struct pb_kmod_modules {
	char *dir;                  /* holds pinbench*.ko and absent.tsv */
	char *origin;               /* what built them, or where they were installed */
	char *config;               /* the kernel's configuration file; may be NULL */
	struct pb_temporary staged; /* dir, where it is one of links */
};

/*
 * Builds them if the headers are there, else takes what is installed in /lib/modules/RELEASE/ in
 * updates/dkms, updates or extra. -ENOENT names both ways; -EKEYREJECTED: they are not signed, and
 * this kernel wants that; others as of pb_kernel_prepare().
 */
int pb_kmod_find(struct pb_kmod_modules *ret_modules) pb_must_check;
/* Only looks whether there is something to build with, or something installed. Errors as above. */
int pb_kmod_look(const char *root) pb_must_check;
void pb_kmod_modules_done(struct pb_kmod_modules *modules);

/* The folder of installed modules of @release below @root, or NULL. Newly allocated. */
char *pb_kmod_installed(const char *root, const char *release);

/* The running kernel's configuration, uncompressed, or NULL where it is nowhere. */
char *pb_kmod_config(const char *root, const char *release);

#endif
