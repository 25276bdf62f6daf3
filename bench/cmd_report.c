// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_report - `pinbench report`: figures and one page of a run, or its table on the terminal.
 * Why: drawn anew from the samples each time, so an old run gains every new figure.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/commands.h"
#include "bench/options.h"
#include "bench/sides.h"
#include "common/err.h"
#include "report/table.h"

struct values {
	const char *database;
	bool table;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
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

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = "pinbench.db" };
	struct pb_sides sides = { 0 };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret)
		ret = pb_sides_open(values.database, argv + 1, (size_t)nr, &sides);
	if (!ret)
		ret = tables_print(&sides);
	pb_sides_done(&sides);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_report = {
	.name = "report",
	.args = "[RUN...]",
	.summary = "figures and one self-contained page",
	.options = rows,
	.run = run,
};
