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

#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "collect/formats/gup/gup_test.h"
#include "collect/formats/gup/machine.h"
#include "collect/import.h"
#include "collect/import_source.h"
#include "collect/store/journal.h"
#include "collect/store/store.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"

enum format { FORMAT_AUTO, FORMAT_JSONL, FORMAT_GUP_TEST };

/* In their order. */
static const char *const formats[] = { "auto", "jsonl", "gup_test" };

struct values {
	const char *database;
	const char *format_word;
	enum format format; /* of it */
	const char *args;
	const char *kernel;
	const char *page_size;
	uint32_t page_bytes; /* of it; 0: not given */
	bool one_run;
	bool salvage;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "format", 'f', PB_OPTION_TEXT, AT(format_word), "auto|jsonl|gup_test",
	  "what the files are (auto: by what they hold)", 0, 0 },
	{ "args", 0, PB_OPTION_TEXT, AT(args), "'-a -n 512'",
	  "gup_test: how it was started, where its output does not say", 0, 0 },
	{ "kernel", 'k', PB_OPTION_TEXT, AT(kernel), "RELEASE", "gup_test: on which kernel", 0, 0 },
	{ "page-size", 0, PB_OPTION_TEXT, AT(page_size), "4k|16k|64k|BYTES",
	  "gup_test: pages of that kernel, where its output does not say", 0, 0 },
	{ "one-run", 0, PB_OPTION_FLAG, AT(one_run), NULL,
	  "gup_test: starts that repeat are samples of one run, and no further runs", 0, 0 },
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

static int log_import(struct pb_store *store, const struct values *values,
		      const struct pb_source *source, const char *path)
{
	struct pb_import_outcome outcome = { 0 };
	char created[32];
	struct pb_gup_options options = { .args = values->args,
					  .kernel = values->kernel,
					  .created = created,
					  .page_bytes = values->page_bytes,
					  .one_run = values->one_run,
					  .guessed = values->format == FORMAT_AUTO };
	int ret;

	created_make(source->file, created, sizeof(created));
	ret = pb_import_gup_test(store, source->in, path, &options, &outcome);
	if (ret)
		return ret;
	pb_term_printf(
		stdout,
		"%s: gup_test's output, runs: %zu imported (cells: %zu), %zu already there%s%s\n",
		path, outcome.nr_runs, outcome.nr_cells, outcome.nr_known,
		outcome.assumed ? "; its defaults were assumed (-m 128 -n 1), --args says otherwise"
				: "",
		outcome.page_assumed ? "; pages of 4 KiB were assumed, --page-size says otherwise"
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
	pb_term_printf(stdout, "%s: runs: %zu imported, %zu already there%s\n", path,
		       outcome.nr_runs, outcome.nr_known,
		       outcome.cut ? "; the last one was cut, its whole cells are kept" : "");
	return 0;
}

/* What no option can make a log or a stream of. */
static int looks_check(const struct values *values, const struct pb_source *source,
		       const char *path)
{
	if (source->kind == PB_SOURCE_DATABASE && pb_streq(path, "-"))
		return pb_fail(-EINVAL,
			       "import: standard input is a database, not a record stream; keep it "
			       "in a file, and `pinbench merge %s FILE` adds its runs",
			       values->database);
	if (source->kind == PB_SOURCE_DATABASE)
		return pb_fail(
			-EINVAL,
			"import: '%s' is a database, not a record stream; `pinbench merge %s "
			"%s` adds its runs",
			path, values->database, path);
	if (source->kind == PB_SOURCE_EMPTY && values->format == FORMAT_AUTO)
		return pb_fail(
			-ENODATA,
			"import: '%s' is empty; valid is a record stream or a log of gup_test",
			path);
	if (source->kind == PB_SOURCE_PACKED)
		return pb_fail(-EINVAL,
			       "import: '%s' is %s; valid is a record stream or a log as text: "
			       "%s | pinbench import -",
			       path, source->what, source->tool);
	if (source->kind == PB_SOURCE_FOREIGN)
		return pb_fail(-EINVAL,
			       "import: '%s' is %s; valid is a record stream, or a log as plain "
			       "text",
			       path, source->what);
	return 0;
}

/* An option that was given and is of gup_test's output alone, or NULL. */
static const char *gup_option(const struct values *values)
{
	return values->args        ? "--args"
	       : values->kernel    ? "--kernel"
	       : values->page_size ? "--page-size"
	       : values->one_run   ? "--one-run"
				   : NULL;
}

/* Options of the other format would do nothing, and whoever gave them expects something. */
static int options_check(const struct values *values, enum format format, const char *what)
{
	const char *gups = gup_option(values);

	if (format == FORMAT_JSONL && gups)
		return pb_fail(-EINVAL,
			       "import: %s is for gup_test's output, and not for %s (valid with a "
			       "record stream: --salvage --db)",
			       gups, what);
	if (format == FORMAT_GUP_TEST && values->salvage)
		return pb_fail(
			-EINVAL,
			"import: --salvage is for a record stream, and not for %s (valid "
			"with gup_test's output: --args --kernel --page-size --one-run --db)",
			what);
	if (gups && values->salvage)
		return pb_fail(-EINVAL,
			       "import: --salvage is for a record stream, and %s for gup_test's "
			       "output; give the options of one of them",
			       gups);
	return 0;
}

static int file_import(struct pb_store *store, const struct values *values, const char *path)
{
	pb_cleanup(pb_source_done) struct pb_source source = { 0 };
	_cleanup_free_ char *what = NULL;
	enum format format;
	bool is_journal = false;
	int ret = pb_journal_import(store, path, &is_journal);

	if (ret || is_journal)
		return ret;
	ret = pb_source_open(path, &source);
	if (!ret)
		ret = looks_check(values, &source, path);
	if (ret)
		return ret;
	format = values->format;
	if (format == FORMAT_AUTO)
		format = source.kind == PB_SOURCE_STREAM ? FORMAT_JSONL : FORMAT_GUP_TEST;
	what = pb_format("'%s', which is %s", path,
			 format == FORMAT_JSONL ? "a record stream" : "none");
	ret = what ? options_check(values, format, what) : -ENOMEM;
	if (ret)
		return ret;
	return format == FORMAT_JSONL ? stream_import(store, values, source.in, path)
				      : log_import(store, values, &source, path);
}

static int format_read(struct values *values)
{
	const char *nearest = NULL;
	unsigned int best = 3;

	for (size_t i = 0; i < PB_ARRAY_SIZE(formats); i++) {
		unsigned int distance = pb_word_distance(formats[i], values->format_word);

		if (!distance) {
			values->format = (enum format)i;
			return 0;
		}
		/* "gup", "json": one is the beginning of the other. */
		if (values->format_word[0] &&
		    !strncmp(formats[i], values->format_word, strlen(values->format_word)))
			distance = 1;
		if (distance < best) {
			best = distance;
			nearest = formats[i];
		}
	}
	return nearest ? pb_fail(-EINVAL, "import: unknown format '%s'; did you mean '%s'?",
				 values->format_word, nearest)
		       : pb_fail(-EINVAL,
				 "import: unknown format '%s' (valid: auto jsonl gup_test)",
				 values->format_word);
}

static int values_check(struct values *values)
{
	int ret = format_read(values);

	if (!ret)
		ret = options_check(values, values->format,
				    values->format == FORMAT_JSONL ? "--format jsonl"
								   : "--format gup_test");
	if (ret)
		return ret;
	values->page_bytes = values->page_size ? pb_page_bytes_read(values->page_size) : 0;
	if (values->page_size && !values->page_bytes)
		return pb_fail(
			-EINVAL,
			"import: no pages have a size of '%s' (valid: 4k 8k 16k 64k 256k, or "
			"as many bytes)",
			values->page_size);
	return 0;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct values values = { .database = pb_database_usual(), .format_word = "auto" };
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
	if (!ret)
		ret = pb_journals_take(store);
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
