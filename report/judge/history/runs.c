// SPDX-License-Identifier: GPL-2.0-only
/*
 * runs - which runs and which cells make a history.
 * Why: without a word from the user the history is of what can be compared, and it says so.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/observed.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/runs/text.h"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

/*
 * A run's kind is its evidence, its architecture and its set of cells. Of each kind and release the
 * best run; of the kinds the one that most releases share, then that with the most cells, then the
 * one that came last into the database.
 */
static const char runs_sql[] =
	"WITH shape AS (SELECT run_id, count(*) AS cells, group_concat(word, ';') AS words FROM "
	" (SELECT run_id, strategy || ',' || memory || ',' || pages || ',' || threads || ',' || "
	"  "
#define PB_AXIS(id, field, since, title) #field " || ',' || "
#include "collect/axes.def"
#undef PB_AXIS
	"'' AS word FROM cell ORDER BY run_id, word) GROUP BY run_id), "
	"ended AS (SELECT run.id, coalesce(fact.value, '') AS release, shape.cells, "
	"  run.evidence || ' ' || coalesce(arch.value, '') || ' ' || shape.words AS kind, run.state = 'complete' AS whole "
	" FROM run JOIN shape ON shape.run_id = run.id "
	" LEFT JOIN fact ON fact.run_id = run.id AND fact.key = 'kernel.release' "
	" LEFT JOIN fact AS arch ON arch.run_id = run.id AND arch.key = 'kernel.arch' "
	" WHERE (" PB_STORE_RUN_STATE
	") <> 'running' AND run.evidence <> 'observed' AND NOT EXISTS (SELECT 1 FROM cell AS used WHERE "
	"  used.run_id = run.id AND used.event = '" PB_EVENT_USE
	"') AND NOT EXISTS (SELECT 1 FROM fact AS injected WHERE "
	"  injected.run_id = run.id AND injected.key = 'pinbench.inject' AND injected.value <> '0')), "
	"best AS (SELECT *, row_number() OVER (PARTITION BY kind, release "
	"  ORDER BY whole DESC, id DESC) AS age FROM ended), "
	"kinds AS (SELECT kind, count(*) AS releases, max(cells) AS cells, "
	"  max(id) AS last FROM best WHERE age = 1 GROUP BY kind), "
	"chosen AS (SELECT kind FROM kinds "
	"  ORDER BY kind LIKE 'exact %' DESC, releases DESC, cells DESC, last DESC LIMIT 1) "
	"SELECT id, release, kind IN chosen AS wanted FROM best WHERE age = 1 AND "
	" (kind IN chosen OR release NOT IN (SELECT release FROM best WHERE kind IN chosen)) "
	"ORDER BY release, wanted DESC";

struct rows {
	int64_t *ids;
	size_t nr;
	struct pb_buf left_out; /* releases that have only runs of another kind */
	char *last;             /* of them, so that each is named once */
};

static void rows_done(struct rows *rows)
{
	free(rows->ids);
	free(rows->last);
	pb_buf_done(&rows->left_out);
}

static int row_take(struct rows *rows, int64_t id, const char *release, bool wanted)
{
	int64_t *ids;

	if (wanted) {
		ids = reallocarray(rows->ids, rows->nr + 1, sizeof(*ids));
		if (!ids)
			return pb_fail(-ENOMEM, "out of memory");
		rows->ids = ids;
		ids[rows->nr++] = id;
		return 0;
	}
	if (rows->last && pb_streq(rows->last, release))
		return 0;
	free(rows->last);
	rows->last = pb_printable_copy(release, "");
	if (!rows->last)
		return -ENOMEM;
	return pb_buf_printf(&rows->left_out, "%s%s", rows->left_out.len_bytes ? ", " : "",
			     *rows->last ? rows->last : "a kernel without a name");
}

int pb_history_runs(struct pb_store *store, int64_t **ret_run_ids, size_t *ret_nr,
		    char **ret_left_out)
{
	sqlite3 *db = pb_store_sqlite(store);
	pb_cleanup(statement_freep) sqlite3_stmt *statement = NULL;
	pb_cleanup(rows_done) struct rows rows = { 0 };
	int step = sqlite3_prepare_v2(db, runs_sql, -1, &statement, NULL), ret = 0;

	while (!ret && statement && (step = sqlite3_step(statement)) == SQLITE_ROW) {
		const char *release = (const char *)sqlite3_column_text(statement, 1);

		ret = row_take(&rows, sqlite3_column_int64(statement, 0), release ? release : "",
			       sqlite3_column_int(statement, 2) != 0);
	}
	if (ret)
		return ret;
	if (step != SQLITE_DONE)
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(db));
	if (!rows.nr)
		return pb_fail(-ENOENT,
			       "history: '%s' holds no run; `pinbench run --kernel "
			       "debian:6.1,debian:6.12` makes some",
			       pb_store_path(store));
	*ret_run_ids = pb_steal(rows.ids);
	*ret_nr = rows.nr;
	*ret_left_out = pb_steal(rows.left_out.data);
	return 0;
}

static bool list_has(char **words, size_t nr, const char *word)
{
	for (size_t i = 0; i < nr; i++)
		if (pb_streq(words[i], word))
			return true;
	return !nr;
}

/* Does "STRATEGY[,MEMORY[,PAGES]]" name it? */
static bool word_fits(const char *word, const struct pb_cell *cell)
{
	_cleanup_free_ char *copy = strdup(word);
	char *rest = copy, number[24];
	const char *parts[3] = { NULL, NULL, NULL };
	unsigned int memory = PB_MEMORY_NONE;

	for (int i = 0; i < 3 && rest; i++)
		parts[i] = strsep(&rest, ",");
	snprintf(number, sizeof(number), "%" PRIu64, cell->nr_pages);
	return parts[0] && !rest && pb_streq(parts[0], cell->strategy) &&
	       (!parts[1] ||
		(pb_word_find(PB_WORDS_MEMORY, parts[1], &memory) && memory == cell->memory)) &&
	       (!parts[2] || pb_streq(parts[2], number));
}

bool pb_history_wants(const struct pb_history_filter *filter, const struct pb_cell *cell)
{
	bool pages = !filter->nr_pages;

	for (size_t i = 0; i < filter->nr_cells; i++)
		if (word_fits(filter->cells[i], cell))
			return true;
	if (filter->nr_cells)
		return false;
	for (size_t i = 0; i < filter->nr_pages; i++)
		pages |= filter->pages[i] == cell->nr_pages;
	return pages && list_has(filter->strategies, filter->nr_strategies, cell->strategy) &&
	       list_has(filter->memory, filter->nr_memory, pb_memory_name(cell->memory));
}

static int word_once(struct pb_buf *buf, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = buf->data; at && (at = strstr(at, word)); at += len)
		if (at[-1] == ' ' && (!at[len] || at[len] == ' '))
			return 0;
	return pb_buf_printf(buf, " %s", word);
}

int pb_history_wants_fail(const struct pb_history_filter *filter, const struct pb_summary *summary)
{
	pb_cleanup(pb_buf_done) struct pb_buf strategies = { 0 }, memory = { 0 }, pages = { 0 };
	int ret = 0;

	for (size_t i = 0; i < summary->nr_cells && !ret; i++) {
		const struct pb_cell *cell = &summary->cells[i].cell;
		char number[24];

		snprintf(number, sizeof(number), "%" PRIu64, cell->nr_pages);
		ret = word_once(&strategies, cell->strategy);
		if (!ret)
			ret = word_once(&memory, pb_memory_name(cell->memory));
		if (!ret)
			ret = word_once(&pages, number);
	}
	if (ret)
		return ret;
	return pb_fail(-EINVAL,
		       "history: no cell of these runs is meant%s%s%s (strategies:%s; memory:%s; "
		       "pages:%s)",
		       filter->nr_cells ? " by '" : "", filter->nr_cells ? filter->cells[0] : "",
		       filter->nr_cells ? "'" : "", strategies.data ? strategies.data : " none",
		       memory.data ? memory.data : " none", pages.data ? pages.data : " none");
}
