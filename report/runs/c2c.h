/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * c2c - the cache lines that move between CPUs, by object, field and function.
 * Why: after `perf c2c`, whose habit it follows without its hardware: simulated, and it says so.
 */
#ifndef REPORT_RUNS_C2C_H
#define REPORT_RUNS_C2C_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/*
 * Writes the run's rows in @format: text, tsv or json. Only those that move, unless @all. -EINVAL:
 * no such format, or the run was not simulated.
 */
int pb_c2c_print(struct pb_store *store, int64_t run_id, const char *format, bool all,
		 FILE *out) pb_must_check;

#endif
