// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_users - `pinbench users`: what the kernel's own users of GUP cost, and what they call.
 * Why: who registers memory pays for a system call, of which the pin is a part.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/backends/vm/vm.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/kernels/cache.h"
#include "bench/run/interrupt.h"
#include "bench/run/runner.h"
#include "bench/run/series.h"
#include "bench/users/cases.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/paths.h"
#include "common/progress.h"
#include "common/save.h"
#include "common/str.h"
#include "common/temporary.h"
#include "report/users/document.h"

enum { MAX_PAGES = 512 };

struct values {
	struct pb_word_list kernels;
	struct pb_word_list users;
	struct pb_word_list page_words;
	uint64_t *pages;
	size_t nr_pages;
	const char *database;
	const char *format_word;
	const struct pb_document_format *format; /* NULL: lines of TSV */
	const char *output;
	bool show;
	bool calls;
	bool changed;
	bool quiet;
};

static const char default_kernel[] = "debian:6.1";
static const uint64_t default_pages[] = { 1, 64 };

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "kernel", 'k', PB_OPTION_LIST, AT(kernels), "NAME,...",
	  "kernels to boot, see `pinbench list kernels` (debian:6.1); --show: those to show (all)",
	  0, 0 },
	{ "user", 'u', PB_OPTION_LIST, AT(users), "NAME,...", "these (all)", 0, 0 },
	{ "pages", 'n', PB_OPTION_LIST, AT(page_words), "N,...",
	  "pages a call, 1 to 512; a user takes as many as it can (1,64); --show: all", 0, 0 },
	{ "show", 0, PB_OPTION_FLAG, AT(show), NULL, "measure nothing: show what is stored", 0, 0 },
	{ "calls", 0, PB_OPTION_FLAG, AT(calls), NULL,
	  "what each calls, kernel by kernel, in place of what it costs", 0, 0 },
	{ "changed", 0, PB_OPTION_FLAG, AT(changed), NULL,
	  "likewise, of those alone that call otherwise on another kernel", 0, 0 },
	{ "format", 'f', PB_OPTION_TEXT, AT(format_word), "FORM",
	  "text, tsv, json, markdown, csv or html (text)", 0, 0 },
	{ "output", 'o', PB_OPTION_TEXT, AT(output), "FILE", "instead of standard output", 0, 0 },
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database (pinbench.db)", 0, 0 },
	{ "quiet", 'q', PB_OPTION_FLAG, AT(quiet), NULL, "no progress", 0, 0 },
	{ .name = NULL },
};
#undef AT

static enum pb_users_view view_of(const struct values *values)
{
	return values->changed ? PB_USERS_CHANGED : values->calls ? PB_USERS_CALLS : PB_USERS_COSTS;
}

static int rows_form(const struct values *values, const struct pb_user_rows *users, FILE *out)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "users" };

	if (!values->format)
		return pb_users_tsv(users, view_of(values), out);
	pb_users_document(users, view_of(values), &document);
	return pb_document_write(&document, values->format, out);
}

static int rows_write(const struct values *values, const struct pb_user_rows *users)
{
	pb_cleanup(pb_save_done) struct pb_save save = { 0 };
	int ret;

	if (!values->output || pb_streq(values->output, "-"))
		return rows_form(values, users, stdout);
	ret = pb_save_begin(&save, values->output);
	if (!ret)
		ret = rows_form(values, users, save.out);
	/* A write's own reason stands in the save. */
	return ret && !save.error ? ret : pb_save_commit(&save);
}

/* Lines for scripts are these users' own; the other forms are everybody's. */
static int format_parse(struct values *values)
{
	if (pb_streq(values->format_word, "tsv"))
		return 0;
	values->format = pb_document_format_find("users", values->format_word);
	return values->format ? 0
			      : pb_fail(-EINVAL, "%s; users are written as tsv, too",
					strdupa(pb_fail_message(-EINVAL)));
}

static int shares_load(struct pb_user_shares **ret_shares)
{
	_cleanup_free_ char *path = NULL;
	int ret = pb_path_data("data/kernels/shares.tsv", &path);

	return ret ? ret : pb_user_shares_load(path, ret_shares);
}

/* *ret_status is 1 where a user failed. */
static int stored_show(const struct values *values, const int64_t *run_ids, size_t nr_runs,
		       int *ret_status)
{
	const struct pb_user_filter filter = {
		.kernels = values->kernels.words,
		.nr_kernels = values->show ? values->kernels.nr : 0,
		.users = values->users.words,
		.nr_users = values->users.nr,
		.pages = values->pages,
		.nr_pages = values->show ? values->nr_pages : 0,
		.run_ids = run_ids,
		.nr_runs = nr_runs,
	};
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL;
	pb_cleanup(pb_user_rows_done) struct pb_user_rows users = { 0 };
	int ret = shares_load(&shares);

	if (!ret)
		ret = pb_database_open(values->database, &store);
	if (!ret)
		ret = pb_user_rows_load(store, &filter, shares, &users);
	for (size_t i = 0; i < users.nr; i++)
		if (users.rows[i].state == PB_CELL_FAILED)
			*ret_status = PB_EXIT_WORSE;
	return ret ? ret : rows_write(values, &users);
}

static int kernels_measure(const struct values *values, const struct pb_plan *plan,
			   int64_t **ret_run_ids, size_t *ret_nr, int *ret_status)
{
	const struct pb_runner_options options = {
		.database = values->database,
		.backend = &pb_backend_vm,
		.plan = plan,
		.cell_limit_s = PB_CELL_LIMIT_S,
		.profile = true,
		.interrupt = &pb_interrupted,
	};
	size_t nr = values->kernels.nr ? values->kernels.nr : 1;
	_cleanup_free_ struct pb_series_entry *entries = calloc(nr, sizeof(*entries));
	int64_t *ids = calloc(nr, sizeof(*ids));

	if (!entries || !ids) {
		free(ids);
		return pb_fail(-ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < nr; i++)
		entries[i].kernel = values->kernels.nr ? values->kernels.words[i] : default_kernel;
	*ret_status = pb_series_run(&options, entries, nr);
	for (size_t i = 0; i < nr; i++)
		if (entries[i].outcome.uuid[0])
			ids[(*ret_nr)++] = entries[i].outcome.run_id;
	*ret_run_ids = ids;
	return 0;
}

static int measure(const struct values *values, int *ret_status)
{
	const struct pb_user_words words = {
		.users = values->users,
		.pages = values->nr_pages ? values->pages : default_pages,
		.nr_pages = values->nr_pages ? values->nr_pages : PB_ARRAY_SIZE(default_pages),
	};
	pb_cleanup(pb_plan_done) struct pb_plan plan = { 0 };
	_cleanup_free_ int64_t *run_ids = NULL;
	size_t nr_runs = 0;
	int shown = PB_EXIT_OK, ret = pb_user_cases_plan(&words, &plan);

	if (ret)
		return ret;
	pb_temporary_sweep(pb_temporary_parent(), NULL);
	pb_cache_sweep(NULL);
	ret = kernels_measure(values, &plan, &run_ids, &nr_runs, ret_status);
	if (ret || !nr_runs)
		return ret;
	ret = stored_show(values, run_ids, nr_runs, &shown);
	if (shown > *ret_status)
		*ret_status = shown;
	return ret;
}

static int pages_parse(struct values *values)
{
	int ret = 0;

	values->pages = calloc(values->page_words.nr + 1, sizeof(*values->pages));
	if (!values->pages)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < values->page_words.nr && !ret; i++)
		ret = pb_parse_u64(values->page_words.words[i], "users: --pages", 1, MAX_PAGES,
				   &values->pages[values->nr_pages++]);
	return ret;
}

static int values_check(struct values *values)
{
	int ret = pb_user_words_check(&values->users);

	if (!ret)
		ret = pages_parse(values);
	if (!ret)
		ret = format_parse(values);
	for (size_t i = 0; !ret && !values->show && i < values->kernels.nr; i++)
		ret = pb_vm_kernel_check(values->kernels.words[i]);
	return ret;
}

static int command_run(struct values *values)
{
	int status = PB_EXIT_OK, ret = values_check(values);

	if (!ret && values->show)
		ret = stored_show(values, NULL, 0, &status);
	else if (!ret)
		ret = measure(values, &status);
	return ret ? pb_command_failed(ret) : status;
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .format_word = "text" };
	int nr, status, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (!ret && nr)
		ret = pb_fail(-EINVAL, "users: unexpected word '%s'; did you mean '--user %s'?",
			      argv[1], argv[1]);
	pb_progress_quiet(values.quiet);
	if (!ret && !values.show)
		pb_interrupts_catch();
	status = ret == -ECANCELED ? PB_EXIT_OK
		 : ret             ? pb_command_failed(ret)
				   : command_run(&values);
	pb_word_list_done(&values.kernels);
	pb_word_list_done(&values.users);
	pb_word_list_done(&values.page_words);
	free(values.pages);
	return status;
}

const struct pb_command pb_command_users = {
	.name = "users",
	.args = "",
	.summary = "what the kernel's own users of GUP cost, and what they call",
	.text = "Runs system calls that hold on to user pages in a guest that counts instructions, and\n"
		"shows what a page costs by each: the pin, its accounting, its mapping for a device, and\n"
		"the rest. Beside it stands what was called: the function and its FOLL_ flags, as a\n"
		"kprobe saw them. docs/users.md has the words.\n\n"
		"users:"
#define PB_GUEST(ident, name, sort, strategy, memory, calls, most, modules, needs, summary) \
	"\n  " name ": " summary
#include "bench/users/guest/guest.def"
#undef PB_GUEST
		"\n\nexit status: 0 each user was counted or refused, 1 one failed, 2 nothing could be\n"
		"done, 130 interrupted.",
	.options = rows,
	.run = run,
};
