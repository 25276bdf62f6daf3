/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * config - a kernel's configuration, held against what pinbench needs of it.
 * Why: a missing option shows up as a guest that says nothing, unless it is named beforehand.
 */
#ifndef BENCH_KERNELS_CONFIG_H
#define BENCH_KERNELS_CONFIG_H

#include "bench/kernels/table.h"

/* The value of CONFIG_@option in the text of a .config, newly allocated: "y", "m", "120200". NULL:
 * not set (or out of memory). */
char *pb_config_get(const char *config, const char *option);

/* The columns that a table of options must have; without `on` all rows are asked of everyone. */
#define PB_CONFIG_COLUMNS "option need why"

/*
 * Checks against data/kernels/options.tsv. -EINVAL: a `need` that is neither `must` nor `want`, or
 * a table that lacks a column. -EOPNOTSUPP names every `must` option that @what lacks and why it is
 * needed. A missing `want` is no error: *ret_wants has a line "OPTION: why" for each, "" if there
 * is none.
 */
int pb_config_check(const struct pb_table *options, const char *config, const char *what,
		    char **ret_wants) pb_must_check;

#endif
