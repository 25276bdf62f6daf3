// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_list - `pinbench list`: the words that the other commands take, and the runs there are.
 * Why: made from the tables that parse them, so it cannot be out of date.
 */
#include <errno.h>

#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/lists/counters.h"
#include "bench/cli/lists/lists.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "common/err.h"
#include "common/str.h"

struct values {
	const char *database;
	const char *arch;
	const struct pb_document_format *form;
};

static const struct pb_option rows[] = {
	{ "db", 'd', PB_OPTION_TEXT, offsetof(struct values, database), "FILE",
	  "database whose runs to list (pinbench.db)", 0, 0 },
	{ "arch", 0, PB_OPTION_TEXT, offsetof(struct values, arch), "NAME",
	  "architecture whose kernels to list (amd64)", 0, 0 },
	PB_OPTION_FORMAT(offsetof(struct values, form)),
	{ .name = NULL },
};

/* On standard error, so that the list is nothing but the list. */
static int oddities_say(struct pb_store *store)
{
	sqlite3_stmt *statement = NULL;
	int ret = 0;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), "SELECT id FROM run ORDER BY id", -1,
			       &statement, NULL))
		return pb_fail(-EIO, "cannot read runs of '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	while (!ret && sqlite3_step(statement) == SQLITE_ROW)
		ret = pb_run_oddities_say(store, sqlite3_column_int64(statement, 0));
	sqlite3_finalize(statement);
	return ret;
}

static int runs(const struct values *values, struct pb_document *document)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int ret = pb_database_open(values->database, &store);

	if (!ret)
		ret = pb_list_runs(store, document);
	return ret ? ret : oddities_say(store);
}

static int counters(const struct values *values, struct pb_document *document)
{
	(void)values;
	return pb_counters_add(document);
}

static int loads(const struct values *values, struct pb_document *document)
{
	(void)values;
	return pb_list_loads(document);
}

static int plans(const struct values *values, struct pb_document *document)
{
	(void)values;
	return pb_list_plans(document);
}

static int kernels(const struct values *values, struct pb_document *document)
{
	const struct pb_arch *arch;
	int ret = pb_arch_parse(values->arch, &arch);

	return ret ? ret : pb_list_kernels(arch, document);
}

static const struct {
	const char *name;
	enum pb_word_kind kind; /* where there is no function */
	int (*add)(const struct values *values, struct pb_document *document);
} things[] = {
	{ "strategies", PB_WORDS_STRATEGY, NULL },
	{ "memory", PB_WORDS_MEMORY, NULL },
	{ "sharing", PB_WORDS_SHARING, NULL },
	{ "loads", PB_WORDS_NR, loads },
	{ "residencies", PB_WORDS_RESIDENCY, NULL },
	{ "intents", PB_WORDS_INTENT, NULL },
	{ "holds", PB_WORDS_HOLD, NULL },
	{ "releases", PB_WORDS_RELEASE, NULL },
	{ "counters", PB_WORDS_NR, counters },
	{ "kernels", PB_WORDS_NR, kernels },
	{ "plans", PB_WORDS_NR, plans },
	{ "runs", PB_WORDS_NR, runs },
};

static int unknown_thing(const struct pb_command *command, const char *word)
{
	const char *nearest = NULL;
	unsigned int best = 3;

	for (size_t i = 0; i < PB_ARRAY_SIZE(things); i++) {
		unsigned int distance = pb_word_distance(things[i].name, word);

		if (distance >= best)
			continue;
		best = distance;
		nearest = things[i].name;
	}
	return pb_fail(-EINVAL, "list: unknown word '%s'%s%s%s (valid: %s)", word,
		       nearest ? "; did you mean '" : "", nearest ? nearest : "",
		       nearest ? "'?" : "", command->args);
}

static int thing_show(const struct pb_command *command, const char *word,
		      const struct values *values)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "list" };

	for (size_t i = 0; i < PB_ARRAY_SIZE(things); i++) {
		int ret;

		if (!pb_streq(things[i].name, word))
			continue;
		ret = things[i].add ? things[i].add(values, &document)
				    : pb_list_catalogue(&document, things[i].name, things[i].kind);
		return ret ? pb_command_failed(ret)
			   : pb_answer(&document, values->form, PB_EXIT_OK);
	}
	return pb_command_failed(unknown_thing(command, word));
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual(), .arch = pb_arch_default->name };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr != 1)
		ret = pb_fail(-EINVAL, "list what? (valid: %s)", command->args);
	return ret ? pb_command_failed(ret) : thing_show(command, argv[1], &values);
}

const struct pb_command pb_command_list = {
	.name = "list",
	.args = "strategies|memory|sharing|loads|residencies|intents|holds|releases|counters|kernels|plans|runs",
	.summary = "show what can be measured, and the runs that were",
	.options = rows,
	.run = run,
};
