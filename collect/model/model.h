/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model - a recording becomes the series and the traffic of a cell.
 * Why: `run --evidence model` and `pinbench model TRACE` ask the same of the same file.
 */
#ifndef COLLECT_MODEL_MODEL_H
#define COLLECT_MODEL_MODEL_H

#include <stdint.h>

#include "collect/model/geometry.h"
#include "collect/model/names.h"
#include "collect/result.h"
#include "common/cleanup.h"

/*
 * An odd number, so that the median is one of them, and its parts add up to it. At two CPUs eight
 * are too few for a median that another seed finds again.
 */
enum { PB_MODEL_NR_SEEDS = 17 };

/* What may be claimed of the numbers; stored with each run. */
#define PB_MODEL_CLAIM                                                                 \
	"simulated (QEMU TCG; MESI; LRU; no prefetch, no speculation, no instruction " \
	"fetch, no page walks, no waiting for locks; interleaving by replay)"

/*
 * Replays @trace in PB_MODEL_NR_SEEDS interleavings and adds to @result a series for each phase and
 * metric (collect/model/replay.h), one value an interleaving, per call; `simulated`/`calls`, of how
 * many calls that is the mean; and the traffic. What fails is as pb_recording_load() says.
 */
int pb_model_simulate(const char *trace, const struct pb_geometry *geometry, uint64_t seed,
		      struct pb_names *names, struct pb_cell_result *result) pb_must_check;

#endif
