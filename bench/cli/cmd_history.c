// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_history - `pinbench history`: the same cells on one kernel after the other.
 * Why: a change of cost is found by the kernel that it came with, and drawn for those who ask.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/cli/verdicts.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/stage.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/draw/history_figures.h"
#include "report/judge/history/history.h"

struct values {
	const char *database;
	const char *output;
	const char *metric;
	struct pb_word_list cells;
	struct pb_word_list strategies;
	struct pb_word_list memory;
	struct pb_word_list pages;
	bool all;
	bool png;
	bool quiet;
	const struct pb_document_format *form;
};

enum { SHOWN = 20 };

static const double least_share = 0.01;

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "cell", 'c', PB_OPTION_TEXTS, AT(cells), "STRATEGY[,MEMORY[,PAGES]]",
	  "this cell; may be given several times", 0, 0 },
	{ "strategy", 's', PB_OPTION_LIST, AT(strategies), "NAME,...", "these (all)", 0, 0 },
	{ "memory", 'm', PB_OPTION_LIST, AT(memory), "NAME,...", "these (all)", 0, 0 },
	{ "pages", 'n', PB_OPTION_LIST, AT(pages), "N,...",
	  "pages a call (the most and the fewest)", 0, 0 },
	{ "metric", 0, PB_OPTION_TEXT, AT(metric), "NAME", "of the samples (instructions)", 0, 0 },
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL,
	  "every step, also those below 1 % and beyond the 20 biggest; all panels", 0, 0 },
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "DIR", "draw a figure a strategy there", 0,
	  0 },
	{ "png", 0, PB_OPTION_FLAG, AT(png), NULL, "figures as PNG, too", 0, 0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "only the sentence", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	PB_OPTION_FORMAT(AT(form)),
	{ .name = NULL },
};
#undef AT

static int pages_parse(const struct pb_word_list *list, uint64_t **ret_pages)
{
	uint64_t *pages = calloc(list->nr + 1, sizeof(*pages));
	int ret = pages ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < list->nr && !ret; i++)
		ret = pb_parse_u64(list->words[i], "history: --pages", 1, UINT32_MAX, &pages[i]);
	if (ret) {
		free(pages);
		return ret;
	}
	*ret_pages = pages;
	return 0;
}

static int figures_draw(const struct pb_history *history, const struct values *values)
{
	struct pb_figures figures = { 0 };
	pb_cleanup(pb_stage_done) struct pb_stage stage = { 0 };
	int ret = pb_stage_begin(&stage, values->output);

	if (!ret)
		ret = pb_history_figures(
			history, values->all ? PB_FIGURES_ALL : PB_FIGURES_OVERVIEW, &figures);
	if (!ret)
		ret = pb_draw(&figures, stage.aside, values->png);
	if (!ret)
		ret = pb_stage_commit(&stage);
	/* What is for a program is one document, and nothing behind it. */
	for (size_t i = 0; i < figures.nr && !ret; i++)
		pb_term_printf(values->form ? stderr : stdout, i ? "%s/%s.svg\n" : "\n%s/%s.svg\n",
			       values->output, figures.items[i].name);
	pb_figures_done(&figures);
	return ret;
}

static int history_answer(const struct pb_history *history, const struct values *values)
{
	bool all = values->all || pb_answer_is_complete(values->form);
	const struct pb_history_style style = {
		.least_share = all ? 0 : least_share,
		.max_steps = all ? 0 : SHOWN,
	};
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "history" };
	int ret = pb_history_document(history, &style, &document);

	return ret ? ret
		   : pb_document_write(&document, values->form ? values->form : pb_document_formats,
				       stdout);
}

static int history_show(const struct pb_history *history, const struct values *values)
{
	_cleanup_free_ char *quote = values->quiet ? pb_history_quote(history) : NULL;
	int ret = 0;

	if (!values->quiet)
		ret = history_answer(history, values);
	else if (!quote)
		ret = -ENOMEM;
	else
		pb_term_printf(stdout, "%s\n", quote);
	return ret || !values->output ? ret : figures_draw(history, values);
}

/* Without words: what the database holds. */
static int runs_default(const struct values *values, struct pb_store *store,
			struct pb_history_run **ret_runs, size_t *ret_nr)
{
	_cleanup_free_ int64_t *ids = NULL;
	_cleanup_free_ char *left_out = NULL;
	struct pb_history_run *runs;
	size_t nr = 0;
	int ret = pb_history_runs(store, &ids, &nr, &left_out);

	if (ret)
		return ret;
	if (left_out && !values->quiet)
		pb_progress_say(
			"Left out, since their runs have other cells or are of another architecture: %s.",
			left_out);
	runs = calloc(nr, sizeof(*runs));
	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++)
		runs[i] = (struct pb_history_run){ store, ids[i] };
	*ret_runs = runs;
	*ret_nr = nr;
	return 0;
}

static int runs_named(const struct pb_sides *sides, struct pb_history_run **ret_runs,
		      size_t *ret_nr)
{
	struct pb_history_run *runs = calloc(sides->nr, sizeof(*runs));

	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < sides->nr; i++)
		runs[i] = (struct pb_history_run){ sides->runs[i].store, sides->runs[i].run_id };
	*ret_runs = runs;
	*ret_nr = sides->nr;
	return 0;
}

static bool cell_wanted(const void *data, const struct pb_cell *cell)
{
	return pb_history_wants(data, cell);
}

static int history_run(const struct values *values, char **words, size_t nr_words)
{
	struct pb_history_filter filter = {
		.strategies = values->strategies.words,
		.nr_strategies = values->strategies.nr,
		.memory = values->memory.words,
		.nr_memory = values->memory.nr,
		.nr_pages = values->pages.nr,
		.cells = values->cells.words,
		.nr_cells = values->cells.nr,
		.metric = values->metric,
	};
	pb_cleanup(pb_sides_done) struct pb_sides sides = { 0 };
	pb_cleanup(pb_history_done) struct pb_history history = { 0 };
	_cleanup_free_ struct pb_history_run *runs = NULL;
	_cleanup_free_ uint64_t *pages = NULL;
	size_t nr = 0;
	int ret = pages_parse(&values->pages, &pages);

	filter.pages = pages;
	if (!ret)
		ret = nr_words ? pb_sides_open_chosen(values->database, words,
						      (const char *const *)words, nr_words,
						      cell_wanted, &filter, &sides)
			       : pb_sides_open(values->database, NULL, 0, &sides);
	if (!ret && nr_words)
		ret = pb_sides_distinct(&sides, words, "history");
	if (!ret)
		ret = nr_words ? runs_named(&sides, &runs, &nr)
			       : runs_default(values, sides.store, &runs, &nr);
	if (!ret)
		ret = pb_history_load(runs, nr, &filter, &history);
	return ret ? ret : history_show(&history, values);
}

static int words_history(const struct values *values, char **words, size_t nr)
{
	const struct pb_verdicts_style style = { .all = values->all, .quiet = values->quiet };
	int ret;

	if (!pb_verdicts_meant(values->database, words, nr))
		return history_run(values, words, nr);
	if (values->output || values->metric || values->pages.nr || values->cells.nr ||
	    values->strategies.nr || values->memory.nr)
		return pb_fail(-EINVAL, "history: only --all, --quiet and --db go with runs that "
					"watched held pages");
	ret = pb_answer_only_text(values->form, "history");
	return ret ? ret : pb_verdicts_history(values->database, words, nr, &style);
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual() };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);
	int status = PB_EXIT_OK;

	if (!ret)
		ret = words_history(&values, argv + 1, (size_t)nr);
	if (ret && ret != -ECANCELED)
		status = pb_command_failed(ret);
	pb_word_list_done(&values.cells);
	pb_word_list_done(&values.strategies);
	pb_word_list_done(&values.memory);
	pb_word_list_done(&values.pages);
	return status;
}

const struct pb_command pb_command_history = {
	.name = "history",
	.args = "[RUN|KERNEL...]",
	.summary = "the same cells across kernels, every step with its size",
	.text = "Of runs of `pinbench semantics`: which verdicts changed with which kernel.\n"
		"Without a word: the newest complete run of each kernel in the database, of those runs\n"
		"that have the same cells. Kernels stand in the order of their releases. A word is\n"
		"what `compare` takes: a run, a kernel, baseline:KERNEL, another database; where the newest\n"
		"lacks cells of the others, the run is chosen as there, and that is said.",
	.options = rows,
	.run = run,
};
