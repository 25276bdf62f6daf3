// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_import - `pinbench import`: runs from another machine, a cut stream, or the kernel's
 * gup_test. Why: a run is kept where it is wanted, not where it was measured.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "bench/commands.h"
#include "bench/options.h"
#include "collect/formats/gup_test.h"
#include "collect/import.h"
#include "collect/store.h"
#include "common/err.h"
#include "common/str.h"

struct values {
	const char *database;
	const char *format;
	const char *args;
	const char *kernel;
	bool salvage;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format), "auto|jsonl|gup_test",
	  "what the files are (auto: as they begin)", 0, 0 },
	{ "args", 0, PB_OPTION_TEXT, AT(args), "'-a -n 512'",
	  "gup_test: how it was started, where its output does not say", 0, 0 },
	{ "kernel", 'k', PB_OPTION_TEXT, AT(kernel), "RELEASE", "gup_test: on which kernel", 0, 0 },
	{ "salvage", 0, PB_OPTION_FLAG, AT(salvage), NULL,
	  "keep the whole cells of a stream that was cut; the run is marked failed", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database to add to (pinbench.db)", 0,
	  0 },
	{ .name = NULL },
};
#undef AT

/* When a log was measured: nearest to it is when its file was last written. */
static void created_make(FILE *in, char *created, size_t size)
{
	struct stat st;
	struct tm tm;
	time_t when = time(NULL);

	if (!fstat(fileno(in), &st) && S_ISREG(st.st_mode))
		when = st.st_mtime;
	strftime(created, size, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&when, &tm));
}

static int log_import(struct pb_store *store, const struct values *values, FILE *in,
		      const char *path)
{
	struct pb_import_outcome outcome = { 0 };
	char created[32];
	struct pb_gup_options options = { values->args, values->kernel, created };
	int ret;

	created_make(in, created, sizeof(created));
	ret = pb_import_gup_test(store, in, path, &options, &outcome);
	if (ret)
		return ret;
	printf("%s: gup_test's output, runs: %zu imported (cells: %zu), %zu already there%s\n",
	       path, outcome.nr_runs, outcome.nr_cells, outcome.nr_known,
	       outcome.assumed ? "; its defaults were assumed (-m 128 -n 1), --args says otherwise"
			       : "");
	return 0;
}

static int stream_import(struct pb_store *store, const struct values *values, FILE *in,
			 const char *path)
{
	struct pb_import_outcome outcome = { 0 };
	int ret = pb_import_jsonl(store, in, path, values->salvage, &outcome);

	if (ret)
		return ret;
	printf("%s: runs: %zu imported, %zu already there%s\n", path, outcome.nr_runs,
	       outcome.nr_known,
	       outcome.cut ? "; the last one was cut, its whole cells are kept" : "");
	return 0;
}

/* A record stream begins with '{'; a log of gup_test never does. */
static bool is_log(const struct values *values, FILE *in)
{
	int c;

	if (!pb_streq(values->format, "auto"))
		return pb_streq(values->format, "gup_test");
	c = fgetc(in);
	if (c != EOF)
		ungetc(c, in);
	return c == '#' || c == '[' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-';
}

/* SQLite's magic, which no record stream and no log begins with. */
static bool is_database(FILE *in)
{
	char magic[16] = "";
	int c = fgetc(in);
	bool is;

	if (c != EOF)
		ungetc(c, in);
	if (c != 'S' || fseek(in, 0, SEEK_SET))
		return false;
	is = fread(magic, 1, sizeof(magic), in) == sizeof(magic) &&
	     memcmp(magic, "SQLite format 3", sizeof(magic)) == 0;
	rewind(in);
	return is;
}

static int file_import(struct pb_store *store, const struct values *values, const char *path)
{
	_cleanup_fclose_ FILE *file = NULL;
	FILE *in = stdin;

	if (!pb_streq(path, "-")) {
		file = fopen(path, "re");
		if (!file)
			return pb_fail(-errno, "cannot open '%s': %s", path, strerror(errno));
		in = file;
	}
	if (is_database(in))
		return pb_fail(
			-EINVAL,
			"import: '%s' is a database, not a record stream; `pinbench merge %s "
			"%s` adds its runs",
			path, values->database, path);
	return is_log(values, in) ? log_import(store, values, in, path)
				  : stream_import(store, values, in, path);
}

static int values_check(const struct values *values)
{
	if (!pb_streq(values->format, "auto") && !pb_streq(values->format, "jsonl") &&
	    !pb_streq(values->format, "gup_test"))
		return pb_fail(-EINVAL, "import: unknown format '%s' (valid: auto jsonl gup_test)",
			       values->format);
	return 0;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct values values = { .database = "pinbench.db", .format = "auto" };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && !nr)
		ret = pb_fail(-EINVAL, "import: which file? ('-' is standard input)");
	if (!ret)
		ret = values_check(&values);
	if (!ret)
		ret = pb_store_open(values.database, PB_STORE_WRITE, &store);
	for (int i = 1; !ret && i <= nr; i++)
		ret = file_import(store, &values, argv[i]);
	return ret ? pb_command_failed(ret) : PB_EXIT_OK;
}

const struct pb_command pb_command_import = {
	.name = "import",
	.args = "FILE...",
	.summary = "add runs from the record stream, or from gup_test's output",
	.text = "A file is taken whole or not at all; a run that the database has already is skipped.\n"
		"The kernel's gup_test gives whole microseconds a pass over its range; they are kept as ns\n"
		"a call, evidence `syscall`. One that was skipped or printed no time is an error.",
	.options = rows,
	.run = run,
};
