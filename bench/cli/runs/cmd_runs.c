// SPDX-License-Identifier: GPL-2.0-only
/*
 * cmd_runs - `pinbench runs`: what is said of runs, and runs that go.
 * Why: a run that cannot be named is looked for again each time, and one that cannot be removed
 * stays in every answer.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/cli/answer.h"
#include "bench/cli/commands.h"
#include "bench/cli/options.h"
#include "bench/cli/sides.h"
#include "collect/summary.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/select.h"
#include "report/runs/tag.h"

struct values {
	const char *database;
	const struct pb_document_format *form;
	bool remove;
};

#define AT(field) offsetof(struct values, field)
static const struct pb_option rows[] = {
	{ "remove", 'r', PB_OPTION_FLAG, AT(remove), NULL, "note, tag: take it away", 0, 0 },
	PB_OPTION_FORMAT(AT(form)),
	{ "db", 'd', PB_OPTION_TEXT, AT(database), "FILE", "database (pinbench.db)", 0, 0 },
	{ .name = NULL },
};
#undef AT

struct request {
	const struct values *values;
	char **words; /* behind the verb */
	size_t nr;
	int *status; /* of what was written */
};

/* A run of this very database: what is in another file is not changed by its name. */
static int run_find(struct pb_store *store, const char *word, struct pb_selected *run)
{
	int ret = pb_select_run(store, word, run);

	if (ret || !run->owned)
		return ret;
	return pb_fail(-EINVAL, "runs: '%s' is of another database; name that by --db", word);
}

static int state_check(struct pb_store *store, const struct pb_selected *run)
{
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	int ret = pb_summary_load(store, run->run_id, &summary);

	if (ret || summary.state != PB_RUN_STATE_RUNNING)
		return ret;
	return pb_fail(-EBUSY,
		       "runs: run %.8s is being measured; wait for its end, or interrupt it",
		       run->uuid);
}

static int store_open(const struct request *request, struct pb_store **ret_store)
{
	pb_cleanup(pb_store_freep) struct pb_store *there = NULL;
	/* One that is not there is not made. */
	int ret = pb_database_open(request->values->database, &there);

	return ret ? ret : pb_store_open(request->values->database, PB_STORE_WRITE, ret_store);
}

static int verb_list(const struct request *request)
{
	static const struct pb_grid_column columns[] = {
		{ "run", "run", .flags = PB_GRID_KEY },
		{ "created", "created (UTC)" },
		{ "evidence", "evidence" },
		{ "plan", "plan" },
		{ "kernel", "kernel" },
		{ "tag", "tag" },
		{ "note", "note", .flags = PB_GRID_WRAPS },
	};
	static const char sql[] =
		"SELECT substr(uuid, 1, 8), created, evidence, plan, coalesce((SELECT value FROM fact "
		"WHERE run_id = run.id AND key = 'kernel.release'), ''), coalesce((SELECT value FROM "
		"fact WHERE run_id = run.id AND key = '" PB_FACT_TAG
		"'), ''), coalesce((SELECT value "
		"FROM fact WHERE run_id = run.id AND key = '" PB_FACT_NOTE
		"'), '') FROM run ORDER BY id";
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_document_done) struct pb_document document = { 0 };
	struct pb_grid *grid = pb_document_grid(&document, 0, "runs", "%s", "");
	sqlite3_stmt *statement = NULL;
	int step, ret = pb_database_open(request->values->database, &store);

	if (ret)
		return ret;
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &statement, NULL))
		return pb_store_query_failed(store);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW)
		for (int i = 0; i < (int)PB_ARRAY_SIZE(columns); i++)
			pb_grid_text(grid, (const char *)sqlite3_column_text(statement, i));
	sqlite3_finalize(statement);
	if (step != SQLITE_DONE)
		return pb_store_query_failed(store);
	*request->status = pb_answer(&document, request->values->form, PB_EXIT_OK);
	return 0;
}

static void line_add(struct pb_grid *grid, const char *key, const char *value)
{
	pb_grid_text(grid, key);
	pb_grid_text(grid, value);
}

static int verb_show(const struct request *request)
{
	static const struct pb_grid_column columns[] = {
		{ "key", "fact", .flags = PB_GRID_KEY },
		{ "value", "value", .flags = PB_GRID_WRAPS },
	};
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_document_done) struct pb_document document = { 0 };
	pb_cleanup(pb_selected_done) struct pb_selected selected = { 0 };
	struct pb_grid *grid = pb_document_grid(&document, 0, "run", "%s", "");
	int ret = pb_database_open(request->values->database, &store);

	if (!ret)
		ret = pb_select_run(store, request->words[0], &selected);
	if (!ret)
		ret = pb_summary_load(selected.store, selected.run_id, &run);
	if (ret)
		return ret;
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	line_add(grid, "uuid", run.run.uuid);
	line_add(grid, "created", run.run.created);
	line_add(grid, "backend", run.run.backend);
	line_add(grid, "evidence", pb_evidence_name(run.run.evidence));
	line_add(grid, "plan", run.run.plan);
	line_add(grid, "state", pb_run_state_name(run.state));
	line_add(grid, "revision", run.run.revision);
	for (size_t i = 0; i < run.nr_facts; i++)
		line_add(grid, run.facts[i].key, run.facts[i].value);
	*request->status = pb_answer(&document, request->values->form, PB_EXIT_OK);
	return 0;
}

/* The run that may go by this word; *ret_id is 0 where an earlier word has named it. */
static int run_condemn(struct pb_store *store, const char *word, const int64_t *ids, size_t nr,
		       struct pb_buf *uuids, int64_t *ret_id)
{
	pb_cleanup(pb_selected_done) struct pb_selected run = { 0 };
	int ret = run_find(store, word, &run);

	if (ret)
		return ret;
	/* The same word again would take the next one. */
	if (run.newest)
		return pb_fail(
			-EINVAL,
			"runs: '%s' means the newest of several runs; to remove one, name it "
			"by its uuid, its tag or latest~0",
			word);
	for (size_t i = 0; i < nr; i++)
		if (ids[i] == run.run_id)
			return 0;
	*ret_id = run.run_id;
	ret = state_check(store, &run);
	return ret ? ret : pb_buf_printf(uuids, "%s%s", uuids->len_bytes ? ", " : "", run.uuid);
}

/* All of them or none, and no word is asked for when a run is gone already: latest~1 would slip. */
static int verb_rm(const struct request *request)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_buf_done) struct pb_buf uuids = { 0 };
	_cleanup_free_ int64_t *ids = calloc(request->nr, sizeof(*ids));
	int ret = ids ? store_open(request, &store) : -ENOMEM;

	if (!ret)
		ret = pb_store_begin(store);
	if (ret)
		return ret;
	for (size_t i = 0; i < request->nr && !ret; i++)
		ret = run_condemn(store, request->words[i], ids, i, &uuids, &ids[i]);
	for (size_t i = 0; i < request->nr && !ret; i++)
		if (ids[i])
			ret = pb_store_run_drop(store, ids[i]);
	if (ret) {
		pb_store_rollback(store);
		return ret;
	}
	ret = pb_store_commit(store);
	if (!ret)
		pb_term_printf(stdout, "Removed %s.\n", uuids.data);
	return ret;
}

static int said(const struct request *request, const char *key, const char *value)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_selected_done) struct pb_selected run = { 0 };
	int ret = store_open(request, &store);

	if (!ret)
		ret = run_find(store, request->words[0], &run);
	return ret ? ret : pb_said_set(store, run.run_id, key, value);
}

static int verb_note(const struct request *request)
{
	pb_cleanup(pb_buf_done) struct pb_buf text = { 0 };

	for (size_t i = 1; i < request->nr; i++)
		if (pb_buf_printf(&text, "%s%s", i > 1 ? " " : "", request->words[i]))
			return -ENOMEM;
	if (request->values->remove == (request->nr > 1))
		return pb_fail(-EINVAL, "runs: note wants a RUN and either a TEXT or --remove");
	return said(request, PB_FACT_NOTE, text.data);
}

/* A word that means a run already, by its tag, its kernel or its uuid, would mean two. */
static int tag_check(const struct request *request, const char *tag)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(pb_selected_done) struct pb_selected run = { 0 }, held = { 0 };
	int ret;

	if (!pb_tag_is(tag))
		return pb_fail(-EINVAL,
			       "runs: '%s' cannot be a tag: it is of letters, digits and '._-', "
			       "begins with a letter, has at most 31 characters, and is not of "
			       "hexadecimal digits alone",
			       tag);
	ret = pb_database_open(request->values->database, &store);
	if (ret)
		return ret;
	if (pb_select_run(store, tag, &run) == -ENOENT &&
	    pb_select_observed(store, tag, &held) == -ENOENT) {
		pb_fail_clear();
		return 0;
	}
	pb_fail_clear();
	return pb_fail(-EEXIST,
		       "runs: '%s' cannot be a tag: it means a run already (a run's tag is taken "
		       "away by: pinbench runs tag RUN --remove)",
		       tag);
}

static int verb_tag(const struct request *request)
{
	int ret = 0;

	if (request->values->remove == (request->nr > 1) || request->nr > 2)
		return pb_fail(-EINVAL, "runs: tag wants a RUN and either a NAME or --remove");
	if (request->nr > 1)
		ret = tag_check(request, request->words[1]);
	return ret ? ret : said(request, PB_FACT_TAG, request->nr > 1 ? request->words[1] : NULL);
}

static const struct {
	const char *name;
	size_t least, most; /* words behind it */
	int (*act)(const struct request *request);
} verbs[] = {
	{ "list", 0, 0, verb_list },      { "show", 1, 1, verb_show },
	{ "rm", 1, SIZE_MAX, verb_rm },   { "note", 1, SIZE_MAX, verb_note },
	{ "tag", 1, SIZE_MAX, verb_tag },
};

static int verb_act(const struct values *values, char **words, size_t nr, int *status)
{
	const char *name = nr ? words[0] : "list";
	const struct request request = { values, words + 1, nr ? nr - 1 : 0, status };

	for (size_t i = 0; i < PB_ARRAY_SIZE(verbs); i++) {
		if (!pb_streq(verbs[i].name, name))
			continue;
		if (request.nr < verbs[i].least || request.nr > verbs[i].most)
			return pb_fail(-EINVAL, "runs: %s wants %s", name,
				       verbs[i].most ? "the word of a RUN" : "no more words");
		return verbs[i].act(&request);
	}
	return pb_fail(-EINVAL, "runs: unknown verb '%s' (valid: list show rm note tag)", name);
}

static int run(const struct pb_command *command, int argc, char **argv)
{
	struct values values = { .database = pb_database_usual() };
	int nr, status = PB_EXIT_OK, ret = pb_options_parse(command, argc, argv, &values, &nr);

	if (ret == -ECANCELED)
		return PB_EXIT_OK;
	if (!ret)
		ret = verb_act(&values, argv + 1, (size_t)nr, &status);
	return ret ? pb_command_failed(ret) : status;
}

const struct pb_command pb_command_runs = {
	.name = "runs",
	.args = "[list | show RUN | note RUN TEXT | tag RUN NAME | rm RUN...]",
	.summary = "what is said of runs: notes, tags; and runs that go",
	.text = "A RUN is named as in `compare`: the start of its uuid, latest~N, a kernel. A tag is one\n"
		"more such word, wherever a run is named. Notes and tags are facts of their run: they\n"
		"are exported, merged and shown with it, and make no difference in a comparison.\n"
		"exit status: 0, or 2 where nothing was changed.",
	.options = rows,
	.run = run,
};
