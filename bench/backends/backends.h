/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * backends - the table of backends, and which of them `--backend auto` takes, and why.
 * Why: a choice that a program makes for its user is said in one line, with its reason.
 */
#ifndef BENCH_BACKENDS_BACKENDS_H
#define BENCH_BACKENDS_BACKENDS_H

#include <stdbool.h>

#include "bench/backends/backend.h"
#include "common/cleanup.h"

/*
 * Ended by NULL; in the order in which auto would rather have them. The tests' fake is not in it.
 */
extern const struct pb_backend *const pb_backends[];

/* -EINVAL with the valid names. "auto" is no backend here. */
int pb_backend_find(const char *name, const struct pb_backend **ret_backend) pb_must_check;

/* What auto looks at; bench/backends/backends.c asks the machine, tests make it up. */
struct pb_auto_view {
	bool kernel_given;   /* --kernel, and not the host */
	bool host_given;     /* --kernel host */
	const char *no_kmod; /* why modules cannot be used; NULL: they can */
	bool has_qemu;
};

/*
 * A kernel that was named is booted: vm. Else kmod where modules can be built and loaded, else vm
 * where QEMU is installed, else syscall. *ret_why is one sentence, newly allocated.
 */
int pb_backend_decide(const struct pb_auto_view *view, const struct pb_backend **ret_backend,
		      char **ret_why) pb_must_check;

/* The same, of this machine. @kernel: what --kernel says first, or NULL. */
int pb_backend_auto(const char *kernel, const struct pb_backend **ret_backend,
		    char **ret_why) pb_must_check;

#endif
