// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows - what users of GUP cost and call: a row for each kernel, user, number of pages and phase.
 * Why: runs of a few users add to those of many; the newest word on each counts.
 */
#include "report/users/rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/observed.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

struct load {
	const struct pb_user_filter *filter;
	const struct pb_user_shares *shares;
	struct pb_user_rows *rows;
	char kernel[128];
	char release[128];
	size_t age;
};

static bool listed(char *const *words, size_t nr, const char *word)
{
	for (size_t i = 0; i < nr; i++)
		if (pb_streq(words[i], word))
			return true;
	return nr == 0;
}

static bool pages_listed(const struct pb_user_filter *filter, uint64_t nr_pages)
{
	for (size_t i = 0; i < filter->nr_pages; i++)
		if (filter->pages[i] == nr_pages)
			return true;
	return filter->nr_pages == 0;
}

static bool is_known(const struct load *load, const struct pb_cell *cell)
{
	for (size_t i = 0; i < load->rows->nr; i++) {
		const struct pb_user_row *row = &load->rows->rows[i];

		if (row->age < load->age && row->nr_pages == cell->nr_pages &&
		    pb_streq(row->user, cell->strategy) && pb_streq(row->kernel, load->kernel))
			return true;
	}
	return false;
}

static bool is_wanted(const struct load *load, const struct pb_cell_result *result)
{
	const struct pb_user_filter *filter = load->filter;
	const struct pb_cell *cell = &result->cell;

	return pb_streq(cell->event, PB_EVENT_USE) && result->state != PB_CELL_MISSING &&
	       listed(filter->kernels, filter->nr_kernels, load->kernel) &&
	       listed(filter->users, filter->nr_users, cell->strategy) &&
	       pages_listed(filter, cell->nr_pages) && !is_known(load, cell);
}

static const struct pb_series *series_find(const struct pb_cell_result *result, const char *phase)
{
	for (size_t i = 0; i < result->nr_series; i++)
		if (pb_streq(result->series[i].phase, phase) &&
		    pb_streq(result->series[i].metric, "instructions"))
			return &result->series[i];
	return NULL;
}

/* NaN where there is none: what was not read is no number, and no zero. */
static double series_least(const struct pb_series *series)
{
	double least = NAN;

	for (size_t i = 0; series && i < series->nr_values; i++)
		if (!isnan(series->values[i]) && !(series->values[i] >= least))
			least = series->values[i];
	return least;
}

static const char *part_of(const struct pb_cell_result *result, const char *phase, const char *name)
{
	char part[2 * PB_WORD_LEN + 1];

	snprintf(part, sizeof(part), "%s.%s", phase, name);
	return pb_observed_part(result, part);
}

static int text_keep(const char *text, char **ret_text)
{
	*ret_text = strdup(text ? text : "-");
	return *ret_text ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* Shares are of the least sample; the empty window is of the rest. */
static void parts_fill(const struct load *load, const struct pb_cell_result *result,
		       struct pb_user_row *row)
{
	double harness = series_least(series_find(result, "harness"));

	if (isnan(harness))
		harness = 0; /* what reads a stream without one takes nothing off */
	row->total = series_least(series_find(result, row->phase)) - harness;
	for (size_t i = 0; i < result->nr_profiles; i++) {
		if (!pb_streq(result->profiles[i].phase, row->phase))
			continue;
		pb_user_shares_of(load->shares, &result->profiles[i], row->parts);
		row->parts[PB_SHARE_REST] -= harness;
		row->shared = true;
	}
}

/* One phase of two: what lets go waits, say for readers of RCU. */
static int windows_refused(const struct pb_cell_result *result, struct pb_user_row *row)
{
	const char *slept = part_of(result, row->phase, "slept");
	const char *preempted = part_of(result, row->phase, "preempted");

	row->state = PB_CELL_REFUSED;
	row->error = EOPNOTSUPP;
	row->reason = pb_format("the task did not run throughout in any window (it slept in %s, "
				"and was preempted in %s): instructions are not counted while it "
				"waits",
				slept ? slept : "0", preempted ? preempted : "0");
	return row->reason ? 0 : -ENOMEM;
}

static int row_fill(const struct load *load, const struct pb_cell_result *result, const char *phase,
		    struct pb_user_row *row)
{
	const struct pb_cell *cell = &result->cell;
	const char *sort = pb_observed_part(result, "case");
	const char *beside = pb_observed_part(result, "beside");
	const char *calls = part_of(result, phase, "calls");
	int ret = text_keep(part_of(result, phase, "entry"), &row->entry);

	if (!ret)
		ret = text_keep(part_of(result, phase, "flags"), &row->flags);
	if (!ret && result->reason)
		ret = text_keep(result->reason, &row->reason);
	if (ret)
		return ret;
	snprintf(row->kernel, sizeof(row->kernel), "%s", load->kernel);
	snprintf(row->release, sizeof(row->release), "%s", load->release);
	snprintf(row->user, sizeof(row->user), "%s", cell->strategy);
	snprintf(row->phase, sizeof(row->phase), "%s", phase);
	snprintf(row->sort, sizeof(row->sort), "%s", sort ? sort : "-");
	snprintf(row->beside, sizeof(row->beside), "%s", beside ? beside : "");
	row->nr_pages = cell->nr_pages;
	row->state = result->state;
	row->error = result->error;
	row->nr_calls = calls ? strtoull(calls, NULL, 10) : 0;
	row->position = cell->index;
	row->age = load->age;
	if (row->state == PB_CELL_MEASURED && isnan(series_least(series_find(result, phase))))
		return windows_refused(result, row);
	if (row->state == PB_CELL_MEASURED)
		parts_fill(load, result, row);
	if (row->state == PB_CELL_MEASURED && pb_streq(phase, "acquire"))
		row->objection = pb_user_objection(row->sort, row->entry, row->flags);
	return 0;
}

static void row_done(struct pb_user_row *row)
{
	free(row->reason);
	free(row->entry);
	free(row->flags);
}

static int row_add(const struct load *load, const struct pb_cell_result *result, const char *phase)
{
	struct pb_user_rows *rows = load->rows;
	struct pb_user_row row = { .nr_pages = 0 }, *grown;
	int ret = row_fill(load, result, phase, &row);

	grown = ret ? NULL : reallocarray(rows->rows, rows->nr + 1, sizeof(*grown));
	if (!grown) {
		row_done(&row);
		return ret ? ret : pb_fail(-ENOMEM, "out of memory");
	}
	rows->rows = grown;
	grown[rows->nr++] = row;
	return 0;
}

static int on_run(void *data, const struct pb_run_record *run, enum pb_run_state state)
{
	(void)data;
	(void)run;
	(void)state;
	return 0;
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct load *load = data;

	if (pb_streq(key, "kernel.name"))
		snprintf(load->kernel, sizeof(load->kernel), "%s", value);
	if (pb_streq(key, "kernel.release"))
		snprintf(load->release, sizeof(load->release), "%s", value);
	return 0;
}

static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct load *load = data;
	int ret;

	(void)cell_id;
	(void)series_ids;
	if (!is_wanted(load, result))
		return 0;
	ret = row_add(load, result, "acquire");
	if (!ret && part_of(result, "release", "entry"))
		ret = row_add(load, result, "release");
	return ret;
}

static bool run_wanted(const struct pb_user_filter *filter, int64_t id)
{
	for (size_t i = 0; i < filter->nr_runs; i++)
		if (filter->run_ids[i] == id)
			return true;
	return !filter->run_ids;
}

static int runs_load(struct pb_store *store, struct load *load)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	static const char sql[] =
		"SELECT id FROM run WHERE EXISTS (SELECT 1 FROM cell WHERE "
		"cell.run_id = run.id AND cell.event = '" PB_EVENT_USE "') ORDER BY run.id DESC";
	pb_cleanup(statement_freep) sqlite3_stmt *query = NULL;
	int step, ret = 0;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) != SQLITE_OK)
		return pb_store_query_failed(store);
	while (!ret && (step = sqlite3_step(query)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(query, 0);

		load->kernel[0] = load->release[0] = '\0';
		load->age++;
		if (run_wanted(load->filter, id))
			ret = pb_store_replay(store, id, &visitor, load);
	}
	return ret || step == SQLITE_DONE ? ret : pb_store_query_failed(store);
}

/* Kernels as they were released, users in the order of the plan, acquire first. */
static int rows_compare(const void *a, const void *b)
{
	const struct pb_user_row *x = a, *y = b;
	int order = strverscmp(x->release, y->release);

	if (!order)
		order = strcmp(x->kernel, y->kernel);
	if (!order && x->position != y->position)
		order = x->position < y->position ? -1 : 1;
	if (!order)
		order = strcmp(x->user, y->user);
	if (!order && x->nr_pages != y->nr_pages)
		order = x->nr_pages < y->nr_pages ? -1 : 1;
	return order ? order : strcmp(x->phase, y->phase);
}

int pb_user_rows_load(struct pb_store *store, const struct pb_user_filter *filter,
		      const struct pb_user_shares *shares, struct pb_user_rows *ret_rows)
{
	pb_cleanup(pb_user_rows_done) struct pb_user_rows rows = { 0 };
	struct load load = { .filter = filter, .shares = shares, .rows = &rows };
	int ret = runs_load(store, &load);

	if (ret)
		return ret;
	if (!rows.nr)
		return pb_fail(-ENOENT,
			       "database '%s' holds no users of these words: `pinbench users "
			       "--kernel debian:6.1` measures some",
			       pb_store_path(store));
	qsort(rows.rows, rows.nr, sizeof(*rows.rows), rows_compare);
	*ret_rows = rows;
	rows = (struct pb_user_rows){ 0 };
	return 0;
}

void pb_user_rows_done(struct pb_user_rows *rows)
{
	for (size_t i = 0; i < rows->nr; i++)
		row_done(&rows->rows[i]);
	free(rows->rows);
	*rows = (struct pb_user_rows){ 0 };
}
