/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan_print - the cells of a plan, for `run --dry-run`.
 * Why: what is about to be measured can be looked at first.
 */
#ifndef BENCH_RUN_PLAN_PRINT_H
#define BENCH_RUN_PLAN_PRINT_H

#include <stdio.h>

#include "bench/run/plan.h"

/* A line a cell, behind one with the plan's name. */
void pb_plan_print(const struct pb_plan *plan, FILE *out);

#endif
