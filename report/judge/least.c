// SPDX-License-Identifier: GPL-2.0-only
/*
 * least - the least samples of two exact series, of as many samples of each.
 * Why: see least.h.
 */
#include "report/judge/least.h"

#include <math.h>
#include <stdlib.h>

/* One sample where more were asked for: a baseline, which keeps the least of each series. */
static bool keeps_least(const struct pb_summary_cell *cell, const struct pb_summary_series *series)
{
	return series->per_page && series->nr_values == 1 && cell->cell.nr_samples > 1;
}

size_t pb_least_count(const struct pb_summary_cell *cell, const struct pb_summary_series *series)
{
	if (!series)
		return 0;
	return keeps_least(cell, series) ? cell->cell.nr_samples : series->nr_values;
}

/* The least of the first @most samples, and whether any of all of them is @like. */
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
	if (keeps_least(longer->cell, longer->series)) {
		*ret_least = first;
		*ret_open = first < least;
		return 0;
	}
	ret = values_look(longer, most, least, &first, &seen);
	if (ret)
		return ret;
	*ret_least = first;
	*ret_open = seen && first != least;
	return 0;
}

int pb_least_compare(const struct pb_least_side *base, const struct pb_least_side *head,
		     struct pb_least *ret_least)
{
	struct pb_least least = {
		.base = base->series ? base->series->min : NAN,
		.head = head->series ? head->series->min : NAN,
		.nr_base = pb_least_count(base->cell, base->series),
		.nr_head = pb_least_count(head->cell, head->series),
	};
	int ret = 0;

	/* What is read once a cell is shown and not judged. */
	if (isnan(least.base) || isnan(least.head) || least.nr_base == least.nr_head ||
	    !base->series->per_page)
		ret = 0;
	else if (least.nr_base > least.nr_head)
		ret = longer_look(base, least.nr_head, least.head, &least.base, &least.open);
	else
		ret = longer_look(head, least.nr_base, least.base, &least.head, &least.open);
	if (!ret)
		*ret_least = least;
	return ret;
}
