/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * evidence - what `pinbench run --evidence` asks for, and what goes with it.
 * Why: what is simulated has options of its own, which mean nothing to whatever else is run.
 */
#ifndef BENCH_CLI_MODEL_EVIDENCE_H
#define BENCH_CLI_MODEL_EVIDENCE_H

#include <stdint.h>

#include "bench/backends/backend.h"
#include "bench/run/plan.h"
#include "collect/model/recorder.h"
#include "common/cleanup.h"

enum { PB_EVIDENCE_SEED = 1 }; /* where nobody says another one */

struct pb_evidence_asked {
	const char *word; /* "exact", "model"; NULL: what the backend yields */
	const char *cache;
	const char *keep_trace;
	uint64_t seed;
};

/* *backend becomes the one that yields it. -EINVAL where this backend, or --accel, cannot. */
int pb_evidence_choose(const struct pb_evidence_asked *asked, const char *accel,
		       const struct pb_backend **backend) pb_must_check;

/* Reads the caches that are asked for, where @backend simulates. */
int pb_evidence_model(const struct pb_evidence_asked *asked, const struct pb_backend *backend,
		      uint64_t nr_cpus, struct pb_model_options *model) pb_must_check;

/*
 * Of a plan for many CPUs those cells are left that @nr_cpus can run, where @backend simulates; 0:
 * all. -EINVAL: none is left.
 */
int pb_evidence_fit(const struct pb_backend *backend, uint64_t nr_cpus,
		    struct pb_plan *plan) pb_must_check;

#endif
