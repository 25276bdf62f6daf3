// SPDX-License-Identifier: GPL-2.0-only
/*
 * counterpart - which of the runs that two words may mean have cells to compare.
 * Why: see counterpart.h.
 */
#include "report/judge/counterpart.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"

/* Whoever means a run further back than that names it. */
enum { LOOK_BACK = 1000 };

/* What makes a run one of this very kernel; mitigations are as much of its code as a patch is. */
#define KERNEL_FACTS                                                                         \
	" AND (key IN ('kernel.name', 'kernel.release', 'kernel.version', 'kernel.commit', " \
	"'kernel.arch') OR key LIKE 'machine.mitigation.%' OR key = 'pinbench.inject' AND "  \
	"value <> '0')"
#define FACTS_OF(run)               "SELECT key, value FROM fact WHERE run_id = " run KERNEL_FACTS
#define LACKS_A_FACT_OF(run, other) "EXISTS (" FACTS_OF(other) " EXCEPT " FACTS_OF(run) ")"

/* The newest run itself and those before it that may stand in for it, newest first. */
static const char runs_query[] =
	"SELECT run.id, run.uuid, run.state IN ('complete', 'failed') FROM run, run AS newest "
	"WHERE newest.id = ?1 AND (run.id = ?1 OR run.id < ?1 AND run.backend = newest.backend "
	"AND run.evidence = newest.evidence AND NOT " LACKS_A_FACT_OF(
		"run.id",
		"?1") " AND NOT " LACKS_A_FACT_OF("?1",
						  "run.id") ") ORDER BY run.id DESC LIMIT ?2 OFFSET ?3";

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

struct candidate {
	int64_t run_id;
	char uuid[37];
	bool ended;
	size_t nr;
	char **keys; /* of the cells that it has, in order */
};

/* The runs that one word may mean, newest first; only the newest where it names that one. */
struct field {
	struct pb_selected *selected;
	const char *name; /* in what is said: "base", or the word */
	bool head;
	pb_cell_wanted *wanted;
	const void *data;
	size_t nr;
	struct candidate *runs;
};

static void field_done(struct field *field)
{
	for (size_t i = 0; i < field->nr; i++) {
		for (size_t j = 0; j < field->runs[i].nr; j++)
			free(field->runs[i].keys[j]);
		free(field->runs[i].keys);
	}
	free(field->runs);
	*field = (struct field){ 0 };
}

/* Equal texts for equal cells, as pb_cell_same() has it. */
static char *key_make(const struct pb_cell *cell)
{
	pb_cleanup(pb_buf_done) struct pb_buf key = { 0 };
	int ret = pb_buf_printf(&key, "%s\n%s\n%" PRIu64 "\n%" PRIu32, cell->strategy,
				pb_memory_name(cell->memory), cell->nr_pages, cell->nr_threads);

	for (enum pb_axis_id id = 0; id < PB_NR_AXES && !ret; id++)
		ret = pb_buf_printf(&key, "\n%s", pb_cell_axis(cell, id));
	return ret ? NULL : pb_steal(key.data);
}

static int on_cell(void *data, const struct pb_cell_result *result)
{
	struct field *field = data;
	struct candidate *run = &field->runs[field->nr - 1];
	char **keys;

	if (field->wanted && !field->wanted(field->data, &result->cell))
		return 0;
	if (!field->head && result->state != PB_CELL_MEASURED && result->state != PB_CELL_REFUSED)
		return 0;
	keys = reallocarray(run->keys, run->nr + 1, sizeof(*keys));
	if (!keys)
		return pb_fail(-ENOMEM, "out of memory");
	run->keys = keys;
	keys[run->nr] = key_make(&result->cell);
	if (!keys[run->nr])
		return -ENOMEM;
	run->nr++;
	return 0;
}

static int key_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int field_add(struct field *field, int64_t run_id, const char *uuid, bool ended)
{
	struct candidate *runs = reallocarray(field->runs, field->nr + 1, sizeof(*runs)), *run;
	int ret = 0;

	if (!runs)
		return pb_fail(-ENOMEM, "out of memory");
	field->runs = runs;
	run = &runs[field->nr++];
	*run = (struct candidate){ .run_id = run_id, .ended = ended };
	snprintf(run->uuid, sizeof(run->uuid), "%s", uuid ? uuid : "");
	/* What a base that did not end has is not known to be all, nor what it was to have. */
	if (ended || field->head)
		ret = pb_store_cells(field->selected->store, run_id, on_cell, field);
	if (run->nr)
		qsort(run->keys, run->nr, sizeof(*run->keys), key_order);
	return ret;
}

/* Goes on until there are @most runs, from the newest on. */
static int field_fill(struct field *field, size_t most)
{
	struct pb_store *store = field->selected->store;
	pb_cleanup(statement_freep) sqlite3_stmt *query = NULL;
	int ret, step;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), runs_query, -1, &query, NULL) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 1, field->selected->run_id) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 2, (int64_t)(most - field->nr)) != SQLITE_OK ||
	    sqlite3_bind_int64(query, 3, (int64_t)field->nr) != SQLITE_OK)
		return pb_store_query_failed(store);
	while ((step = sqlite3_step(query)) == SQLITE_ROW) {
		/* A head that still runs, or was cut short, is judged as that or not at all. */
		bool ended = sqlite3_column_int(query, 2) != 0;

		if (field->head && field->nr && !(ended && field->runs[0].ended))
			return 0;
		ret = field_add(field, sqlite3_column_int64(query, 0),
				(const char *)sqlite3_column_text(query, 1), ended);
		if (ret)
			return ret;
	}
	return step == SQLITE_DONE ? 0 : pb_store_query_failed(store);
}

static size_t common_count(const struct candidate *a, const struct candidate *b)
{
	size_t i = 0, j = 0, nr = 0;

	while (i < a->nr && j < b->nr) {
		int order = strcmp(a->keys[i], b->keys[j]);

		nr += order == 0;
		i += order <= 0;
		j += order >= 0;
	}
	return nr;
}

static bool cells_same(const struct candidate *a, const struct candidate *b)
{
	return a->nr == b->nr && common_count(a, b) == a->nr;
}

/* Behind a newer run with the same cells an older one is never taken. */
static bool is_shadowed(const struct field *field, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (cells_same(&field->runs[i], &field->runs[at]))
			return true;
	return false;
}

struct pair {
	size_t base;
	size_t head;
	size_t nr_common;
};

/*
 * Heads and bases come newest first: of equals the first pair stays. Only who names a head asks for
 * its cells and no others: else a small run would pass by a small one that lies about.
 */
static bool pair_better(const struct field *bases, const struct field *heads, const struct pair *a,
			const struct pair *b)
{
	if (a->nr_common != b->nr_common)
		return a->nr_common > b->nr_common;
	return !heads->selected->newest && a->nr_common &&
	       bases->runs[a->base].nr < bases->runs[b->base].nr;
}

static struct pair pair_find(const struct field *bases, const struct field *heads)
{
	struct pair best = { .nr_common = common_count(&bases->runs[0], &heads->runs[0]) };

	for (size_t h = 0; h < heads->nr; h++) {
		if (is_shadowed(heads, h))
			continue;
		for (size_t b = 0; b < bases->nr; b++) {
			struct pair pair = { b, h, 0 };

			if (pb_streq(bases->runs[b].uuid, heads->runs[h].uuid))
				continue;
			pair.nr_common = common_count(&bases->runs[b], &heads->runs[h]);
			if (pair_better(bases, heads, &pair, &best))
				best = pair;
		}
	}
	return best;
}

/* Why the newest run of @field is not the one that is taken; @asked is what @by has. */
static char *why_words(const struct field *field, size_t taken, const struct candidate *asked,
		       const char *by)
{
	const struct candidate *newest = &field->runs[0];
	size_t nr = common_count(newest, asked);
	char others[64] = "";

	if (taken > 1)
		snprintf(others, sizeof(others), "; %zu %s passed over, too", taken - 1,
			 taken == 2 ? "other is" : "others are");
	if (!newest->ended)
		return pb_format("the newest run %.8s did not end%s", newest->uuid, others);
	if (nr == common_count(&field->runs[taken], asked))
		return pb_format("the newest run %.8s has %zu cells more than the %zu of %s%s",
				 newest->uuid, newest->nr - nr, asked->nr, by, others);
	return pb_format("the newest run %.8s has %zu of the %zu cells that are asked for%s",
			 newest->uuid, nr, asked->nr, others);
}

static int taken_say(const struct field *field, size_t taken, const struct candidate *asked,
		     const char *by, struct pb_buf *said)
{
	_cleanup_free_ char *why = NULL;

	if (!taken)
		return 0;
	why = why_words(field, taken, asked, by);
	return why ? pb_buf_printf(said, "%s%s: run %.8s is taken, since %s",
				   said->len_bytes ? "; " : "", field->name,
				   field->runs[taken].uuid, why)
		   : -ENOMEM;
}

static void selected_set(struct pb_selected *selected, const struct candidate *run)
{
	selected->run_id = run->run_id;
	memcpy(selected->uuid, run->uuid, sizeof(selected->uuid));
}

static int fields_judge(const struct field *bases, const struct field *heads, struct pb_buf *said)
{
	struct pair pair = pair_find(bases, heads);
	int ret = taken_say(bases, pair.base, &heads->runs[pair.head], heads->name, said);

	if (!ret)
		ret = taken_say(heads, pair.head, &bases->runs[pair.base], bases->name, said);
	if (ret)
		return ret;
	selected_set(bases->selected, &bases->runs[pair.base]);
	selected_set(heads->selected, &heads->runs[pair.head]);
	return 0;
}

static bool fields_agree(const struct field *a, const struct field *b)
{
	/* One run twice is for the caller to refuse. */
	return pb_streq(a->selected->uuid, b->selected->uuid) ||
	       cells_same(&a->runs[0], &b->runs[0]);
}

/* Of two, either may be another run than its newest. */
static int two_take(struct field *bases, struct field *heads, struct pb_buf *said)
{
	int ret = 0;

	if (fields_agree(bases, heads))
		return 0;
	if (bases->selected->newest)
		ret = field_fill(bases, LOOK_BACK);
	if (!ret && heads->selected->newest)
		ret = field_fill(heads, LOOK_BACK);
	return ret ? ret : fields_judge(bases, heads, said);
}

/* Of more, all but the one that has the most cells: in whatever order they are named. */
static int several_take(struct field *fields, size_t nr, struct pb_buf *said)
{
	struct field *most = &fields[0];
	int ret = 0;

	for (size_t i = 1; i < nr; i++)
		if (fields[i].runs[0].nr > most->runs[0].nr)
			most = &fields[i];
	for (size_t i = 0; i < nr && !ret; i++) {
		struct field *field = &fields[i];

		if (field == most || !field->selected->newest || fields_agree(field, most))
			continue;
		ret = field_fill(field, LOOK_BACK);
		if (!ret)
			ret = field == &fields[0] ? fields_judge(field, most, said)
						  : fields_judge(most, field, said);
	}
	return ret;
}

static void fields_free(struct field *fields, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		field_done(&fields[i]);
	free(fields);
}

int pb_counterparts_take(struct pb_selected *runs, const char *const *names, size_t nr,
			 pb_cell_wanted *wanted, const void *data, char **ret_said)
{
	struct field *fields = calloc(nr ? nr : 1, sizeof(*fields));
	pb_cleanup(pb_buf_done) struct pb_buf said = { 0 };
	bool any = false;
	int ret = fields ? 0 : pb_fail(-ENOMEM, "out of memory");

	*ret_said = NULL;
	for (size_t i = 0; i < nr && !ret; i++) {
		fields[i] = (struct field){ &runs[i], names[i], i > 0, wanted, data, 0, NULL };
		any |= runs[i].newest;
	}
	for (size_t i = 0; i < nr && !ret && any; i++)
		ret = field_fill(&fields[i], 1);
	if (!ret && any && nr == 2)
		ret = two_take(&fields[0], &fields[1], &said);
	if (!ret && any && nr > 2)
		ret = several_take(fields, nr, &said);
	if (fields)
		fields_free(fields, nr);
	if (!ret)
		*ret_said = pb_steal(said.data);
	return ret;
}
