// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_export - `pinbench export`: runs for other programs.
 * Why: spreadsheets want CSV, and another pinbench wants the record stream.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/commands.h"
#include "bench/options.h"
#include "collect/export.h"
#include "collect/store.h"
#include "common/err.h"
#include "common/str.h"
#include "report/select.h"

struct values {
	const char *database;
	const char *format;
	const char *output;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "csv|jsonl", "what to write (csv)", 0, 0 },
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "FILE", "where to (standard output)", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

static const struct {
	const char *name;
	int (*write)(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out);
} formats[] = {
	{ "csv", pb_export_csv },
	{ "jsonl", pb_export_jsonl },
};

static int runs_write(const struct values *values, int format, char **words, int nr)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	size_t nr_ids = 0;
	FILE *out = stdout;
	int ret = pb_store_open(values->database, PB_STORE_READ, &store);

	if (!ret)
		ret = pb_select_runs(store, (const char *const *)words, (size_t)nr, &ids, &nr_ids);
	if (ret)
		return ret;
	if (values->output)
		out = fopen(values->output, "we");
	if (!out)
		return pb_fail(-errno, "cannot write '%s': %s", values->output, strerror(errno));
	ret = formats[format].write(store, ids, nr_ids, out);
	if (values->output && fclose(out) && !ret)
		ret = pb_fail(-errno, "cannot write '%s': %s", values->output, strerror(errno));
	return ret;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = "pinbench.db", .format = "csv" };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	for (int i = 0; !ret && i < (int)PB_ARRAY_SIZE(formats); i++) {
		if (!pb_streq(formats[i].name, values.format))
			continue;
		ret = runs_write(&values, i, argv + 1, nr);
		return ret ? pb_command_failed(ret) : PB_EXIT_OK;
	}
	if (!ret)
		pb_fail(-EINVAL, "export: unknown format '%s' (valid: csv jsonl)", values.format);
	return pb_command_failed(-EINVAL);
}

const struct pb_command pb_command_export = {
	.name = "export",
	.args = "[RUN...]",
	.summary = "write runs as CSV or as the record stream",
	.text = "Without a RUN the latest one is written. CSV has one row a cell, phase and metric, its\n"
		"values per page with the harness's empty window subtracted; a cell without values has\n"
		"samples 0. jsonl is lossless: `pinbench import` takes it.",
	.options = rows,
	.run = run,
};
