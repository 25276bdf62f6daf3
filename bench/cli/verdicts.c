// SPDX-License-Identifier: GPL-2.0-only
/*
 * verdicts - compare, gate and history, of runs that watched held pages.
 * Why: "6.12 -> 7.3: 3 verdicts changed" is to be one command, the one that compares all else.
 */
#include "bench/cli/verdicts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/cli/sides.h"
#include "bench/semantics/cases.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/select.h"
#include "report/semantics/differ.h"

enum { SHOWN = 40 };

/* One run's verdicts, in the store that it lies in. */
struct side {
	struct pb_selected run;
	struct pb_semantics semantics;
};

struct verdicts {
	struct pb_store *store; /* --db; NULL where that file does not exist */
	size_t nr;
	struct side *sides;
};

static void verdicts_done(struct verdicts *verdicts)
{
	for (size_t i = 0; i < verdicts->nr; i++) {
		pb_semantics_done(&verdicts->sides[i].semantics);
		pb_selected_done(&verdicts->sides[i].run);
	}
	free(verdicts->sides);
	pb_store_free(verdicts->store);
}

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

static bool is_observed(const struct pb_selected *run)
{
	static const char sql[] = "SELECT 1 FROM run WHERE id = ?1 AND evidence = 'observed'";
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;

	return sqlite3_prepare_v2(pb_store_sqlite(run->store), sql, -1, &statement, NULL) ==
		       SQLITE_OK &&
	       sqlite3_bind_int64(statement, 1, run->run_id) == SQLITE_OK &&
	       sqlite3_step(statement) == SQLITE_ROW;
}

enum meaning { MEANS_NOTHING, MEANS_NUMBERS, MEANS_VERDICTS };

/* A baseline stands in for numbers that were never measured here; verdicts were. */
static enum meaning meaning_of(struct pb_store *store, const char *word)
{
	pb_cleanup(pb_selected_done) struct pb_selected run = { 0 };
	bool found = !pb_select_run(store, word, &run);

	if (found && !run.fell_back)
		return is_observed(&run) ? MEANS_VERDICTS : MEANS_NUMBERS;
	pb_fail_clear();
	pb_selected_done(&run);
	return !pb_select_observed(store, word, &run) && is_observed(&run) ? MEANS_VERDICTS
									   : MEANS_NOTHING;
}

bool pb_verdicts_meant(const char *database, char **words, size_t nr)
{
	char *latest[] = { (char *)"latest" };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	bool numbers = false, verdicts = false;

	if (pb_database_open(database, &store))
		pb_fail_clear(); /* a word may be another database's path */
	if (!nr)
		words = latest;
	for (size_t i = 0; i < (nr ? nr : 1); i++) {
		enum meaning meaning = meaning_of(store, words[i]);

		numbers |= meaning == MEANS_NUMBERS;
		verdicts |= meaning == MEANS_VERDICTS;
	}
	pb_fail_clear();
	return verdicts && !numbers;
}

/* A kernel's name means all that is known of it; anything else a run. */
static int side_load(const char *word, struct side *side)
{
	struct pb_semantics_filter filter = { .run_ids = &side->run.run_id, .nr_runs = 1 };
	int ret = pb_semantics_load(side->run.store, &filter, &side->semantics);
	char kernel[sizeof(side->semantics.rows->kernel)], *kernels[] = { kernel };

	if (ret || !side->run.newest || strncmp(word, "latest", strlen("latest")) == 0)
		return ret;
	snprintf(kernel, sizeof(kernel), "%s", side->semantics.rows[0].kernel);
	pb_semantics_done(&side->semantics);
	filter = (struct pb_semantics_filter){ .kernels = kernels, .nr_kernels = 1 };
	return pb_semantics_load(side->run.store, &filter, &side->semantics);
}

static int sides_load(const char *database, char **words, size_t nr, struct verdicts *verdicts)
{
	int ret = pb_database_open(database, &verdicts->store);

	if (ret == -ENOENT)
		pb_fail_clear();
	else if (ret)
		return ret;
	pb_cases_events_tell();
	verdicts->sides = calloc(nr, sizeof(*verdicts->sides));
	if (!verdicts->sides)
		return pb_fail(-ENOMEM, "out of memory");
	ret = 0;
	for (size_t i = 0; i < nr && !ret; i++) {
		struct side *side = &verdicts->sides[verdicts->nr];

		ret = pb_select_observed(verdicts->store, words[i], &side->run);
		verdicts->nr += !ret;
		if (!ret)
			ret = side_load(words[i], side);
	}
	return ret;
}

static int pair_print(const struct pb_semantics *base, const struct pb_semantics *head,
		      const struct pb_verdicts_style *style, int *ret_status)
{
	pb_cleanup(pb_verdict_changes_done) struct pb_verdict_changes changes = { 0 };
	int ret = pb_verdicts_differ(base, head, &changes);

	if (!ret)
		ret = pb_verdict_changes_print(&changes, style->all ? 0 : SHOWN, style->quiet,
					       stdout);
	if (!ret)
		*ret_status = pb_verdict_exit(pb_verdict_changes_verdict(&changes));
	return ret;
}

int pb_verdicts_compare(const char *database, char **words, const char *command,
			const struct pb_verdicts_style *style, int *ret_status)
{
	pb_cleanup(verdicts_done) struct verdicts verdicts = { 0 };
	int ret = sides_load(database, words, 2, &verdicts);

	if (ret)
		return ret;
	if (pb_streq(verdicts.sides[0].run.uuid, verdicts.sides[1].run.uuid))
		return pb_fail(-EINVAL,
			       "%s: '%s' and '%s' are the same run %.8s (name another for one of "
			       "them: pinbench list runs)",
			       command, words[0], words[1], verdicts.sides[0].run.uuid);
	return pair_print(&verdicts.sides[0].semantics, &verdicts.sides[1].semantics, style,
			  ret_status);
}

/* The rows of one kernel stand together: a part of them is what one kernel has. */
static size_t kernel_rows(const struct pb_semantics *all, size_t at)
{
	size_t nr = 1;

	while (at + nr < all->nr && pb_streq(all->rows[at].kernel, all->rows[at + nr].kernel))
		nr++;
	return nr;
}

static int stored_history(struct pb_store *store, const struct pb_verdicts_style *style)
{
	static const struct pb_semantics_filter everything;
	pb_cleanup(pb_semantics_done) struct pb_semantics all = { 0 };
	struct pb_semantics last = { 0 };
	int status, ret = pb_semantics_load(store, &everything, &all);

	for (size_t at = 0; at < all.nr && !ret; at += last.nr) {
		struct pb_semantics next = { .rows = &all.rows[at], .nr = kernel_rows(&all, at) };

		if (last.nr)
			ret = pair_print(&last, &next, style, &status);
		last = next;
	}
	if (!ret && last.nr == all.nr)
		ret = pb_fail(-ENOENT,
			      "history: '%s' holds verdicts of one kernel alone: there is no step",
			      pb_store_path(store));
	return ret;
}

int pb_verdicts_history(const char *database, char **words, size_t nr,
			const struct pb_verdicts_style *style)
{
	pb_cleanup(verdicts_done) struct verdicts verdicts = { 0 };
	int status, ret = sides_load(database, words, nr, &verdicts);

	if (!ret && !nr)
		return stored_history(verdicts.store, style);
	if (!ret && nr < 2)
		ret = pb_fail(-EINVAL, "history: verdicts change between two kernels at least");
	for (size_t i = 1; i < nr && !ret; i++)
		ret = pair_print(&verdicts.sides[i - 1].semantics, &verdicts.sides[i].semantics,
				 style, &status);
	return ret;
}
