// SPDX-License-Identifier: GPL-2.0-only
/*
 * least_compare - the least samples of two exact series, and whether they may stand for the others.
 * Why: see least.h.
 */
#include "report/judge/least.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/model/model.h"
#include "common/str.h"
#include "report/judge/others.h"
#include "report/runs/text.h"

bool pb_least_is_kept(const struct pb_least_side *side)
{
	return pb_store_keeps_least(side->store);
}

size_t pb_least_count(const struct pb_least_side *side)
{
	if (!side->series)
		return 0;
	return pb_least_is_kept(side) && side->series->per_page ? side->cell->cell.nr_samples
								: side->series->nr;
}

size_t pb_least_wanted(const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	unsigned int flags = pb_evidence_row(run->run.evidence)->flags;
	bool by_worker = flags & PB_EVIDENCE_BY_WORKER;

	if (flags & PB_EVIDENCE_DRAWN)
		return PB_MODEL_NR_SEEDS;
	return (size_t)cell->cell.nr_samples * (by_worker ? cell->cell.nr_threads : 1);
}

bool pb_least_short(const struct pb_least_side *side, const char *name, char *why, size_t size)
{
	size_t wanted = pb_least_wanted(side->run, side->cell);

	*why = '\0';
	if (!side->series || pb_least_is_kept(side) || side->series->nr >= wanted)
		return false;
	snprintf(why, size, "%s has %zu of the %zu samples that were asked for%s", name,
		 side->series->nr, wanted,
		 side->series->nr < side->series->nr_values ? ", others are NULL" : "");
	return true;
}

/* What of all of @side's samples is the least of the first @most, and is any of all @like? */
static int values_look(const struct pb_least_side *side, size_t most, double like,
		       double *ret_least, bool *ret_seen)
{
	_cleanup_free_ double *values = NULL;
	double least = NAN;
	bool seen = false;
	size_t nr;
	int ret = pb_summary_values(side->store, side->cell, side->series, &values, &nr);

	if (ret)
		return ret;
	for (size_t i = 0; i < nr; i++) {
		least = i < most ? fmin(least, values[i]) : least;
		seen |= values[i] == like;
	}
	*ret_least = least;
	*ret_seen = seen;
	return 0;
}

/* @longer was asked for more samples than @shorter, whose least is @least. */
static int longer_look(const struct pb_least_side *longer, size_t most, double least,
		       double *ret_least, bool *ret_open)
{
	double first = longer->series->min;
	bool seen = false;
	int ret = 0;

	/* Its least is of all that it took; the shorter side may not have come that far. */
	if (pb_least_is_kept(longer)) {
		*ret_least = first;
		*ret_open =
			first < least && pb_others_reach(&longer->cell->cell, most, first, least);
		return 0;
	}
	ret = values_look(longer, most, least, &first, &seen);
	if (ret)
		return ret;
	*ret_least = first;
	*ret_open =
		seen && first != least &&
		pb_others_reach(&longer->cell->cell, most, fmin(first, least), fmax(first, least));
	return 0;
}

/* The least as it was read. */
static double raw_of(const struct pb_least_side *side, double least)
{
	return least * (double)side->cell->cell.nr_pages + side->series->empty;
}

/* Instructions are whole; what is less than one came of dividing by the pages. */
static const double raw_step = 0.5;

/* Both sides have a least. Returns whether @least is void, and says why. */
static bool windows_judge(const struct pb_least_side *base, const struct pb_least_side *head,
			  struct pb_least *least)
{
	const char *below = least->head < 0 ? "head" : "base";
	char number[PB_NUMBER_LEN], before[PB_NUMBER_LEN], after[PB_NUMBER_LEN];

	if (base->series->has_empty != head->series->has_empty)
		snprintf(least->why, sizeof(least->why),
			 "%s has no empty window (harness), and so its numbers hold the harness",
			 base->series->has_empty ? "head" : "base");
	else if (least->base < 0 || least->head < 0)
		snprintf(least->why, sizeof(least->why),
			 "%s costs %s a page, which is below zero: its empty window was disturbed",
			 below, pb_number(fmin(least->base, least->head), number));
	else if (least->head < least->base &&
		 raw_of(head, least->head) > raw_of(base, least->base) - raw_step)
		snprintf(least->why, sizeof(least->why),
			 "head is cheaper by its empty window alone, which went from %s to %s",
			 pb_number(base->series->empty, before),
			 pb_number(head->series->empty, after));
	if (least->why[0])
		least->doubt = PB_LEAST_VOID;
	return least->why[0];
}

/*
 * Does what a call costs depend on how many there are? Where pages are faulted in, still held, under
 * a load or given back dirty, more calls meet another state of the machine.
 */
static bool depends_on_calls(const struct pb_cell *cell)
{
	static const enum pb_axis_id axes[] = { PB_AXIS_LOAD, PB_AXIS_RESIDENCY, PB_AXIS_HOLD,
						PB_AXIS_RELEASE };

	for (size_t i = 0; i < PB_ARRAY_SIZE(axes); i++)
		if (!pb_cell_axis_is_default(cell, axes[i]))
			return true;
	return false;
}

/* Of the fewer samples of @cell, may one kernel's least be as far apart as these? */
static bool count_moves(const struct pb_cell *cell, const struct pb_least *least)
{
	size_t fewer = least->nr_base < least->nr_head ? least->nr_base : least->nr_head;

	return least->base != least->head && depends_on_calls(cell) &&
	       pb_others_reach(cell, fewer, fmin(least->base, least->head),
			       fmax(least->base, least->head));
}

static int least_find(const struct pb_least_side *base, const struct pb_least_side *head,
		      struct pb_least *least)
{
	int ret;

	if (least->nr_base == least->nr_head || !base->series->per_page)
		return 0;
	if (least->nr_base > least->nr_head)
		ret = longer_look(base, least->nr_head, least->head, &least->base, &least->open);
	else
		ret = longer_look(head, least->nr_base, least->base, &least->head, &least->open);
	least->open |= count_moves(&base->cell->cell, least);
	return ret;
}

int pb_least_compare(const struct pb_least_side *base, const struct pb_least_side *head,
		     double growth, struct pb_least *ret_least)
{
	struct pb_least least = {
		.base = base->series ? base->series->min : NAN,
		.head = head->series ? head->series->min : NAN,
		.nr_base = pb_least_count(base),
		.nr_head = pb_least_count(head),
	};
	int ret = 0;

	*ret_least = least;
	/* What is read once a cell is shown and not judged. */
	if (isnan(least.base) || isnan(least.head))
		return 0;
	ret = least_find(base, head, &least);
	if (ret)
		return ret;
	if (base->series->per_page) {
		if (pb_least_short(base, "base", least.why, sizeof(least.why)) ||
		    pb_least_short(head, "head", least.why, sizeof(least.why)))
			least.doubt = PB_LEAST_VOID;
		else if (!windows_judge(base, head, &least) && !least.open)
			ret = pb_others_judge(base, head, growth, &least);
	}
	if (!ret)
		*ret_least = least;
	return ret;
}
