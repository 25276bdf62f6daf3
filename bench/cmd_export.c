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
#include "bench/sides.h"
#include "collect/baseline.h"
#include "collect/export.h"
#include "common/err.h"
#include "common/str.h"

struct values {
	const char *database;
	const char *format;
	const char *output;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "csv|jsonl|baseline", "what to write (csv)", 0,
	  0 },
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
	{ "baseline", pb_baseline_export },
};

/* Runs may lie in several databases: each is written by the store that it is in. */
static int runs_write(int format, const struct pb_sides *sides, FILE *out)
{
	bool one_store = true;
	_cleanup_free_ int64_t *ids = calloc(sides->nr, sizeof(*ids));

	if (!ids)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < sides->nr; i++) {
		one_store &= sides->runs[i].store == sides->runs[0].store;
		ids[i] = sides->runs[i].run_id;
	}
	if (!one_store)
		return pb_fail(
			-EINVAL,
			"export: the runs lie in different databases; import them into one first");
	return formats[format].write(sides->runs[0].store, ids, sides->nr, out);
}

static int sides_write(const struct values *values, int format, char **words, int nr)
{
	struct pb_sides sides = { 0 };
	FILE *out = stdout;
	int ret = pb_sides_open(values->database, words, (size_t)nr, &sides);

	if (ret)
		return ret;
	if (values->output)
		out = fopen(values->output, "we");
	if (out)
		ret = runs_write(format, &sides, out);
	if (!out || (values->output && fclose(out)))
		ret = pb_fail(-errno, "cannot write '%s': %s", values->output, strerror(errno));
	pb_sides_done(&sides);
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
		ret = sides_write(&values, i, argv + 1, nr);
		return ret ? pb_command_failed(ret) : PB_EXIT_OK;
	}
	if (!ret)
		pb_fail(-EINVAL, "export: unknown format '%s' (valid: csv jsonl baseline)",
			values.format);
	return pb_command_failed(-EINVAL);
}

const struct pb_command pb_command_export = {
	.name = "export",
	.args = "[RUN...]",
	.summary = "write runs as CSV or as the record stream",
	.text = "Without a RUN the latest one is written. CSV has one row a cell, phase and metric, its\n"
		"values per page with the harness's empty window subtracted; a cell without values has\n"
		"samples 0. jsonl is lossless: `pinbench import` takes it. baseline is one exact run\n"
		"as text that diffs well: `pinbench compare` takes it.",
	.options = rows,
	.run = run,
};
