// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_report - `pinbench report`: figures and one page of a run, or its table on the terminal.
 * Why: drawn anew from the samples each time, so an old run gains every new figure.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/semantics/cases.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/page/html.h"
#include "report/page/tracking.h"
#include "report/runs/table.h"

struct values {
	const char *database;
	const char *output;
	const char *base;
	const char *figures;
	bool png;
	bool table;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "DIR", "where to write (pinbench-report)", 0,
	  0 },
	{ "base", 'b', PB_OPTION_TEXT, AT(base), "RUN",
	  "write DIR/tracking.html instead: verdicts against this run", 0, 0 },
	{ "figures", 'f', PB_OPTION_TEXT, AT(figures), "overview|all",
	  "of a run with many settings: the usual ones, or each (overview)", 0, 0 },
	{ "png", 0, PB_OPTION_FLAG, AT(png), NULL, "the figures as PNG, too", 0, 0 },
	{ "table", 't', PB_OPTION_FLAG, AT(table), NULL, "only the table, on the terminal", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int tables_print(const struct pb_sides *sides)
{
	struct pb_table_style style = pb_table_style_of(stdout);
	int ret = 0;

	for (size_t i = 0; !ret && i < sides->nr; i++)
		ret = pb_table_print_run(sides->runs[i].store, sides->runs[i].run_id, &style,
					 stdout);
	return ret;
}

/* The base is a word like the others: it goes first, and the rest are held against it. */
static int tracking_write(const struct values *values, char **words, size_t nr)
{
	struct pb_gate_options options = { .seed = 1 };
	_cleanup_free_ char **all = calloc(nr + 2, sizeof(*all));
	_cleanup_free_ struct pb_report_run *runs = calloc(nr + 2, sizeof(*runs));
	_cleanup_free_ char *path = NULL;
	struct pb_sides sides = { 0 };
	int ret;

	if (!all || !runs)
		return pb_fail(-ENOMEM, "out of memory");
	all[0] = (char *)values->base;
	all[1] = (char *)"latest";
	for (size_t i = 0; i < nr; i++)
		all[i + 1] = words[i];
	nr = nr ? nr + 1 : 2;
	ret = pb_sides_open_chosen(values->database, all,
				   nr == 2 ? pb_sides_names : (const char *const *)all, nr, NULL,
				   NULL, &sides);
	if (!ret)
		ret = pb_sides_distinct(&sides, all, "report");
	for (size_t i = 0; i < sides.nr; i++)
		runs[i] = (struct pb_report_run){ sides.runs[i].store, sides.runs[i].run_id };
	if (!ret)
		ret = pb_tracking_write(&runs[0], &runs[1], sides.nr - 1, &options, values->output,
					&path);
	if (!ret)
		pb_term_printf(stdout, "report: %s\n", path);
	pb_sides_done(&sides);
	return ret;
}

static int figures_parse(const char *word, enum pb_figures_wanted *ret_wanted)
{
	*ret_wanted = PB_FIGURES_OVERVIEW;
	if (!word)
		return 0;
	for (int i = 0; i < PB_NR_FIGURES_WANTED; i++) {
		if (!pb_streq(word, pb_figures_wanted_words[i]))
			continue;
		*ret_wanted = (enum pb_figures_wanted)i;
		return 0;
	}
	return pb_fail(-EINVAL, "report: --figures '%s' is not known (valid: overview all)", word);
}

static int page_write(const struct values *values, enum pb_figures_wanted wanted,
		      const struct pb_sides *sides)
{
	const struct pb_report_options options = { .png = values->png, .figures = wanted };
	_cleanup_free_ struct pb_report_run *runs = calloc(sides->nr, sizeof(*runs));
	_cleanup_free_ char *index = NULL;
	int ret;

	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < sides->nr; i++) {
		runs[i].store = sides->runs[i].store;
		runs[i].run_id = sides->runs[i].run_id;
	}
	ret = pb_report_write(runs, sides->nr, values->output, &options, &index);
	if (!ret)
		pb_term_printf(stdout, "report: %s\n", index);
	return ret;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .output = "pinbench-report" };
	enum pb_figures_wanted wanted;
	struct pb_sides sides = { 0 };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	pb_cases_events_tell();
	if (!ret)
		ret = figures_parse(values.figures, &wanted);
	if (!ret && values.base && (values.table || values.png || values.figures))
		ret = pb_fail(-EINVAL, "report: --base writes a page of verdicts, without --table, "
				       "--png or --figures");
	if (!ret && values.table && values.figures)
		ret = pb_fail(-EINVAL, "report: --table draws nothing that --figures would choose");
	if (!ret && values.base) {
		ret = tracking_write(&values, argv + 1, (size_t)nr);
		return ret ? pb_command_failed(ret) : PB_EXIT_OK;
	}
	if (!ret)
		ret = pb_sides_open(values.database, argv + 1, (size_t)nr, &sides);
	if (!ret && nr > 1)
		ret = pb_sides_distinct(&sides, argv + 1, "report");
	if (!ret)
		ret = values.table ? tables_print(&sides) : page_write(&values, wanted, &sides);
	pb_sides_done(&sides);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_report = {
	.name = "report",
	.args = "[RUN...]",
	.summary = "figures and one self-contained page",
	.text = "Writes DIR/index.html, which needs no network and no script, and DIR/figures/. Without a\n"
		"RUN the latest one is shown; several runs of one evidence class share a page. Of a run with\n"
		"more than 8 settings each has its table, but only the plain ones have figures of their\n"
		"own, and a history only its 12 biggest steps; --figures all draws all. With --base\n"
		"it writes DIR/tracking.html: each RUN held against the base, verdicts first; which run\n"
		"a word means is chosen as by `compare`.",
	.options = rows,
	.run = run,
};
