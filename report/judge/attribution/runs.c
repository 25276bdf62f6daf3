// SPDX-License-Identifier: GPL-2.0-only
/*
 * runs - two runs, or two strategies of one: which cells to set against each other.
 * Why: a difference is found by comparing runs, and then wants its place.
 */
#include "report/judge/attribution/runs.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "collect/store/profiles.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

static bool is_wanted(const struct pb_where_filter *filter, const struct pb_summary_cell *cell)
{
	return cell->state == PB_CELL_MEASURED &&
	       (!filter->strategy || pb_streq(filter->strategy, cell->cell.strategy)) &&
	       (!filter->memory || filter->memory == cell->cell.memory) &&
	       (!filter->nr_pages || filter->nr_pages == cell->cell.nr_pages);
}

static const struct pb_summary_cell *partner_find(const struct pb_summary *head,
						  const struct pb_cell *base,
						  const char *head_strategy)
{
	const char *strategy = head_strategy ? head_strategy : base->strategy;

	for (size_t i = 0; i < head->nr_cells; i++) {
		const struct pb_cell *cell = &head->cells[i].cell;

		if (head->cells[i].state == PB_CELL_MEASURED &&
		    pb_streq(cell->strategy, strategy) && pb_cell_same_but_strategy(cell, base))
			return &head->cells[i];
	}
	return NULL;
}

static const struct pb_profile *profile_find(const struct pb_cell_result *profiles,
					     const char *phase)
{
	for (size_t i = 0; i < profiles->nr_profiles; i++)
		if (pb_streq(profiles->profiles[i].phase, phase))
			return &profiles->profiles[i];
	return NULL;
}

/* -ENODATA where the cell has no samples of the phase. */
static int side_fill(const struct pb_summary_cell *cell, const struct pb_profile *profile,
		     struct pb_where_side *ret_side)
{
	const struct pb_summary_series *series =
		pb_summary_find(cell, profile->phase, "instructions");

	if (!series || !series->nr)
		return pb_fail(-ENODATA, "cell %s has a profile of phase '%s' and no samples",
			       cell->cell.strategy, profile->phase);
	*ret_side = (struct pb_where_side){
		.profile = profile,
		.nr_pages = cell->cell.nr_pages,
		.least = round(series->min * (double)cell->cell.nr_pages + series->empty),
		.empty = series->empty,
	};
	return 0;
}

static int pair_add(struct pb_where_pairs *pairs, const struct pb_where_pair *pair)
{
	struct pb_where_pair *grown = reallocarray(pairs->pairs, pairs->nr + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	pairs->pairs = grown;
	grown[pairs->nr++] = *pair;
	return 0;
}

static bool differs(const struct pb_where *where)
{
	for (size_t i = 0; i < where->nr_rows; i++)
		if (where->rows[i].change != 0)
			return true;
	return false;
}

static int phase_take(struct pb_where_pairs *pairs, const struct pb_where_pair *cells,
		      const struct pb_profile *base, const struct pb_profile *head)
{
	struct pb_where_pair pair = *cells;
	struct pb_where_side base_side, head_side;
	int ret = side_fill(pair.base, base, &base_side);

	if (!ret)
		ret = side_fill(pair.head, head, &head_side);
	if (!ret)
		ret = pb_where(&base_side, &head_side, &pair.where);
	if (ret)
		return pb_fail_in(ret, "%s, %s, %" PRIu64 " pages", pair.base->cell.strategy,
				  pb_memory_name(pair.base->cell.memory), pair.base->cell.nr_pages);
	if (differs(&pair.where)) {
		ret = pair_add(pairs, &pair);
		if (!ret)
			return 0;
	} else {
		pairs->nr_same++;
	}
	pb_where_done(&pair.where);
	return ret;
}

static int cells_take(struct pb_where_pairs *pairs, struct pb_store *base_store,
		      struct pb_store *head_store, const struct pb_where_pair *cells)
{
	pb_cleanup(pb_cell_result_done) struct pb_cell_result base = { 0 };
	pb_cleanup(pb_cell_result_done) struct pb_cell_result head = { 0 };
	int ret = pb_profile_load(base_store, cells->base->id, &base);

	if (!ret)
		ret = pb_profile_load(head_store, cells->head->id, &head);
	for (size_t i = 0; i < base.nr_profiles && !ret; i++) {
		const struct pb_profile *other = profile_find(&head, base.profiles[i].phase);

		if (other)
			ret = phase_take(pairs, cells, &base.profiles[i], other);
	}
	return ret;
}

static int pair_compare(const void *a, const void *b)
{
	const struct pb_where_pair *left = a, *right = b;
	double left_size = fabs(left->where.head - left->where.base);
	double right_size = fabs(right->where.head - right->where.base);

	if (left_size != right_size)
		return left_size > right_size ? -1 : 1;
	if (left->base->cell.index != right->base->cell.index)
		return left->base->cell.index < right->base->cell.index ? -1 : 1;
	return strcmp(left->where.phase, right->where.phase);
}

int pb_where_runs(struct pb_store *base_store, const struct pb_summary *base,
		  struct pb_store *head_store, const struct pb_summary *head,
		  const struct pb_where_filter *filter, struct pb_where_pairs *ret_pairs)
{
	pb_cleanup(pb_where_pairs_done) struct pb_where_pairs pairs = { 0 };
	size_t nr_cells = 0;
	int ret = 0;

	for (size_t i = 0; i < base->nr_cells && !ret; i++) {
		struct pb_where_pair cells = { .base = &base->cells[i] };

		if (!is_wanted(filter, cells.base))
			continue;
		cells.head = partner_find(head, &cells.base->cell, filter->head_strategy);
		if (!cells.head)
			continue;
		nr_cells++;
		ret = cells_take(&pairs, base_store, head_store, &cells);
	}
	if (ret)
		return ret;
	if (!nr_cells)
		return pb_fail(-ENODATA, "no cell that is asked for was measured on both sides");
	if (!pairs.nr && !pairs.nr_same)
		return pb_fail(-ENODATA,
			       "runs %.8s and %.8s have no profiles in common; 'pinbench run "
			       "--profile' keeps them",
			       base->run.uuid, head->run.uuid);
	if (pairs.nr)
		qsort(pairs.pairs, pairs.nr, sizeof(*pairs.pairs), pair_compare);
	*ret_pairs = pairs;
	pairs = (struct pb_where_pairs){ 0 };
	return 0;
}

void pb_where_pairs_done(struct pb_where_pairs *pairs)
{
	for (size_t i = 0; i < pairs->nr; i++)
		pb_where_done(&pairs->pairs[i].where);
	free(pairs->pairs);
	*pairs = (struct pb_where_pairs){ 0 };
}

static int heading_print(FILE *out, const struct pb_where_pair *pair, const char *base_title,
			 const char *head_title)
{
	const struct pb_cell *base = &pair->base->cell, *head = &pair->head->cell;
	_cleanup_free_ char *title = pb_cell_title(base);
	char pages[PB_WORD_LEN];

	if (!title)
		return -ENOMEM;
	pb_term_printf(out, "\n%s, %s, %s\n", title, pb_pages_words(base->nr_pages, pages),
		       pair->where.phase);
	pb_term_printf(out, "base: %s on %s\nhead: %s on %s\n", base->strategy, base_title,
		       head->strategy, head_title);
	return 0;
}

int pb_where_pairs_print(const struct pb_where_pairs *pairs, const struct pb_summary *base,
			 const struct pb_summary *head, size_t max_pairs,
			 const struct pb_where_style *style, FILE *out)
{
	_cleanup_free_ char *base_title = pb_run_title(base), *head_title = pb_run_title(head);
	size_t nr = max_pairs && max_pairs < pairs->nr ? max_pairs : pairs->nr;
	int ret = base_title && head_title ? 0 : -ENOMEM;

	for (size_t i = 0; i < nr && !ret; i++) {
		ret = heading_print(out, &pairs->pairs[i], base_title, head_title);
		if (!ret)
			ret = pb_where_print(&pairs->pairs[i].where, style, out);
	}
	if (ret)
		return ret;
	fputc('\n', out);
	if (nr < pairs->nr)
		pb_term_printf(out, "%zu smaller differences are not shown; --all shows them\n",
			       pairs->nr - nr);
	if (pairs->nr_same)
		pb_term_printf(out,
			       pairs->nr_same == 1 ? "%zu phase does not differ in any function\n"
						   : "%zu phases do not differ in any function\n",
			       pairs->nr_same);
	return 0;
}
