// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_import - `pinbench import`: runs from another machine, or from a stream that was cut.
 * Why: a run is kept where it is wanted, not where it was measured.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/commands.h"
#include "bench/options.h"
#include "collect/import.h"
#include "collect/store.h"
#include "common/err.h"
#include "common/str.h"

struct values {
	const char *database;
	bool salvage;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "salvage", 0, PB_OPTION_FLAG, AT(salvage), NULL,
	  "keep the whole cells of a stream that was cut; the run is marked failed", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to add to (pinbench.db)", 0,
	  0 },
	{ .name = NULL },
};
#undef AT

static int file_import(struct pb_store *store, const struct values *values, const char *path)
{
	_cleanup_fclose_ FILE *file = NULL;
	struct pb_import_outcome outcome = { 0 };
	FILE *in = stdin;
	int ret;

	if (!pb_streq(path, "-")) {
		file = fopen(path, "re");
		if (!file)
			return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
		in = file;
	}
	ret = pb_import_jsonl(store, in, path, values->salvage, &outcome);
	if (ret)
		return ret;
	printf("%s: %zu runs imported, %zu were there already%s\n", path, outcome.nr_runs,
	       outcome.nr_known,
	       outcome.cut ? "; the last one was cut, its whole cells are kept" : "");
	return 0;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct values values = { .database = "pinbench.db" };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && !nr)
		ret = pb_fail(-EINVAL, "import: which file? ('-' is standard input)");
	if (!ret)
		ret = pb_store_open(values.database, PB_STORE_WRITE, &store);
	for (int i = 1; !ret && i <= nr; i++)
		ret = file_import(store, &values, argv[i]);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_import = {
	.name = "import",
	.args = "FILE...",
	.summary = "add runs from the record stream (export --format jsonl)",
	.text = "A file is taken whole or not at all; a run that the database has already is skipped.",
	.options = rows,
	.run = run,
};
