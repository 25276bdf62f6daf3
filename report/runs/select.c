// SPDX-License-Identifier: GPL-2.0-only
/*
 * select - runs by uuid prefix, age, kernel and database.
 * Why: an ambiguous word is answered with its candidates, never with a guess.
 */
#include "report/runs/select.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "collect/baseline.h"
#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/tag.h"
#include "report/runs/text.h"

static const char baseline[] = "baseline:";
static const char users[] = "users:";
static const char debian[] = "debian:"; /* such a name may have a flavour behind a slash */

enum { PREFIX_MIN = 4, CANDIDATES_MAX = 10 };

/*
 * The newest run is the one that came last into this database. Its date is what the clock of the
 * machine said that measured it: one that was once ahead would stay newest for ever.
 */
#define NEWEST_FIRST " ORDER BY run.id DESC"

/*
 * Numbers of strategies, what was seen of held pages, or numbers of users of GUP: never the one where
 * another is meant. A uuid is of any.
 */
enum kind { STRATEGIES, OBSERVED, USERS };
#define OF_ITS_KIND                                                                             \
	" (run.evidence = 'observed') = (?3 = 1) AND EXISTS (SELECT 1 FROM cell AS used WHERE " \
	"used.run_id = run.id AND used.event = '" PB_EVENT_USE "') = (?3 = 2)"

/* A kernel's numbers are never those of a self-test, whose costs are partly pinbench's own. */
#define NOT_INJECTED                                                                      \
	" NOT EXISTS (SELECT 1 FROM fact AS injected WHERE injected.run_id = run.id AND " \
	"injected.key = 'pinbench.inject' AND injected.value <> '0')"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

/*
 * Runs @sql, whose rows are (id, uuid, words), with @text bound to ?1 and @number to ?2, and takes
 * the first row. Returns how many rows there are, at most CANDIDATES_MAX, or -errno; lists them in
 * @candidates if that is given.
 */
static int runs_query(struct pb_store *store, const char *sql, const char *text, int64_t number,
		      struct pb_selected *selected, struct pb_buf *candidates)
{
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;
	int nr = 0, step;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &statement, NULL) != SQLITE_OK)
		return pb_store_query_failed(store);
	if (sqlite3_bind_parameter_count(statement) >= 1)
		sqlite3_bind_text(statement, 1, text, -1, SQLITE_TRANSIENT);
	if (sqlite3_bind_parameter_count(statement) >= 2)
		sqlite3_bind_int64(statement, 2, number);
	if (sqlite3_bind_parameter_count(statement) >= 3)
		sqlite3_bind_int(statement, 3,
				 selected->users      ? USERS
				 : selected->observed ? OBSERVED
						      : STRATEGIES);
	while ((step = sqlite3_step(statement)) == SQLITE_ROW && nr < CANDIDATES_MAX) {
		const char *uuid = (const char *)sqlite3_column_text(statement, 1);
		const char *words = (const char *)sqlite3_column_text(statement, 2);
		_cleanup_free_ char *clean = pb_printable_copy(words ? words : "", "");

		if (!nr++) {
			selected->store = store;
			selected->run_id = sqlite3_column_int64(statement, 0);
			snprintf(selected->uuid, sizeof(selected->uuid), "%s", uuid ? uuid : "");
		}
		if (!clean || (candidates &&
			       pb_buf_printf(candidates, "\n  %s  %s", uuid ? uuid : "?", clean)))
			return -ENOMEM;
	}
	return step == SQLITE_ROW || step == SQLITE_DONE ? nr : pb_store_query_failed(store);
}

/* That there are runs, and yet none that the word may mean, is not left to be guessed. */
static const char *others_words(struct pb_store *store, const struct pb_selected *selected)
{
	struct pb_selected other = { .observed = selected->observed };
	int nr = runs_query(store,
			    "SELECT id, uuid, created FROM run WHERE ?1 IS NOT NULL AND NOT "
			    "(" OF_ITS_KIND ") LIMIT 1 OFFSET ?2",
			    "", 0, &other, NULL);

	if (nr < 0)
		pb_fail_clear();
	return nr <= 0 ? ""
	       : selected->observed
		       ? " of held pages; it has runs with numbers"
		       : " of strategies; what it has are users of GUP or held pages, which are "
			 "named by their uuids (pinbench list runs)";
}

static int select_age(struct pb_store *store, const char *word, const char *age,
		      struct pb_selected *selected)
{
	uint64_t back = 0;
	int ret = 0;

	if (*age)
		ret = pb_parse_u64(age + 1, "latest~", 0, INT64_MAX, &back);
	if (ret)
		return ret;
	ret = runs_query(store,
			 "SELECT id, uuid, created FROM run WHERE ?1 IS NOT NULL AND" OF_ITS_KIND
				 NEWEST_FIRST " LIMIT 1 OFFSET ?2",
			 word, (int64_t)back, selected, NULL);
	if (!ret)
		return pb_fail(-ENOENT, "'%s': '%s' holds no run%s%s", word, pb_store_path(store),
			       selected->users ? " of users of GUP" : "",
			       back              ? " that old"
			       : selected->users ? ""
						 : others_words(store, selected));
	/* latest~0 counts, as latest~1 does: whoever writes it means that very run. */
	selected->newest = !*age;
	return ret < 0 ? ret : 0;
}

/* 1: found; 0: there is no such run; -errno. */
static int select_uuid(struct pb_store *store, const char *word, struct pb_selected *selected)
{
	pb_cleanup(pb_buf_done) struct pb_buf candidates = { 0 };
	size_t len = strlen(word);
	int nr;

	if (len < PREFIX_MIN || strspn(word, "0123456789abcdefABCDEF-") != len)
		return 0;
	nr = runs_query(
		store,
		"SELECT run.id, run.uuid, run.created || '  ' || coalesce(value, '') FROM run "
		"LEFT JOIN fact ON run_id = run.id AND key = 'kernel.release' "
		"WHERE lower(substr(uuid, 1, length(?1))) = lower(?1)" NEWEST_FIRST,
		word, 0, selected, &candidates);
	if (nr > 1)
		return pb_fail(-EINVAL, "run '%s' is ambiguous; it may be%s", word,
			       candidates.data);
	return nr;
}

/* Likewise. */
static int select_tag(struct pb_store *store, const char *word, struct pb_selected *selected)
{
	pb_cleanup(pb_buf_done) struct pb_buf candidates = { 0 };
	int nr = !pb_tag_is(word) ? 0
				  : runs_query(store,
					       "SELECT run.id, uuid, created FROM run JOIN fact ON "
					       "run_id = run.id WHERE key = '" PB_FACT_TAG
					       "' AND value = ?1" NEWEST_FIRST,
					       word, 0, selected, &candidates);

	/* Two databases that were merged may have given it each. */
	if (nr > 1)
		return pb_fail(-EINVAL, "tag '%s' is of several runs; it may be%s", word,
			       candidates.data);
	return nr;
}

/* Likewise: by fact kernel.name or kernel.release, a tree also by its commit. */
static int select_kernel(struct pb_store *store, const char *word, struct pb_selected *selected)
{
	pb_cleanup(pb_buf_done) struct pb_buf candidates = { 0 };
	/* Runs of a tree have its absolute path; here it may be spelt otherwise. */
	_cleanup_free_ char *tree =
		strchr(word, '/') || word[0] == '.' ? realpath(word, NULL) : NULL;
	int nr = runs_query(
		store,
		"SELECT run.id, uuid, value FROM run JOIN fact ON run_id = run.id WHERE (key "
		"IN ('kernel.name', 'kernel.release', 'kernel.describe') AND value = ?1 OR key = "
		"'kernel.commit' AND length(?1) >= 7 AND substr(value, 1, length(?1)) = ?1) "
		"AND" OF_ITS_KIND " AND" NOT_INJECTED NEWEST_FIRST " LIMIT 1",
		tree ? tree : word, 0, selected, NULL);

	if (nr || !isdigit((unsigned char)word[0]))
		return nr;
	/* The start of a release, up to a joint: 6.1 is 6.1.0-49 and not 6.12. */
	nr = runs_query(store,
			"SELECT id, uuid, release FROM (SELECT run.id, uuid, value AS release, "
			"row_number() OVER (PARTITION BY value" NEWEST_FIRST ") AS age FROM run "
			"JOIN fact ON run_id = run.id WHERE key = 'kernel.release' AND "
			"substr(value, 1, length(?1)) = ?1 AND "
			"substr(value, length(?1) + 1, 1) IN ('.', '-', '+', '~') AND" OF_ITS_KIND
			" AND" NOT_INJECTED ") "
			"WHERE age = 1 ORDER BY id DESC",
			word, 0, selected, &candidates);
	if (nr > 1)
		return pb_fail(-EINVAL, "kernel '%s' is ambiguous; it may be%s", word,
			       candidates.data);
	return nr;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static int select_known(struct pb_store *store, const char *word, struct pb_selected *selected)
{
	int ret;

	if (!store)
		return pb_fail(-ENOENT,
			       "no run '%s': there is no database, and no file of this name", word);
	if (pb_streq(word, "latest") || !strncmp(word, "latest~", strlen("latest~")))
		return select_age(store, word, word + strlen("latest"), selected);
	ret = select_uuid(store, word, selected);
	if (!ret)
		ret = select_tag(store, word, selected);
	if (!ret) {
		ret = select_kernel(store, word, selected);
		selected->newest = ret > 0;
	}
	if (!ret)
		return pb_fail(
			-ENOENT,
			"no run '%s' in '%s' (valid: the start of a run's uuid, a tag, latest, "
			"latest~N, a kernel's name or release, a database, DATABASE:RUN, "
			"baseline:KERNEL)",
			word, pb_store_path(store));
	return ret < 0 ? ret : 0;
}

static int select_in_file(const char *path, const char *word, struct pb_selected *selected)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int ret = pb_baseline_is(path) ? pb_baseline_load(path, &store)
				       : pb_store_open(path, PB_STORE_READ, &store);

	if (!ret)
		ret = select_known(store, word, selected);
	if (!ret)
		selected->owned = pb_steal(store);
	return ret;
}

static int select_baseline(const char *name, struct pb_selected *selected)
{
	_cleanup_free_ char *path = NULL;
	int ret = pb_baseline_find(name, &path);

	return ret ? ret : select_in_file(path, "latest", selected);
}

/* The message of a missing run stands unless a baseline is there: it says more. */
static int select_known_or_baseline(struct pb_store *store, const char *word,
				    struct pb_selected *selected)
{
	int ret = select_known(store, word, selected);

	if (ret != -ENOENT || selected->observed || selected->users || !strchr(word, ':'))
		return ret;
	if (select_baseline(word, selected))
		return select_known(store, word, selected);
	selected->fell_back = true;
	return 0;
}

/* Where the path of PATH:RUN ends, or NULL: kernels have colons in their names, too. */
static const char *path_end(const char *word)
{
	for (const char *colon = strchr(word, ':'); colon; colon = strchr(colon + 1, ':')) {
		_cleanup_free_ char *path = strndup(word, (size_t)(colon - word));

		if (path && is_file(path))
			return colon;
	}
	return NULL;
}

static int select_run(struct pb_store *store, const char *word, bool observed,
		      struct pb_selected *ret_selected)
{
	struct pb_selected selected = { .observed = observed };
	const char *colon;
	int ret;

	if (!strncmp(word, users, strlen(users))) {
		selected.users = true;
		word += strlen(users);
	}
	colon = path_end(word);
	if (colon) {
		_cleanup_free_ char *path = strndup(word, (size_t)(colon - word));

		if (!path)
			return pb_fail(-ENOMEM, "out of memory");
		ret = select_in_file(path, colon + 1, &selected);
	} else if (is_file(word)) {
		ret = select_in_file(word, "latest", &selected);
	} else if (!strncmp(word, baseline, strlen(baseline))) {
		ret = select_baseline(word + strlen(baseline), &selected);
	} else if (strchr(word, '/') && strncmp(word, debian, strlen(debian)) != 0) {
		ret = pb_fail(-ENOENT, "no run '%s': there is no such file", word);
	} else {
		ret = select_known_or_baseline(store, word, &selected);
	}
	if (ret)
		return ret;
	*ret_selected = selected;
	return 0;
}

int pb_select_run(struct pb_store *store, const char *word, struct pb_selected *ret_selected)
{
	return select_run(store, word, false, ret_selected);
}

int pb_select_observed(struct pb_store *store, const char *word, struct pb_selected *ret_selected)
{
	return select_run(store, word, true, ret_selected);
}

void pb_selected_done(struct pb_selected *selected)
{
	pb_store_free(selected->owned);
	*selected = (struct pb_selected){ 0 };
}
