// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_export - `pinbench export`: runs for other programs.
 * Why: numbers go where a team looks already: spreadsheets, dashboards, another pinbench.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "collect/export.h"
#include "collect/formats/formats.h"
#include "common/err.h"
#include "common/save.h"
#include "common/str.h"

struct values {
	const char *database;
	const char *format;
	const char *output;
	bool all;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "FORMAT", "what to write (csv)", 0, 0 },
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "FILE", "where to, '-': standard output (-)",
	  0, 0 },
	{ "all", 'a', PB_OPTION_FLAG, AT(all), NULL, "every run, by time and uuid", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to read (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

static int runs_write(const struct values *values, struct pb_store *store, const int64_t *ids,
		      size_t nr)
{
	const struct pb_format *format = pb_format_find(values->format);
	pb_cleanup(pb_save_done) struct pb_save save = { 0 };
	int ret;

	if (!format)
		return -EINVAL;
	if (!values->output || pb_streq(values->output, "-"))
		return format->write(store, ids, nr, stdout);
	ret = pb_save_begin(&save, values->output);
	if (!ret)
		ret = format->write(store, ids, nr, save.out);
	/* A write's own reason stands in the save. */
	return ret && !save.error ? ret : pb_save_commit(&save);
}

/* Runs may lie in several databases: each is written by the store that it is in. */
static int sides_write(const struct values *values, const struct pb_sides *sides)
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
		return pb_fail(-EINVAL, "export: the runs lie in different databases; 'pinbench "
					"merge' makes one of them");
	return runs_write(values, sides->runs[0].store, ids, sides->nr);
}

static int named_write(const struct values *values, char **words, int nr)
{
	struct pb_sides sides = { 0 };
	int ret = pb_sides_open(values->database, words, (size_t)nr, &sides);

	if (ret)
		return ret;
	ret = sides_write(values, &sides);
	pb_sides_done(&sides);
	return ret;
}

/* Only the record stream holds what was observed: everything else is of numbers. */
static int observed_leave(struct pb_store *store, int64_t *ids, size_t *nr)
{
	static const char sql[] = "SELECT evidence = 'observed' FROM run WHERE id = ?1";
	sqlite3_stmt *query = NULL;
	size_t kept = 0;
	int ret = 0;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) != SQLITE_OK)
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	for (size_t i = 0; i < *nr && !ret; i++) {
		if (sqlite3_bind_int64(query, 1, ids[i]) != SQLITE_OK ||
		    sqlite3_step(query) != SQLITE_ROW)
			ret = pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
				      sqlite3_errmsg(pb_store_sqlite(store)));
		else if (!sqlite3_column_int(query, 0))
			ids[kept++] = ids[i];
		sqlite3_reset(query);
	}
	sqlite3_finalize(query);
	if (!ret)
		*nr = kept;
	return ret;
}

static int all_write(const struct values *values, int nr)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	size_t nr_runs = 0;
	int ret;

	if (nr)
		return pb_fail(-EINVAL, "export: --all means every run; name no RUN beside it");
	ret = pb_database_open(values->database, &store);
	if (!ret)
		ret = pb_export_runs(store, &ids, &nr_runs);
	if (!ret && !pb_streq(values->format, "jsonl"))
		ret = observed_leave(store, ids, &nr_runs);
	return ret ? ret : runs_write(values, store, ids, nr_runs);
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .format = "csv" };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && !pb_format_find(values.format))
		ret = -EINVAL;
	if (!ret)
		ret = values.all ? all_write(&values, nr) : named_write(&values, argv + 1, nr);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_export = {
	.name = "export",
	.args = "[RUN...]",
	.summary = "write runs for other programs: CSV, KTAP, KernelCI, LAVA, trackers",
	.text = "Without a RUN the latest one is written. Numbers are per page with the harness's empty\n"
		"window subtracted; what has none is told with its reason and never passes.\n\n"
		"formats:"
#define PB_FORMAT(name, write, summary) "\n  " name ": " summary
#include "collect/formats/formats.def"
#undef PB_FORMAT
	,
	.options = rows,
	.run = run,
};
