// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_gate - `pinbench gate --base X`: may this run pass? For CI and `git bisect run`.
 * Why: a skipped, refused or short measurement must never look like a good one.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/cli/verdicts.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "report/judge/gate.h"

struct values {
	const char *database;
	const char *base;
	const char *head;
	const char *max;
	const char *tolerance;
	struct pb_word_list cells;
	struct pb_word_list except;
	uint64_t seed;
	bool all;
	bool quiet;
	bool check;
	const struct pb_document_format *form;
};

enum { SHOWN = 40 };

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "base", 'b', PB_OPTION_TEXT, AT(base), "RUN", "what to hold against", 0, 0 },
	{ "head", 0, PB_OPTION_TEXT, AT(head), "RUN", "what is to pass (latest)", 0, 0 },
	{ "max", 'm', PB_OPTION_TEXT, AT(max), "+N%", "growth that is allowed (+0%)", 0, 0 },
	{ "tolerance", 't', PB_OPTION_TEXT, AT(tolerance), "N%",
	  "growth that noise must not be able to hide; more is not told (5%)", 0, 0 },
	{ "cell", 'c', PB_OPTION_TEXTS, AT(cells), "STRATEGY[,MEMORY[,PAGES]]",
	  "only these; may be given several times", 0, 0 },
	{ "except", 'x', PB_OPTION_TEXTS, AT(except), "STRATEGY[,MEMORY[,PAGES]]",
	  "not these; may be given several times", 0, 0 },
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL, "also what passed", 0, 0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "only the sentence", 0, 0 },
	{ "check", 0, PB_OPTION_FLAG, AT(check), NULL,
	  "only look whether there is a base to judge by: 0, or 2", 0, 0 },
	{ "seed", 0, PB_OPTION_U64, AT(seed), "N", "of the bootstrap, for noisy evidence (1)", 0,
	  UINT32_MAX },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	PB_OPTION_FORMAT(AT(form)),
	{ .name = NULL },
};
#undef AT

static int gate_answer(const struct values *values, const struct pb_gate *gate)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "gate" };
	bool all = values->all || pb_answer_is_complete(values->form);
	_cleanup_free_ char *quote = NULL;
	int ret;

	if (!values->quiet) {
		ret = pb_gate_document(gate, all ? 0 : SHOWN, &document);
		return ret ? ret
			   : pb_document_write(&document,
					       values->form ? values->form : pb_document_formats,
					       stdout);
	}
	quote = pb_gate_quote(gate);
	if (!quote)
		return -ENOMEM;
	pb_term_printf(stdout, "%s\n", quote);
	return 0;
}

static bool cell_wanted(const void *data, const struct pb_cell *cell)
{
	return pb_gate_means(data, cell);
}

static int sides_open(const struct values *values, const struct pb_gate_options *options,
		      struct pb_sides *ret_sides)
{
	char *words[] = { (char *)values->base, (char *)values->head };

	if (values->check)
		return pb_sides_open(values->database, words, 1, ret_sides);
	return pb_sides_open_chosen(values->database, words, pb_sides_names, 2, cell_wanted,
				    options, ret_sides);
}

static int gate_run(const struct values *values, int *ret_status)
{
	pb_cleanup(pb_sides_done) struct pb_sides sides = { 0 };
	struct pb_gate_options options = {
		.seed = values->seed,
		.max_set = values->max,
		.cells = values->cells.words,
		.nr_cells = values->cells.nr,
		.except = values->except.words,
		.nr_except = values->except.nr,
	};
	struct pb_gate gate;
	int ret = 0;

	if (values->max)
		ret = pb_percent_parse(values->max, "gate: --max", 0, &options.max);
	if (!ret && values->tolerance)
		ret = pb_percent_parse(values->tolerance, "gate: --tolerance", PB_TOLERANCE_LEAST,
				       &options.tolerance);
	if (!ret)
		ret = sides_open(values, &options, &sides);
	if (!ret && values->check) {
		*ret_status = PB_EXIT_OK;
		return 0;
	}
	if (!ret)
		ret = pb_gate_judge(sides.runs[0].store, sides.runs[0].run_id, sides.runs[1].store,
				    sides.runs[1].run_id, &options, &gate);
	if (ret)
		return ret;
	ret = gate_answer(values, &gate);
	*ret_status = pb_verdict_exit(gate.verdict);
	pb_gate_done(&gate);
	return ret;
}

/* What was watched passes where no verdict changed. */
static int words_gate(const struct values *values, int *ret_status)
{
	const struct pb_verdicts_style style = { .all = values->all, .quiet = values->quiet };
	char *words[] = { (char *)values->base, (char *)values->head };
	int ret;

	if (values->check || !pb_verdicts_meant(values->database, words, 2))
		return gate_run(values, ret_status);
	if (values->max || values->tolerance || values->cells.nr || values->except.nr)
		return pb_fail(-EINVAL, "gate: --max, --tolerance, --cell and --except are for "
					"numbers, and these runs watched held pages");
	ret = pb_answer_only_text(values->form, "gate");
	return ret ? ret : pb_verdicts_compare(values->database, words, "gate", &style, ret_status);
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .head = "latest", .seed = 1 };
	int nr, status = PB_EXIT_ERROR, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (!ret && nr)
		ret = pb_fail(-EINVAL,
			      "gate: '%s' is one word too many (runs are named by --base "
			      "and --head)",
			      argv[1]);
	if (!ret && !values.base)
		ret = pb_fail(-EINVAL, "gate: held against what? --base takes a run, a kernel, a "
				       "database or baseline:KERNEL");
	if (!ret)
		ret = words_gate(&values, &status);
	if (ret == -ECANCELED)
		status = PB_EXIT_OK;
	else if (ret)
		status = pb_command_failed(ret);
	pb_word_list_done(&values.cells);
	pb_word_list_done(&values.except);
	return status;
}

const struct pb_command pb_command_gate = {
	.name = "gate",
	.args = "--base RUN",
	.summary = "may the newest run pass? for CI and `git bisect run`",
	.text = "Each phase of each cell is judged: exact numbers may not grow by more than --max, noisy\n"
		"ones not with their whole interval. What was not measured on both sides has not passed.\n"
		"Where the newest run lacks cells that are asked for, an older one of the same kernel is\n"
		"taken, and that is said (docs/bisect.md).\n"
		"Runs of `pinbench semantics` pass where no verdict changed and none is missing.\n"
		"exit status: 0 passes, 1 worse, 2 error, 125 cannot tell (docs/bisect.md).",
	.options = rows,
	.run = run,
};
