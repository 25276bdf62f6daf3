/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * obstacle - what keeps pinbench's modules out of the running kernel, and what to do about it.
 * Why: a kernel answers ten different situations with EPERM.
 */
#ifndef BENCH_BACKENDS_KMOD_OBSTACLE_H
#define BENCH_BACKENDS_KMOD_OBSTACLE_H

#include "common/cleanup.h"

struct pb_obstacle {
	char text[256];   /* what is in the way; empty: nothing */
	char remedy[256]; /* what to do */
};

/* Said where the kernel refuses and nothing of what can be read says why. */
#define PB_PERMISSION_REMEDY "a security module or a seccomp filter may forbid it: see dmesg"

/*
 * May modules be loaded at all? Looks at the machine below @root; with "" it also asks the kernel
 * for a module that cannot be. Modules that must be signed are no obstacle here: they may be.
 */
void pb_obstacle_loading(const char *root, struct pb_obstacle *ret_obstacle);

/*
 * Why modules must be signed here, and how to have them signed: "Secure Boot is on (...): ...".
 * NULL where they need not be. Newly allocated.
 */
char *pb_signature_wanted(const char *root);

/* How the headers of the running kernel are installed on this distribution. Newly allocated. */
char *pb_headers_remedy(const char *root, const char *release);

#endif
