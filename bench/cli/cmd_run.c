// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_run - `pinbench run`: measure a plan and keep every sample.
 * Why: the one command that makes data; everything else reads it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/backends/backends.h"
#include "bench/backends/vm/accel.h"
#include "bench/backends/vm/vm.h"
#include "bench/cli/commands.h"
#include "bench/cli/lists/counters.h"
#include "bench/cli/model/evidence.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/control/control.h"
#include "bench/control/pools.h"
#include "bench/kernels/arch.h"
#include "bench/kernels/cache.h"
#include "bench/kernels/kernel.h"
#include "bench/run/interrupt.h"
#include "bench/run/plan.h"
#include "bench/run/plan_print.h"
#include "bench/run/runner.h"
#include "bench/run/series.h"
#include "collect/model/recorder.h"
#include "collect/store/journal.h"
#include "collect/store/store.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/file.h"
#include "common/progress.h"
#include "common/str.h"
#include "common/temporary.h"
#include "kmods/uapi/pinbench.h"
#include "report/runs/table.h"

struct values {
	const char *plan;
	const char *backend;
	const char *database;
	const char *arch;
	const char *accel;
	struct pb_evidence_asked evidence;
	uint64_t cpus;
	struct pb_word_list kernels;
	struct pb_plan_overrides overrides;
	struct pb_word_list counters;
	struct pb_control control;
	uint64_t inject;
	uint64_t cell_limit_s;
	uint64_t repeat;
	bool multiplex;
	bool profile;
	bool dry_run;
	bool quiet;
};

enum { MAX_CPUS = 1024, MAX_REPEAT = 8 };

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "plan", 'p', PB_OPTION_TEXT, AT(plan), "NAME|FILE", "what to measure (quick)", 0, 0 },
	{ "backend", 'b', PB_OPTION_TEXT, AT(backend), "NAME",
	  "kmod, vm or syscall; auto takes what this machine can, and says why (auto)", 0, 0 },
	{ "kernel", 'k', PB_OPTION_LIST, AT(kernels), "NAME,...",
	  "kernels to boot, see `pinbench list kernels` (debian:6.1)", 0, 0 },
	{ "arch", 'a', PB_OPTION_TEXT, AT(arch), "NAME",
	  "architecture of the kernels: amd64, arm64 (amd64)", 0, 0 },
	{ "accel", 0, PB_OPTION_TEXT, AT(accel), "tcg|kvm",
	  "vm: tcg counts instructions exactly, kvm times on this machine's CPUs (tcg)", 0, 0 },
	{ "evidence", 'e', PB_OPTION_TEXT, AT(evidence.word), "exact|model",
	  "vm: exact counts instructions, model simulates caches and contention (exact)", 0, 0 },
	{ "cpus", 0, PB_OPTION_U64, AT(cpus), "N",
	  "vm --accel kvm or --evidence model: of the guest (what the plan's threads want)", 1,
	  MAX_CPUS },
	{ "cache", 0, PB_OPTION_TEXT, AT(evidence.cache), "NAME|FILE",
	  "--evidence model: the simulated caches (" PB_GEOMETRY_DEFAULT ")", 0, 0 },
	{ "seed", 0, PB_OPTION_U64, AT(evidence.seed), "N",
	  "--evidence model: of the interleavings; the same seed, the same numbers (1)", 0,
	  UINT32_MAX },
	{ "keep-trace", 0, PB_OPTION_TEXT, AT(evidence.keep_trace), "FOLDER",
	  "--evidence model: keep the recordings, for `pinbench model`", 0, 0 },
	{ "strategy", 's', PB_OPTION_LIST, AT(overrides.strategy), "NAME,...",
	  "instead of the plan's", 0, 0 },
	{ "memory", 'm', PB_OPTION_LIST, AT(overrides.memory), "NAME,...", "instead of the plan's",
	  0, 0 },
	{ "pages", 'n', PB_OPTION_LIST, AT(overrides.pages), "N,...", "pages a call", 0, 0 },
	{ "threads", 0, PB_OPTION_LIST, AT(overrides.threads), "N,...", "instead of the plan's", 0,
	  0 },
#define PB_AXIS(id, field, since, title)    \
	{ #field,                           \
	  0,                                \
	  PB_OPTION_LIST,                   \
	  AT(overrides.axes[PB_AXIS_##id]), \
	  "NAME,...",                       \
	  "instead of the plan's",          \
	  0,                                \
	  0 },
#include "collect/axes.def"
#undef PB_AXIS
	{ "samples", 0, PB_OPTION_U64, AT(overrides.samples), "N", "calls measured in each cell", 1,
	  PB_MAX_SAMPLES },
	{ "ops", 0, PB_OPTION_U64, AT(overrides.ops), "N",
	  "calls counted in a histogram, the samples among them", 1, PB_MAX_OPS },
	{ "counters", 0, PB_OPTION_LIST, AT(counters), "GROUP|EVENT,...",
	  "count these around whole calls, see `pinbench list counters`", 0, 0 },
	{ "multiplex", 0, PB_OPTION_FLAG, AT(multiplex), NULL,
	  "let all counters take turns in one pass, and scale them", 0, 0 },
	{ "repeat", 0, PB_OPTION_U64, AT(repeat), "N",
	  "syscall: as many runs in turns, sample by sample, to compare with one another (1)", 1,
	  MAX_REPEAT },
	{ "cell-limit", 0, PB_OPTION_U64, AT(cell_limit_s), "SECONDS",
	  "give a cell up after this time (" PB_STRINGIFY(PB_CELL_LIMIT_S) ")", 1, 86400 },
	{ "place", 0, PB_OPTION_TEXT, AT(control.place), "WHERE",
	  "kmod, vm --accel kvm: run on CPUs of one smt, core or l3, or across socket or node", 0,
	  0 },
	{ "irqs", 0, PB_OPTION_TEXT, AT(control.irqs), "on|off",
	  "kmod: interrupts in the timed windows; off is for noop and ref, which never sleep (on)",
	  0, 0 },
	{ "quiesce", 0, PB_OPTION_FLAG, AT(control.quiesce), NULL,
	  "kmod: performance governor, no turbo, background threads held off; put back at the end",
	  0, 0 },
	{ "keep", 0, PB_OPTION_FLAG, AT(control.keep), NULL, "kmod: leave the modules loaded", 0,
	  0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to add to (pinbench.db)", 0,
	  0 },
	{ "profile", 0, PB_OPTION_FLAG, AT(profile), NULL,
	  "keep the functions of every cell, for compare --where", 0, 0 },
	{ "dry-run", 0, PB_OPTION_FLAG, AT(dry_run), NULL, "show the cells and stop", 0, 0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "no progress, no table", 0, 0 },
	/* A self-test of the whole path: see docs/methodology.md. */
	{ "inject", 0, PB_OPTION_U64, AT(inject), "N", NULL, 0, PB_MAX_INJECT },
	{ .name = NULL },
};
#undef AT

static const char default_kernel[] = "debian:6.1";

/* *ret_why, where pinbench itself chose: the one line that says which and why. */
static int backend_choose(const struct values *values, const struct pb_backend **ret_backend,
			  char **ret_why)
{
	int ret;

	if (!pb_streq(values->backend, "auto"))
		return pb_backend_find(values->backend, ret_backend);
	if (values->evidence.word) {
		*ret_why = strdup("--evidence is what a guest is asked for");
		ret = pb_backend_find(pb_backend_vm.name, ret_backend);
		return *ret_why ? ret : pb_fail(-ENOMEM, "out of memory");
	}
	if (values->accel) {
		*ret_why = strdup("--accel says how a guest is run");
		ret = pb_backend_find(pb_backend_vm.name, ret_backend);
		return *ret_why ? ret : pb_fail(-ENOMEM, "out of memory");
	}
	return pb_backend_auto(values->kernels.nr ? values->kernels.words[0] : NULL, ret_backend,
			       ret_why);
}

/* Which of the two ways to run a guest: they are backends of their own below. */
static int accel_choose(const struct values *values, const struct pb_backend **backend)
{
	if ((*backend)->evidence == PB_EVIDENCE_MODEL)
		return 0; /* which has said what it takes */
	if (values->accel && !((*backend)->can & PB_BACKEND_ACCELS))
		return pb_fail(-EINVAL,
			       "run: --accel says how backend vm runs its guests, and this is "
			       "backend %s",
			       (*backend)->name);
	if (values->accel) {
		int ret = pb_accel_backend(values->accel, backend);

		if (ret)
			return ret;
	}
	if (values->cpus && !((*backend)->can & PB_BACKEND_CPUS))
		return pb_fail(-EINVAL,
			       "run: --cpus is for guests of --accel kvm and --evidence model: an "
			       "exact count runs one emulated CPU, and backend kmod has all there "
			       "are");
	return 0;
}

/* All of them before the first is fetched. */
static int kernels_check(const struct values *values, const struct pb_backend *backend)
{
	int ret = 0;

	for (size_t i = 0; backend->boots_kernels && !ret && i < values->kernels.nr; i++)
		ret = pb_vm_kernel_check(values->kernels.words[i]);
	return ret;
}

static int control_check(const struct values *values, const struct pb_backend *backend)
{
	bool places = backend->can & PB_BACKEND_PLACES;
	const char *option = values->control.place && !places ? "place"
			     : values->control.irqs           ? "irqs"
			     : values->control.quiesce        ? "quiesce"
			     : values->control.keep           ? "keep"
							      : NULL;

	if (!option || backend->can & PB_BACKEND_CONTROLS)
		return 0;
	return pb_fail(
		-EINVAL,
		"run: --%s is about the machine that backend kmod measures, and this is backend "
		"%s",
		option, backend->name);
}

static int repeat_check(const struct values *values, const struct pb_backend *backend)
{
	if (values->repeat <= 1 || backend->can & PB_BACKEND_REPEATS)
		return 0;
	return pb_fail(-EINVAL,
		       "run: --repeat takes the runs in turns, sample by sample, which backend "
		       "syscall does and backend %s does not; for two runs of it, run it twice",
		       backend->name);
}

static int outcome_say(const char *kernel, const struct pb_runner_outcome *outcome, bool table,
		       const struct values *values)
{
	if (!outcome->uuid[0] || values->quiet)
		return 0;
	/* Also where nothing was measured: the table's notes say why. */
	if (table && (outcome->nr_measured || outcome->nr_refused || outcome->nr_failed)) {
		pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
		struct pb_table_style style = pb_table_style_of(stdout);
		int ret = pb_store_open(values->database, PB_STORE_READ, &store);

		if (!ret)
			ret = pb_table_print_run(store, outcome->run_id, &style, stdout);
		if (ret)
			return ret;
	}
	pb_term_printf(
		stdout,
		"run %.8s of %s: %u cells measured, %u refused, %u failed, %u not reached; stored "
		"in %s\n",
		outcome->uuid, kernel ? kernel : "this machine", outcome->nr_measured,
		outcome->nr_refused, outcome->nr_failed, outcome->nr_missing, values->database);
	return 0;
}

static int kernel_run(const struct values *values, struct pb_runner_options *options,
		      const char *kernel)
{
	struct pb_runner_outcome outcomes[MAX_REPEAT] = { 0 };
	unsigned int nr_runs = options->nr_runs ? options->nr_runs : 1;
	int ret, status = PB_EXIT_OK;

	options->kernel = kernel;
	ret = pb_runner_run(options, outcomes);
	pb_progress_clear();
	if (ret)
		pb_command_failed(ret);
	for (unsigned int i = 0; i < nr_runs; i++) {
		if (status == PB_EXIT_OK)
			status = pb_runner_status(ret, &outcomes[i]);
		if (outcome_say(kernel, &outcomes[i], !i, values))
			return pb_command_failed(-EIO);
	}
	if (nr_runs > 1 && outcomes[1].uuid[0] && !values->quiet)
		pb_term_printf(stdout,
			       "how far apart they lie: pinbench compare --db %s %.8s %.8s\n",
			       values->database, outcomes[0].uuid, outcomes[1].uuid);
	return status;
}

static int kernels_run(const struct values *values, struct pb_runner_options *options)
{
	size_t nr = values->kernels.nr;
	_cleanup_free_ struct pb_series_entry *entries = calloc(nr, sizeof(*entries));
	int status;

	if (!entries)
		return pb_command_failed(pb_fail(-ENOMEM, "out of memory"));
	for (size_t i = 0; i < nr; i++)
		entries[i].kernel = values->kernels.words[i];
	status = pb_series_run(options, entries, nr);
	for (size_t i = 0; i < nr; i++)
		if (outcome_say(entries[i].kernel, &entries[i].outcome, true, values))
			return pb_command_failed(-EIO);
	return status;
}

static bool takes_kernels(const struct pb_backend *backend)
{
	return backend->boots_kernels || backend->can & PB_BACKEND_NAMES;
}

/* NULL: the one that runs, which is all that the backend has. */
static const char *kernel_default(const struct values *values,
				  const struct pb_runner_options *options)
{
	if (values->kernels.nr)
		return values->kernels.words[0];
	return takes_kernels(options->backend) ? default_kernel : NULL;
}

/* --arch turns every name into its own. Without it a name says its architecture itself. */
static int kernels_of_arch(struct values *values)
{
	const struct pb_arch *arch;
	int ret;

	if (!values->arch)
		return 0;
	ret = pb_arch_parse(values->arch, &arch);
	if (!ret && !values->kernels.nr)
		ret = pb_words_split(default_kernel, "--kernel", &values->kernels.words,
				     &values->kernels.nr);
	for (size_t i = 0; !ret && i < values->kernels.nr; i++) {
		char *name = NULL;

		ret = pb_kernel_name_of(values->kernels.words[i], arch, &name);
		if (ret)
			break;
		free(values->kernels.words[i]);
		values->kernels.words[i] = name;
	}
	return ret;
}

static int arch_check(const struct values *values, const struct pb_backend *backend)
{
	if (!values->arch || takes_kernels(backend))
		return 0;
	return pb_fail(-EINVAL,
		       "run: --arch chooses kernels to boot, and backend %s measures the one that "
		       "runs",
		       backend->name);
}

/*
 * Huge pages that a killed run had added to the pools; what is in the state file wants a decision.
 */
static void pools_give_back(void)
{
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 }, words = { 0 };

	if (pb_pools_left("", &words) || !words.len_bytes || pb_pools_give_back("", 0, &said))
		pb_fail_clear();
	else
		pb_progress_say("Huge pages that a killed run had added are given back.");
	if (said.data)
		pb_progress_say("%.*s", (int)said.len_bytes - 1, said.data);
}

/* @chosen: pinbench itself took this backend. */
static const char *plan_usual(const struct pb_backend *backend, bool chosen)
{
	bool own = backend->plan && (chosen || backend->can & PB_BACKEND_OWN_PLAN);

	return own ? backend->plan : "quick";
}

/* What contradicts itself is refused before anything is fetched. */
static int request_make(struct values *values, const struct pb_backend **backend,
			struct pb_model_options *model, char **ret_why)
{
	int ret = kernels_of_arch(values);

	if (!ret)
		ret = backend_choose(values, backend, ret_why);
	if (!ret)
		ret = pb_evidence_choose(&values->evidence, values->accel, backend);
	if (!ret)
		ret = accel_choose(values, backend);
	if (!ret)
		ret = pb_evidence_model(&values->evidence, *backend, values->cpus, model);
	if (!ret)
		ret = arch_check(values, *backend);
	if (!ret)
		ret = kernels_check(values, *backend);
	if (!ret && values->multiplex && !values->counters.nr)
		ret = pb_fail(-EINVAL, "run: --multiplex is for counters; it wants --counters");
	if (!ret)
		ret = pb_counters_check(values->counters.words, values->counters.nr);
	if (!ret)
		ret = control_check(values, *backend);
	if (!ret)
		ret = repeat_check(values, *backend);
	if (!ret && !values->plan)
		values->plan = plan_usual(*backend, *ret_why != NULL);
	return ret;
}

static int command_run(struct values *values)
{
	struct pb_model_options model = { 0 };
	struct pb_plan plan = { 0 };
	struct pb_runner_options options = {
		.database = values->database,
		.plan = &plan,
		.nr_runs = (unsigned int)values->repeat,
		.nr_cpus = (unsigned int)values->cpus,
		.inject = (unsigned int)values->inject,
		.cell_limit_s = (unsigned int)values->cell_limit_s,
		.counters = values->counters.words,
		.nr_counters = values->counters.nr,
		.multiplex = values->multiplex,
		.profile = values->profile,
		.model = &model,
		.control = &values->control,
		.interrupt = &pb_interrupted,
	};
	_cleanup_free_ char *why = NULL;
	int status = PB_EXIT_OK, ret = request_make(values, &options.backend, &model, &why);

	if (!ret)
		ret = pb_plan_load(values->plan, &values->overrides, &plan);
	if (!ret)
		ret = pb_evidence_fit(options.backend,
				      values->overrides.threads.nr ? 0 : values->cpus, &plan);
	/* Not before all else is right, and not for a look at the cells. */
	if (!ret && model.keep && !values->dry_run)
		ret = pb_dir_make(model.keep);
	if (ret)
		return pb_command_failed(ret);
	if (values->dry_run) {
		pb_plan_print(&plan, stdout);
	} else {
		pb_temporary_sweep(pb_temporary_parent(), NULL);
		pb_journals_sweep(pb_temporary_parent(), NULL);
		pb_cache_sweep(NULL);
		if (why)
			pb_progress_say("Backend %s: %s.", options.backend->name, why);
		pools_give_back();
		if (values->kernels.nr > 1)
			status = kernels_run(values, &options);
		else
			status = kernel_run(values, &options, kernel_default(values, &options));
	}
	pb_plan_done(&plan);
	return status;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .backend = "auto",
				 .database = pb_database_usual(),
				 .evidence.seed = PB_EVIDENCE_SEED,
				 .cell_limit_s = PB_CELL_LIMIT_S };
	int nr, status, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (!ret && nr)
		ret = pb_fail(-EINVAL, "run: unexpected word '%s'; did you mean '--plan %s'?",
			      argv[1], argv[1]);
	pb_progress_quiet(values.quiet);
	if (!ret)
		pb_interrupts_catch();
	status = ret == -ECANCELED ? PB_EXIT_OK
		 : ret             ? pb_command_failed(ret)
				   : command_run(&values);
	pb_word_list_done(&values.kernels);
	pb_word_list_done(&values.counters);
	pb_word_list_done(&values.overrides.strategy);
	pb_word_list_done(&values.overrides.memory);
	pb_word_list_done(&values.overrides.pages);
	pb_word_list_done(&values.overrides.threads);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		pb_word_list_done(&values.overrides.axes[id]);
	return status;
}

const struct pb_command pb_command_run = {
	.name = "run",
	.args = "",
	.summary = "measure a plan on a kernel and keep every sample",
	.text = "Runs each cell of the plan and adds the samples to the database. Backends:\n"
		"  kmod     the running kernel, with pinbench's modules loaded into it; as root\n"
		"  vm       a kernel in QEMU (--kernel), its instructions counted exactly; with\n"
		"           --accel kvm on several of this machine's CPUs, timed and not counted\n"
		"  syscall  the running kernel's own system calls, timed; no module (plan native)\n"
		"auto boots a kernel that --kernel names; else it takes kmod where modules can be built\n"
		"and loaded, else vm where QEMU is installed, else syscall.\n"
		"exit status: 0 every cell was measured or refused with its reason,\n"
		"1 a cell failed or was not reached, 2 nothing could be run, 130 interrupted.",
	.options = rows,
	.run = run,
};
