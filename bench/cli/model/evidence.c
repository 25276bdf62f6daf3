// SPDX-License-Identifier: GPL-2.0-only
/*
 * evidence - what `pinbench run --evidence` asks for, and what goes with it.
 * Why: a word that cannot be had is answered with who can have it.
 */
#include "bench/cli/model/evidence.h"

#include <errno.h>
#include <inttypes.h>

#include "collect/model/access.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

/* An option that only what is simulated has; NULL: none was given. */
static const char *model_option(const struct pb_evidence_asked *asked)
{
	if (asked->cache)
		return "cache";
	if (asked->keep_trace)
		return "keep-trace";
	return asked->seed == PB_EVIDENCE_SEED ? NULL : "seed";
}

int pb_evidence_choose(const struct pb_evidence_asked *asked, const char *accel,
		       const struct pb_backend **backend)
{
	bool model = asked->word && pb_streq(asked->word, "model");
	const char *option = model_option(asked);

	if (asked->word && !model && !pb_streq(asked->word, "exact"))
		return pb_fail(-EINVAL,
			       "run: unknown --evidence '%s' (valid: exact model; hardware is what "
			       "--backend kmod and --accel kvm yield, syscall what --backend "
			       "syscall does)",
			       asked->word);
	if (asked->word && (*backend != &pb_backend_vm || (accel && !pb_streq(accel, "tcg"))))
		return pb_fail(-EINVAL,
			       "run: --evidence %s is of backend vm with --accel tcg, and this is "
			       "backend %s%s%s",
			       asked->word, (*backend)->name, accel ? " with --accel " : "",
			       accel ? accel : "");
	if (!model && option)
		return pb_fail(-EINVAL, "run: --%s is about what --evidence model simulates",
			       option);
	if (model)
		*backend = &pb_backend_vm_model;
	return 0;
}

int pb_evidence_model(const struct pb_evidence_asked *asked, const struct pb_backend *backend,
		      uint64_t nr_cpus, struct pb_model_options *model)
{
	if (backend != &pb_backend_vm_model)
		return 0;
	if (nr_cpus > PB_RECORDING_MAX_CPUS)
		return pb_fail(-EINVAL, "run: --cpus %" PRIu64 ": 1 to %d can be simulated",
			       nr_cpus, PB_RECORDING_MAX_CPUS);
	model->seed = asked->seed;
	model->keep = asked->keep_trace;
	return pb_geometry_load(asked->cache ? asked->cache : PB_GEOMETRY_DEFAULT,
				&model->geometry);
}

int pb_evidence_fit(const struct pb_backend *backend, uint64_t nr_cpus, struct pb_plan *plan)
{
	size_t kept = 0, before = plan->nr_cells;

	if (backend != &pb_backend_vm_model || !nr_cpus)
		return 0;
	for (size_t i = 0; i < plan->nr_cells; i++) {
		if (plan->cells[i].nr_threads > nr_cpus)
			continue;
		plan->cells[kept] = plan->cells[i];
		plan->cells[kept].index = (uint32_t)kept;
		kept++;
	}
	if (!kept)
		return pb_fail(-EINVAL, "run: plan '%s' has no cell for --cpus %" PRIu64,
			       plan->name, nr_cpus);
	plan->nr_cells = kept;
	if (kept < before)
		pb_progress_say("%zu cells of plan %s want more CPUs than %" PRIu64
				", and are left out.",
				before - kept, plan->name, nr_cpus);
	return 0;
}
