// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_c2c - `pinbench c2c`: which cache lines move between CPUs, and in which functions.
 * Why: `perf c2c` wants hardware that samples loads; what was simulated knows them all.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "common/err.h"
#include "report/runs/c2c.h"

struct values {
	const char *database;
	const char *format;
	bool all;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "FORMAT", "text, tsv or json (text)", 0, 0 },
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL, "fields that stay where they are, too", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .format = "text" };
	struct pb_sides sides = { 0 };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr > 1)
		ret = pb_fail(-EINVAL, "c2c: of one RUN at a time; '%s' is one too many", argv[2]);
	if (!ret)
		ret = pb_sides_open(values.database, argv + 1, (size_t)nr, &sides);
	if (!ret)
		ret = pb_c2c_print(sides.runs[0].store, sides.runs[0].run_id, values.format,
				   values.all, stdout);
	pb_sides_done(&sides);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_c2c = {
	.name = "c2c",
	.args = "[RUN]",
	.summary = "cache lines that move between CPUs, by field and function (simulated)",
	.text = "Of a run of --evidence model; without a RUN of the latest one. Per call, acquire and\n"
		"release together: transfers are accesses to a line that was modified in another CPU's\n"
		"cache. The parts are of the interleaving whose transfers are the median, and add up to\n"
		"it; the first access to a line pays for all fields on it. docs/model.md has the rest.\n"
		"exit status: 0, or 2 where there is no such run or it was not simulated.",
	.options = rows,
	.run = run,
};
