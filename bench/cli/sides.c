// SPDX-License-Identifier: GPL-2.0-only
/*
 * sides - the runs that a command line names, with the store that they lie in.
 * Why: every command that reads runs opens the database and resolves words in the same way.
 */
#include "bench/cli/sides.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "collect/store/journal.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"
#include "report/judge/dated.h"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

const char *const pb_sides_names[] = { "base", "head" };

const char *pb_database_usual(void)
{
	const char *path = getenv("PINBENCH_DB");

	return path && *path ? path : "pinbench.db";
}

int pb_database_open(const char *path, struct pb_store **ret_store)
{
	int ret = pb_store_open(path, PB_STORE_READ, ret_store);

	/* An older pinbench wrote it: bring it forward, as anything that writes to it would. */
	if (ret == -ESTALE && access(path, W_OK) == 0)
		ret = pb_store_open(path, PB_STORE_WRITE, ret_store);
	if (!ret)
		pb_journals_point_at(path);
	return ret;
}

/* Opens the database and finds what each word means. */
static int words_resolve(const char *database, char **words, size_t nr, struct pb_sides *sides)
{
	int ret = pb_database_open(database, &sides->store);

	/* A word may be another database's path; without words there is nothing but this one. */
	if (ret == -ENOENT && words)
		ret = 0;
	if (ret)
		return ret;
	sides->runs = calloc(nr, sizeof(*sides->runs));
	if (!sides->runs)
		return pb_fail(-ENOMEM, "out of memory");
	for (; sides->nr < nr; sides->nr++) {
		const char *word = words ? words[sides->nr] : "latest";
		struct pb_selected *run = &sides->runs[sides->nr];

		ret = pb_select_run(sides->store, word, run);
		if (ret)
			return ret;
		if (run->fell_back)
			pb_progress_say("No run of %s is stored; its baseline is taken.", word);
	}
	return 0;
}

/* Killed while its kernel booted, say: it is the newest run all the same, and not passed over. */
static int emptiness_say(struct pb_store *store, int64_t run_id)
{
	static const char sql[] =
		"SELECT uuid, " PB_STORE_RUN_STATE " AS ended FROM run WHERE id = ?1 AND "
		"ended <> 'running' AND NOT EXISTS (SELECT 1 FROM cell WHERE run_id = run.id)";
	pb_cleanup(statement_freep) sqlite3_stmt *query = NULL;
	int step = SQLITE_ERROR;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) == SQLITE_OK &&
	    sqlite3_bind_int64(query, 1, run_id) == SQLITE_OK)
		step = sqlite3_step(query);
	if (step == SQLITE_ROW)
		pb_progress_say("Run %.8s is %s and has no cell: it ended before its first one.",
				(const char *)sqlite3_column_text(query, 0),
				(const char *)sqlite3_column_text(query, 1));
	else if (step != SQLITE_DONE)
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	return 0;
}

int pb_run_oddities_say(struct pb_store *store, int64_t run_id)
{
	int ret = pb_dated_say(store, run_id);

	return ret ? ret : emptiness_say(store, run_id);
}

static int oddities_say(const struct pb_sides *sides)
{
	int ret = 0;

	for (size_t i = 0; i < sides->nr && !ret; i++)
		ret = pb_run_oddities_say(sides->runs[i].store, sides->runs[i].run_id);
	return ret;
}

int pb_sides_open(const char *database, char **words, size_t nr, struct pb_sides *ret_sides)
{
	struct pb_sides sides = { 0 };
	int ret = words_resolve(database, nr ? words : NULL, nr ? nr : 1, &sides);

	if (!ret)
		ret = oddities_say(&sides);
	if (ret) {
		pb_sides_done(&sides);
		return ret;
	}
	*ret_sides = sides;
	return 0;
}

int pb_sides_open_chosen(const char *database, char **words, const char *const *names, size_t nr,
			 pb_cell_wanted *wanted, const void *data, struct pb_sides *ret_sides)
{
	_cleanup_free_ char *said = NULL;
	struct pb_sides sides = { 0 };
	int ret = words_resolve(database, words, nr, &sides);

	if (!ret)
		ret = pb_counterparts_take(sides.runs, names, nr, wanted, data, &said);
	if (!ret && said)
		pb_progress_say("%s", said);
	if (!ret)
		ret = oddities_say(&sides);
	if (ret) {
		pb_sides_done(&sides);
		return ret;
	}
	*ret_sides = sides;
	return 0;
}

int pb_sides_distinct(const struct pb_sides *sides, char **words, const char *command)
{
	for (size_t i = 0; i < sides->nr; i++) {
		for (size_t j = 0; j < i; j++) {
			if (!pb_streq(sides->runs[i].uuid, sides->runs[j].uuid))
				continue;
			return pb_fail(-EINVAL,
				       "%s: '%s' and '%s' are the same run %.8s (name another for "
				       "one of them: pinbench list runs)",
				       command, words[j], words[i], sides->runs[i].uuid);
		}
	}
	return 0;
}

void pb_sides_done(struct pb_sides *sides)
{
	for (size_t i = 0; i < sides->nr; i++)
		pb_selected_done(&sides->runs[i]);
	free(sides->runs);
	if (sides->store)
		pb_store_free(sides->store);
	*sides = (struct pb_sides){ 0 };
}
