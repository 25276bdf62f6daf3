/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * name - what people call a kernel: debian:6.1, debian:6.12.107/arm64, host, or a folder they built
 * in. Why: every command takes the same names and answers an unknown one with the valid ones.
 */
#ifndef BENCH_KERNELS_NAME_H
#define BENCH_KERNELS_NAME_H

#include <stdbool.h>

#include "bench/kernels/arch.h"
#include "bench/kernels/table.h"

struct pb_kernel_name {
	char series[16];            /* "6.12", a row of the ladder; empty for a tree */
	char version[24];           /* "6.12.107"; empty: the newest of the series */
	char flavour[16];           /* "cloud": a column of the ladder */
	const struct pb_arch *arch; /* of the flavour; NULL: a tree or the host says it itself */
	char *tree;                 /* absolute path of a built kernel tree; else NULL */
	bool host;                  /* the kernel that runs */
};

/* Returns 0 or -EINVAL with a message that lists the valid names, -ENOENT for no such folder. */
int pb_kernel_name_parse(const struct pb_table *ladder, const char *text,
			 struct pb_kernel_name *ret_name) pb_must_check;
void pb_kernel_name_done(struct pb_kernel_name *name);

#endif
