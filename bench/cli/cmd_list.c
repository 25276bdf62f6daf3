// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_list - `pinbench list`: the words that the other commands take, and the runs there are.
 * Why: made from the tables that parse them, so it cannot be out of date.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/cli/commands.h"
#include "bench/cli/lists/counters.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "bench/kernels/arch.h"
#include "bench/load/load.h"
#include "bench/run/catalogue.h"
#include "bench/run/plan.h"
#include "collect/store/store.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"

struct values {
	const char *database;
	const char *arch;
};

static const struct pb_option rows[] = {
	{ "db", 'd', PB_OPTION_TEXT, offsetof(struct values, database), "FILE",
	  "database whose runs to list (pinbench.db)", 0, 0 },
	{ "arch", 0, PB_OPTION_TEXT, offsetof(struct values, arch), "NAME",
	  "architecture whose kernels to list (amd64)", 0, 0 },
	{ .name = NULL },
};

static int words_print(enum pb_word_kind kind)
{
	for (const struct pb_word_row *row = pb_catalogue_rows(kind); row->name; row++)
		pb_term_printf(stdout, "%-16s %s\n", row->name, row->summary);
	return 0;
}

static int strategies(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_STRATEGY);
}

static int memory(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_MEMORY);
}

static int sharing(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_SHARING);
}

static int loads(const struct values *values)
{
	(void)values;
	for (const struct pb_load_row *row = pb_load_rows; row->name; row++) {
		pb_term_printf(stdout, "%-16s %s", row->name, row->summary);
		if (row->default_rate)
			pb_term_printf(stdout, " (%u a second, or %s:RATE)", row->default_rate,
				       row->name);
		fputc('\n', stdout);
	}
	return 0;
}

static int residencies(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_RESIDENCY);
}

static int intents(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_INTENT);
}

static int holds(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_HOLD);
}

static int releases(const struct values *values)
{
	(void)values;
	return words_print(PB_WORDS_RELEASE);
}

static int counters(const struct values *values)
{
	(void)values;
	return pb_counters_print(stdout);
}

static int plan_print(void *data, const char *name, const char *summary)
{
	(void)data;
	pb_term_printf(stdout, "%-16s %s\n", name, summary);
	return 0;
}

static int plans(const struct values *values)
{
	(void)values;
	return pb_plan_list(plan_print, NULL);
}

static int kernels(const struct values *values)
{
	const struct pb_arch *arch;
	int ret = pb_arch_parse(values->arch, &arch);

	return ret ? ret : pb_kernels_print(arch, stdout);
}

/* Behind the list, on standard error, so that the list stays a line a run. */
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

static int runs(const struct values *values)
{
	static const char sql[] =
		"SELECT substr(uuid, 1, 8), created, backend, evidence, plan, " PB_STORE_RUN_STATE
		","
		" coalesce((SELECT value FROM fact WHERE run_id = run.id AND key = 'kernel.release'), '-'),"
		" (SELECT count(*) FROM cell WHERE run_id = run.id AND state = 'measured'),"
		" (SELECT count(*) FROM cell WHERE run_id = run.id)"
		" FROM run ORDER BY id";
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	sqlite3_stmt *statement = NULL;
	int step, ret = pb_database_open(values->database, &store);

	if (ret)
		return ret;
	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &statement, NULL))
		return pb_fail(-EIO, "cannot read runs of '%s': %s", values->database,
			       sqlite3_errmsg(pb_store_sqlite(store)));
	pb_term_printf(stdout, "%-8s  %-20s  %-7s  %-8s  %-10s  %-11s  %-26s  %s\n", "run",
		       "created (UTC)", "backend", "evidence", "plan", "state", "kernel",
		       "cells measured");
	while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *t[7];

		for (int i = 0; i < 7; i++)
			t[i] = (const char *)sqlite3_column_text(statement, i);
		pb_term_printf(stdout, "%-8s  %-20s  %-7s  %-8s  %-10s  %-11s  %-26s  %d of %d\n",
			       t[0], t[1], t[2], t[3], t[4], t[5], t[6],
			       sqlite3_column_int(statement, 7), sqlite3_column_int(statement, 8));
	}
	sqlite3_finalize(statement);
	if (step != SQLITE_DONE)
		return pb_fail(-EIO, "cannot read runs of '%s': %s", values->database,
			       sqlite3_errmsg(pb_store_sqlite(store)));
	/* Its lines come behind the list, on another stream. */
	if (fflush(stdout))
		return pb_fail(-errno, "cannot write to standard output: %s", strerror(errno));
	return oddities_say(store);
}

static const struct {
	const char *name;
	int (*print)(const struct values *values);
} things[] = {
	{ "strategies", strategies },
	{ "memory", memory },
	{ "sharing", sharing },
	{ "loads", loads },
	{ "residencies", residencies },
	{ "intents", intents },
	{ "holds", holds },
	{ "releases", releases },
	{ "counters", counters },
	{ "kernels", kernels },
	{ "plans", plans },
	{ "runs", runs },
};

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = "pinbench.db", .arch = pb_arch_default->name };
	int nr, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret && nr != 1)
		ret = pb_fail(-EINVAL, "list what? (valid: %s)", command->args);
	for (size_t i = 0; !ret && i < PB_ARRAY_SIZE(things); i++) {
		if (!pb_streq(things[i].name, argv[1]))
			continue;
		ret = things[i].print(&values);
		return ret ? pb_command_failed(ret) : PB_EXIT_OK;
	}
	if (!ret)
		ret = pb_fail(-EINVAL, "list: unknown word '%s' (valid: %s)", argv[1],
			      command->args);
	return pb_command_failed(ret);
}

const struct pb_command pb_command_list = {
	.name = "list",
	.args = "strategies|memory|sharing|loads|residencies|intents|holds|releases|counters|kernels|plans|runs",
	.summary = "show what can be measured, and the runs that were",
	.options = rows,
	.run = run,
};
