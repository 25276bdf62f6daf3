/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * measure - one cell, from its words to its series.
 * Why: each way in which a cell can end has its state, its errno and a sentence, decided in one
 * place.
 */
#ifndef BENCH_AGENT_MEASURE_H
#define BENCH_AGENT_MEASURE_H

#include "bench/agent/context.h"
#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"

/*
 * Runs @cell and fills in *result, whose state is then one of measured, refused and failed. Returns
 * -errno with a message only for what makes further cells senseless, as being out of memory.
 */
int pb_measure(const struct pb_context *context, const struct pb_cell *cell,
	       struct pb_cell_result *result) pb_must_check;

#endif
