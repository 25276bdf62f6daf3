// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_semantics - `pinbench semantics`: what each strategy does to the mm, and the mm to it.
 * Why: a strategy is chosen for what it protects from; what that is should be seen, not remembered.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/backends/vm/vm.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/kernels/cache.h"
#include "bench/run/interrupt.h"
#include "bench/run/runner.h"
#include "bench/run/series.h"
#include "bench/semantics/backend.h"
#include "bench/semantics/cases.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/paths.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"
#include "common/temporary.h"
#include "report/semantics/expect.h"
#include "report/semantics/render.h"

struct values {
	struct pb_word_list kernels;
	struct pb_case_words words;
	const char *backend;
	const char *database;
	const char *expect;
	const char *format;
	const char *output;
	bool show;
	bool changed;
	bool quiet;
};

static const char default_kernel[] = "debian:6.1";

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "kernel", 'k', PB_OPTION_LIST, AT(kernels), "NAME,...",
	  "kernels to boot, see `pinbench list kernels` (debian:6.1); --show: those to show (all)",
	  0, 0 },
	{ "backend", 'b', PB_OPTION_TEXT, AT(backend), "NAME",
	  "vm: guests; syscall: this machine, by what its system calls hold (vm)", 0, 0 },
	{ "strategy", 's', PB_OPTION_LIST, AT(words.strategies), "NAME,...", "these (all)", 0, 0 },
	{ "event", 'e', PB_OPTION_LIST, AT(words.events), "NAME,...", "these (all)", 0, 0 },
	{ "memory", 'm', PB_OPTION_LIST, AT(words.memories), "NAME,...", "these (all)", 0, 0 },
	{ "intent", 'i', PB_OPTION_LIST, AT(words.intents), "read,write", "these (both)", 0, 0 },
	{ "show", 0, PB_OPTION_FLAG, AT(show), NULL, "watch nothing: show what is stored", 0, 0 },
	{ "changed", 'c', PB_OPTION_FLAG, AT(changed), NULL,
	  "only what is not the same on all kernels", 0, 0 },
	{ "expect", 'x', PB_OPTION_TEXT, AT(expect), "DIR",
	  "expectations to hold it against (pinbench's own)", 0, 0 },
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "NAME",
	  "text, tsv, json, markdown, html or svg (text)", 0, 0 },
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "FILE", "instead of standard output", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database (pinbench.db)", 0, 0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "no progress", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int semantics_write(const struct values *values, const struct pb_semantics *semantics)
{
	pb_cleanup(pb_save_done) struct pb_save save = { 0 };
	const struct pb_semantics_format *format = NULL;
	int ret = pb_semantics_format_find(values->format, &format);

	if (ret)
		return ret;
	if (!values->output || pb_streq(values->output, "-"))
		return format->write(semantics, stdout);
	ret = pb_save_begin(&save, values->output);
	if (!ret)
		ret = format->write(semantics, save.out);
	/* A write's own reason stands in the save. */
	return ret && !save.error ? ret : pb_save_commit(&save);
}

/* The loudest thing on the screen: last, where a person looks first, and on standard error. */
static void deviations_say(const struct pb_semantics *semantics, size_t nr)
{
	for (size_t i = 0; i < semantics->nr; i++) {
		const struct pb_semantics_row *row = &semantics->rows[i];
		const struct pb_cell *cell = &row->result.cell;

		if (row->expected == PB_EXPECTED_OTHER)
			pb_term_printf(stderr,
				       "NOT AS EXPECTED: %s, %s to %s, %s, %s: %s, data %s, frame "
				       "%s; %s\n",
				       row->kernel, cell->strategy, pb_intent_name(cell->intent),
				       pb_memory_name(cell->memory), cell->event,
				       row->verdict.result, row->verdict.data, row->verdict.frame,
				       row->deviation);
	}
	if (nr)
		pb_term_printf(stderr, "%zu of %zu cases are not as expected.\n", nr,
			       semantics->nr);
}

/* A fault of a kernel's that is known, with its source, is as expected. */
static size_t failed_count(const struct pb_semantics *semantics)
{
	size_t nr = 0;

	for (size_t i = 0; i < semantics->nr; i++)
		nr += semantics->rows[i].result.state == PB_CELL_FAILED &&
		      semantics->rows[i].expected != PB_EXPECTED_SO;
	return nr;
}

static void counts_say(const struct pb_semantics *semantics, size_t nr_deviating)
{
	size_t nr_so = 0, nr_absent = 0, nr_same = 0, nr_failed = failed_count(semantics);

	for (size_t i = 0; i < semantics->nr; i++) {
		const struct pb_semantics_row *row = &semantics->rows[i];

		nr_so += row->expected == PB_EXPECTED_SO;
		nr_absent += pb_streq(row->verdict.result, "absent");
		nr_same += pb_streq(row->control, "same");
	}
	pb_term_printf(
		stdout,
		"\n%zu cases: %zu as expected, %zu not, %zu of which nothing is expected; "
		"%zu absent here, %zu failed;\n%zu are as their control is, and show nothing of "
		"the strategy.\n",
		semantics->nr, nr_so, nr_deviating, semantics->nr - nr_so - nr_deviating, nr_absent,
		nr_failed, nr_same);
}

static int semantics_show(const struct values *values, struct pb_semantics *semantics,
			  size_t nr_deviating)
{
	bool text = pb_streq(values->format, "text") && !values->output;
	size_t nr_changed = 0;
	int ret;

	if (text && !values->changed) {
		ret = semantics_write(values, semantics);
		if (ret)
			return ret;
		counts_say(semantics, nr_deviating);
		deviations_say(semantics, nr_deviating);
		return 0;
	}
	/* Before rows go: what deviates is said of all of them. */
	deviations_say(semantics, nr_deviating);
	ret = values->changed ? pb_semantics_changed(semantics, &nr_changed) : 0;
	if (!ret)
		ret = semantics_write(values, semantics);
	if (!ret && text)
		pb_term_printf(stdout, "\n%zu verdicts are not the same on all kernels.\n",
			       nr_changed);
	return ret;
}

static int expectations_load(const struct values *values, struct pb_expectations *expectations)
{
	_cleanup_free_ char *dir = NULL;
	int ret = values->expect ? 0 : pb_path_data("data/semantics", &dir);

	return ret ? ret
		   : pb_expectations_load(values->expect ? values->expect : dir, expectations);
}

/* *ret_status is 1 where something is not as expected or failed. */
static int stored_show(const struct values *values, const int64_t *run_ids, size_t nr_runs,
		       const struct pb_expectations *expectations, int *ret_status)
{
	const struct pb_semantics_filter filter = {
		.kernels = values->kernels.words,
		.nr_kernels = values->show ? values->kernels.nr : 0,
		.strategies = values->words.strategies.words,
		.nr_strategies = values->words.strategies.nr,
		.events = values->words.events.words,
		.nr_events = values->words.events.nr,
		.memories = values->words.memories.words,
		.nr_memories = values->words.memories.nr,
		.intents = values->words.intents.words,
		.nr_intents = values->words.intents.nr,
		.run_ids = run_ids,
		.nr_runs = nr_runs,
	};
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_semantics_done) struct pb_semantics semantics = { 0 };
	size_t nr_deviating = 0;
	int ret = pb_database_open(values->database, &store);

	if (!ret)
		ret = pb_semantics_load(store, &filter, &semantics);
	if (!ret)
		ret = pb_expectations_judge(expectations, &semantics, &nr_deviating);
	if (ret)
		return ret;
	*ret_status = nr_deviating || failed_count(&semantics) ? PB_EXIT_WORSE : PB_EXIT_OK;
	return semantics_show(values, &semantics, nr_deviating);
}

static int kernels_watch(const struct values *values, const struct pb_backend *backend,
			 const struct pb_plan *plan, int64_t **ret_run_ids, size_t *ret_nr,
			 int *ret_status)
{
	const struct pb_runner_options options = {
		.database = values->database,
		.backend = backend,
		.plan = plan,
		.cell_limit_s = 300,
		.interrupt = &pb_interrupted,
	};
	const char *usual = backend->boots_kernels ? default_kernel : "host";
	size_t nr = values->kernels.nr ? values->kernels.nr : 1;
	_cleanup_free_ struct pb_series_entry *entries = calloc(nr, sizeof(*entries));
	int64_t *ids = calloc(nr, sizeof(*ids));

	if (!entries || !ids) {
		free(ids);
		return pb_fail(-ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < nr; i++)
		entries[i].kernel = values->kernels.nr ? values->kernels.words[i] : usual;
	*ret_status = pb_series_run(&options, entries, nr);
	for (size_t i = 0; i < nr; i++)
		if (entries[i].outcome.uuid[0])
			ids[(*ret_nr)++] = entries[i].outcome.run_id;
	*ret_run_ids = ids;
	return 0;
}

static int watch(const struct values *values, const struct pb_expectations *expectations,
		 int *ret_status)
{
	pb_cleanup(pb_plan_done) struct pb_plan plan = { 0 };
	const struct pb_backend *backend = NULL;
	_cleanup_free_ int64_t *run_ids = NULL;
	size_t nr_runs = 0;
	int shown = PB_EXIT_OK, ret = pb_backend_observed_find(values->backend, &backend);

	if (!ret)
		ret = pb_cases_plan(&values->words, &plan);
	if (ret)
		return ret;
	pb_temporary_sweep(pb_temporary_parent(), NULL);
	pb_cache_sweep(NULL);
	ret = kernels_watch(values, backend, &plan, &run_ids, &nr_runs, ret_status);
	if (ret || !nr_runs)
		return ret;
	ret = stored_show(values, run_ids, nr_runs, expectations, &shown);
	if (shown > *ret_status)
		*ret_status = shown;
	return ret;
}

static int values_check(const struct values *values)
{
	const struct pb_semantics_format *format;
	const struct pb_backend *backend = NULL;
	int ret = pb_case_words_check(&values->words);

	if (!ret)
		ret = pb_semantics_format_find(values->format, &format);
	if (!ret)
		ret = pb_backend_observed_find(values->backend, &backend);
	for (size_t i = 0;
	     !ret && !values->show && backend->boots_kernels && i < values->kernels.nr; i++)
		ret = pb_vm_kernel_check(values->kernels.words[i]);
	return ret;
}

static int command_run(const struct values *values)
{
	pb_cleanup(pb_expectations_done) struct pb_expectations expectations = { 0 };
	int status = PB_EXIT_OK, ret = values_check(values);

	if (!ret)
		ret = expectations_load(values, &expectations);
	if (!ret && values->show)
		ret = stored_show(values, NULL, 0, &expectations, &status);
	else if (!ret)
		ret = watch(values, &expectations, &status);
	return ret ? pb_command_failed(ret) : status;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .backend = "vm",
				 .database = pb_database_usual(),
				 .format = "text" };
	int nr, status, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (!ret && nr)
		ret = pb_fail(-EINVAL,
			      "semantics: unexpected word '%s'; did you mean '--kernel %s'?",
			      argv[1], argv[1]);
	pb_progress_quiet(values.quiet);
	pb_cases_events_tell();
	if (!ret && !values.show)
		pb_interrupts_catch();
	status = ret == -ECANCELED ? PB_EXIT_OK
		 : ret             ? pb_command_failed(ret)
				   : command_run(&values);
	pb_word_list_done(&values.kernels);
	pb_word_list_done(&values.words.strategies);
	pb_word_list_done(&values.words.events);
	pb_word_list_done(&values.words.memories);
	pb_word_list_done(&values.words.intents);
	return status;
}

const struct pb_command pb_command_semantics = {
	.name = "semantics",
	.args = "",
	.summary = "what each strategy does to the mm, event by event: observed",
	.text = "Holds a page in each way, lets something happen to it, and looks: does the process\n"
		"see what a device writes, and the other way round, and what became of the frame?\n"
		"The result is stored, and held against what is expected. --backend syscall watches the\n"
		"kernel that runs: get and longterm, which system calls hold. docs/semantics.md has the\n"
		"words.\n\n"
		"events:"
#define PB_EVENT(ident, name, actor, summary) "\n  " name ": " summary
#include "bench/events/events.def"
#undef PB_EVENT
		"\n\nNAME-media is the same event judged by what the medium has afterwards; the page of\n"
		"movable:NAME lies in ZONE_MOVABLE.\n\nstrategies:"
#define PB_OBSERVE(id, ident, name, control, owned, seen, summary) "\n  " name ": " summary
#include "kmods/uapi/observe.def"
#undef PB_OBSERVE
		"\n\nexit status: 0 everything is as expected, 1 something is not, or a case failed,\n"
		"2 nothing could be done, 130 interrupted.",
	.options = rows,
	.run = run,
};
