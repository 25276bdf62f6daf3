/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * replay - one interleaving of a recording's CPUs, and what their caches would have made of it.
 * Why: CPUs that an emulator runs one after the other never meet. Their accesses are the same in any
 * order, though, so that an order can be chosen afterwards: by each CPU's own count of instructions,
 * from starting points that a seed chooses. No lock is waited for.
 */
#ifndef COLLECT_MODEL_REPLAY_H
#define COLLECT_MODEL_REPLAY_H

#include <stdint.h>

#include "collect/model/geometry.h"
#include "collect/model/recording.h"
#include "common/cleanup.h"

enum pb_model_metric {
	PB_MODEL_LOADS,
	PB_MODEL_STORES,
	PB_MODEL_LOCKED,
	PB_MODEL_D1_MISSES,
	PB_MODEL_L2_MISSES,
	PB_MODEL_LLC_MISSES,
	PB_MODEL_COLD_LINES, /* of one window, whatever came before it */
	PB_MODEL_TRANSFERS,
	PB_MODEL_UPGRADES,
	PB_MODEL_INVALIDATIONS,
	PB_MODEL_FALSE_SHARING, /* transfers of which no byte is used that another CPU wrote */
	PB_MODEL_NR_METRICS,
};

/* The third is the whole call. Its lines are fewer than the sum: the two phases share some. */
enum { PB_MODEL_ACQUIRE, PB_MODEL_RELEASE, PB_MODEL_CALL, PB_MODEL_NR_PHASES };

extern const char *const pb_model_metrics[PB_MODEL_NR_METRICS];
extern const char *const pb_model_phases[PB_MODEL_NR_PHASES];

/* Totals of all CPUs over the calls that count. */
struct pb_model_counts {
	uint64_t of[PB_MODEL_NR_METRICS];
};

struct pb_replay {
	uint64_t nr_calls;
	struct pb_model_counts phases[PB_MODEL_NR_PHASES];
	uint32_t nr_sites;
	struct pb_model_counts *sites; /* of whole calls; cold lines: who touched each first */
};

/*
 * CPU k starts at an instruction from 0 to the length of one call, by @seed; equal seeds, equal
 * numbers. @nr_sites: what the recording's steps are accounted to is below it.
 */
int pb_replay_run(const struct pb_recording *recording, const struct pb_geometry *geometry,
		  uint64_t seed, uint32_t nr_sites, struct pb_replay *ret_replay) pb_must_check;

void pb_replay_done(struct pb_replay *replay);

#endif
