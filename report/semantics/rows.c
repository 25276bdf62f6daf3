// SPDX-License-Identifier: GPL-2.0-only
/*
 * rows - what is known of held pages: a row for each kernel, strategy, intent, memory and event.
 * Why: runs of a few cases add to those of many; the newest word on each case counts.
 */
#include "report/semantics/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/observed.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"

PB_DEFINE_CLEANUP(statement_freep, sqlite3_stmt *, sqlite3_finalize);

struct load {
	const struct pb_semantics_filter *filter;
	struct pb_semantics *semantics;
	char kernel[128];
	char release[128];
	size_t room;
};

static bool listed(char *const *words, size_t nr, const char *word)
{
	for (size_t i = 0; i < nr; i++)
		if (pb_streq(words[i], word))
			return true;
	return nr == 0;
}

static bool wanted(const struct load *load, const struct pb_cell *cell)
{
	const struct pb_semantics_filter *f = load->filter;

	return cell->event[0] && listed(f->kernels, f->nr_kernels, load->kernel) &&
	       listed(f->events, f->nr_events, cell->event) &&
	       listed(f->memories, f->nr_memories, pb_memory_name(cell->memory)) &&
	       listed(f->intents, f->nr_intents, pb_intent_name(cell->intent));
}

/* Takes what is inside of a result; the visitor's is emptied by its owner only. */
static int result_copy(const struct pb_cell_result *from, struct pb_cell_result *to)
{
	*to = (struct pb_cell_result){ .cell = from->cell,
				       .state = from->state,
				       .error = from->error };
	if (from->reason && !(to->reason = strdup(from->reason)))
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < from->nr_parts; i++) {
		int ret = pb_observed_add(to, from->parts[i].name, from->parts[i].value);

		if (ret)
			return ret;
	}
	return 0;
}

static bool same_case(const struct pb_semantics_row *row, const char *kernel,
		      const struct pb_cell *cell)
{
	return pb_streq(row->kernel, kernel) &&
	       pb_streq(row->result.cell.strategy, cell->strategy) &&
	       pb_streq(row->result.cell.event, cell->event) &&
	       row->result.cell.memory == cell->memory && row->result.cell.intent == cell->intent;
}

/* The order of tables: kernels as they were released, events by who acts, writers first. */
static int rows_compare(const void *a, const void *b)
{
	const struct pb_semantics_row *x = a, *y = b;
	const struct pb_cell *c = &x->result.cell, *d = &y->result.cell;
	size_t i, j;
	int order = strverscmp(x->release, y->release);

	if (!order)
		order = strcmp(x->kernel, y->kernel);
	if (!order)
		order = pb_word_compare(PB_WORDS_MEMORY, c->memory, d->memory);
	if (order)
		return order;
	i = pb_event_rank(c->event);
	j = pb_event_rank(d->event);
	if (i != j)
		return i < j ? -1 : 1;
	order = strcmp(c->event, d->event);
	if (!order)
		order = -pb_word_compare(PB_WORDS_INTENT, c->intent, d->intent); /* write first */
	if (order)
		return order;
	i = pb_observe_rank(c->strategy);
	j = pb_observe_rank(d->strategy);
	if (i != j)
		return i < j ? -1 : 1;
	return x->age < y->age ? -1 : x->age > y->age;
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

static int row_put(struct load *load, const struct pb_cell_result *result)
{
	struct pb_semantics *s = load->semantics;
	struct pb_semantics_row row = { .control = "-", .age = s->nr }, *rows;
	int ret = result_copy(result, &row.result);

	if (ret) {
		pb_cell_result_done(&row.result);
		return ret;
	}
	snprintf(row.kernel, sizeof(row.kernel), "%s", load->kernel);
	snprintf(row.release, sizeof(row.release), "%s", load->release);
	pb_verdict_of(&row.result, &row.verdict);
	if (s->nr == load->room) {
		load->room = load->room ? 2 * load->room : 256;
		rows = reallocarray(s->rows, load->room, sizeof(*rows));
		if (!rows) {
			pb_cell_result_done(&row.result);
			return pb_fail(-ENOMEM, "out of memory");
		}
		s->rows = rows;
	}
	s->rows[s->nr++] = row;
	return 0;
}

static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct load *load = data;

	(void)cell_id;
	(void)series_ids;
	/* What was not reached takes nothing's place. */
	if (!wanted(load, &result->cell) || result->state == PB_CELL_MISSING)
		return 0;
	return row_put(load, result);
}

static bool run_wanted(const struct pb_semantics_filter *filter, int64_t id)
{
	for (size_t i = 0; i < filter->nr_runs; i++)
		if (filter->run_ids[i] == id)
			return true;
	return !filter->run_ids;
}

/* Newest first: of the same case the row that came earlier stays. */
static int runs_load(struct pb_store *store, struct load *load)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	static const char sql[] =
		"SELECT id FROM run WHERE evidence = 'observed' ORDER BY run.id DESC";
	pb_cleanup(statement_freep) sqlite3_stmt *query = NULL;
	int step, ret = 0;

	if (sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL) != SQLITE_OK)
		return pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			       sqlite3_errmsg(pb_store_sqlite(store)));
	while (!ret && (step = sqlite3_step(query)) == SQLITE_ROW) {
		int64_t id = sqlite3_column_int64(query, 0);

		load->kernel[0] = load->release[0] = '\0';
		if (run_wanted(load->filter, id))
			ret = pb_store_replay(store, id, &visitor, load);
	}
	if (!ret && step != SQLITE_DONE)
		ret = pb_fail(-EIO, "cannot read '%s': %s", pb_store_path(store),
			      sqlite3_errmsg(pb_store_sqlite(store)));
	return ret;
}

/* Of the same case the newer one comes first. */
static void olds_drop(struct pb_semantics *s)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nr; i++) {
		struct pb_semantics_row *row = &s->rows[i];

		if (kept && same_case(&s->rows[kept - 1], row->kernel, &row->result.cell))
			pb_cell_result_done(&row->result);
		else
			s->rows[kept++] = *row;
	}
	s->nr = kept;
}

static bool same_group(const struct pb_semantics_row *a, const struct pb_semantics_row *b)
{
	const struct pb_cell *c = &a->result.cell, *d = &b->result.cell;

	return pb_streq(a->kernel, b->kernel) && c->memory == d->memory &&
	       pb_streq(c->event, d->event) && c->intent == d->intent;
}

size_t pb_semantics_group(const struct pb_semantics *semantics, size_t at)
{
	size_t nr = 1;

	while (at + nr < semantics->nr &&
	       same_group(&semantics->rows[at], &semantics->rows[at + nr]))
		nr++;
	return nr;
}

/* A frame that nobody could follow is neither the same nor another one. */
static const char *control_word(const struct pb_semantics_row *row,
				const struct pb_semantics_row *control)
{
	const struct pb_observed_verdict *v = &row->verdict, *c = &control->verdict;

	if (pb_streq(v->result, c->result) && pb_streq(c->frame, "-") && !pb_streq(v->frame, "-"))
		return "-";
	return pb_verdict_same(v, c, !pb_streq(control->result.cell.strategy, "none")) ? "same"
										       : "differs";
}

static void control_find(struct pb_semantics_row *rows, size_t nr, struct pb_semantics_row *row)
{
	const char *name = pb_verdict_control(row->result.cell.strategy);

	if (!name || pb_streq(name, row->result.cell.strategy))
		return;
	for (size_t i = 0; i < nr; i++)
		if (pb_streq(rows[i].result.cell.strategy, name))
			row->control = control_word(row, &rows[i]);
}

/* Only now: a control is looked at whether it is shown or not. */
static void strategies_choose(struct pb_semantics *s, const struct pb_semantics_filter *filter)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nr; i++)
		if (listed(filter->strategies, filter->nr_strategies,
			   s->rows[i].result.cell.strategy))
			s->rows[kept++] = s->rows[i];
		else
			pb_cell_result_done(&s->rows[i].result);
	s->nr = kept;
}

static void controls_find(struct pb_semantics *s)
{
	for (size_t at = 0; at < s->nr;) {
		size_t nr = pb_semantics_group(s, at);

		for (size_t i = 0; i < nr; i++)
			control_find(&s->rows[at], nr, &s->rows[at + i]);
		at += nr;
	}
}

int pb_semantics_load(struct pb_store *store, const struct pb_semantics_filter *filter,
		      struct pb_semantics *ret_semantics)
{
	pb_cleanup(pb_semantics_done) struct pb_semantics semantics = { 0 };
	struct load load = { .filter = filter, .semantics = &semantics };
	int ret = runs_load(store, &load);

	if (ret)
		return ret;
	if (semantics.nr)
		qsort(semantics.rows, semantics.nr, sizeof(*semantics.rows), rows_compare);
	olds_drop(&semantics);
	controls_find(&semantics);
	strategies_choose(&semantics, filter);
	if (!semantics.nr)
		return pb_fail(-ENOENT,
			       "database '%s' holds no observation of these words: `pinbench "
			       "semantics --kernel debian:6.1` makes some",
			       pb_store_path(store));
	*ret_semantics = semantics;
	semantics = (struct pb_semantics){ 0 };
	return 0;
}

void pb_semantics_done(struct pb_semantics *semantics)
{
	for (size_t i = 0; i < semantics->nr; i++) {
		pb_cell_result_done(&semantics->rows[i].result);
		free(semantics->rows[i].deviation);
	}
	free(semantics->rows);
	*semantics = (struct pb_semantics){ 0 };
}
