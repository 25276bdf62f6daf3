// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_compare - `pinbench compare BASE HEAD`: what differs, and whether it got worse.
 * Why: the answer is also the exit status, so that a script and `git bisect run` can use it.
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "bench/commands.h"
#include "bench/options.h"
#include "bench/sides.h"
#include "common/err.h"
#include "report/compare.h"

struct values {
	const char *database;
	bool all;
	bool quiet;
};

enum { SHOWN = 40 };

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL, "every difference, not only the 40 biggest", 0,
	  0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "only the sentence", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int comparison_print(const struct values *values, const struct pb_comparison *comparison)
{
	struct pb_compare_style style = {
		.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
		.max_diffs = values->all ? 0 : SHOWN,
	};
	_cleanup_free_ char *quote = NULL;

	if (!values->quiet)
		return pb_compare_print(comparison, &style, stdout);
	quote = pb_compare_quote(comparison);
	if (!quote)
		return -ENOMEM;
	printf("%s\n", quote);
	return 0;
}

static int sides_compare(const struct values *values, char **words, int *ret_status)
{
	struct pb_sides sides = { 0 };
	struct pb_comparison comparison = { 0 };
	int ret = pb_sides_open(values->database, words, 2, &sides);

	if (ret)
		return ret;
	ret = pb_compare(sides.runs[0].store, sides.runs[0].run_id, sides.runs[1].store,
			 sides.runs[1].run_id, &comparison);
	if (!ret) {
		ret = comparison_print(values, &comparison);
		*ret_status = pb_verdict_exit(comparison.verdict);
		pb_comparison_done(&comparison);
	}
	pb_sides_done(&sides);
	return ret;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = "pinbench.db" };
	int nr, status = PB_EXIT_ERROR, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr != 2)
		ret = pb_fail(-EINVAL,
			      "compare: which two runs? pinbench compare BASE HEAD, for example "
			      "latest~1 latest");
	if (!ret)
		ret = sides_compare(&values, argv + 1, &status);
	return ret ? pb_command_failed(ret) : status;
}

const struct pb_command pb_command_compare = {
	.name = "compare",
	.args = "BASE HEAD",
	.summary = "what differs between two runs, and whether it got worse",
	.text = "A side is `latest`, `latest~N`, the start of a run's uuid, a kernel (its newest run),\n"
		"another database (its newest run) or DATABASE:RUN.\n"
		"exit status: 0 same or better, 1 worse, 2 error, 125 nothing to compare.",
	.options = rows,
	.run = run,
};
