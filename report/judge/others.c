// SPDX-License-Identifier: GPL-2.0-only
/*
 * others - do the samples beside the least agree, too?
 * Why: see least.h.
 */
#include "report/judge/others.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

/*
 * From here on two causes may hit a call more on one side (a tick and a counter's overflow); of
 * fewer samples two would be a quarter and more. Each further hundred may have one more.
 */
enum { TWO_FROM = 8, ONE_MORE_EACH = 100 };

/* A load meets calls when it likes: `migrate:100` hit 5 of 50 more in one plan than in another. */
enum { LOADED_ONE_OF = 5 };

/* The tick comes every 4 ms, which are 4 million instructions; it and what it starts take some
 * thousands. Whether a call of as many holds one more is no property of the kernel.
 */
static const double tick_from_call = 1e6, tick_share = 0.005;

size_t pb_least_allowed(const struct pb_cell *cell, size_t nr)
{
	size_t allowed = nr < TWO_FROM ? 1 : 2 + nr / ONE_MORE_EACH;

	if (!pb_cell_axis_is_default(cell, PB_AXIS_LOAD) && nr / LOADED_ONE_OF > allowed)
		return nr / LOADED_ONE_OF;
	return allowed;
}

/*
 * What a median may lie above the least: a counter's overflow is 4 instructions a call, and none of
 * the cells of plan `quick` had more than 2.2 %.
 */
static const double near_share = 0.1, near_call = 32;

/* What a call of the cell may take a page where it does not meet the cheapest way. */
static double near_limit(const struct pb_cell *cell, double least, double growth)
{
	return least * (1 + fmax(near_share, growth)) + near_call / (double)cell->nr_pages;
}

bool pb_others_reach(const struct pb_cell *cell, size_t nr, double least, double value)
{
	return nr <= pb_least_allowed(cell, nr) || value <= near_limit(cell, least, 0);
}

/* Samples of one side, by value. */
struct sorted {
	double *values;
	size_t nr;
};

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The first @most of them. */
static int sorted_make(const double *values, size_t nr, size_t most, struct sorted *sorted)
{
	sorted->nr = nr < most ? nr : most;
	sorted->values = calloc(sorted->nr + 1, sizeof(*sorted->values));
	if (!sorted->values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < sorted->nr; i++)
		sorted->values[i] = values[i];
	qsort(sorted->values, sorted->nr, sizeof(*sorted->values), by_value);
	return 0;
}

static void sorted_done(struct sorted *sorted)
{
	free(sorted->values);
}

static double median_of(const struct sorted *sorted)
{
	size_t half = sorted->nr / 2;

	return sorted->nr % 2 ? sorted->values[half]
			      : (sorted->values[half - 1] + sorted->values[half]) / 2;
}

/* The largest share of @dear that lies above a value, and of @cheap does not. */
static double excess(const struct sorted *cheap, const struct sorted *dear, double growth)
{
	double most = 0;
	size_t below = 0;

	for (size_t i = 0; i < cheap->nr; i++) {
		double limit = cheap->values[i] * (1 + growth);

		/* A share is no binary number, and neither is a value that was divided by pages. */
		while (below < dear->nr && dear->values[below] <= limit + 1e-9 * fabs(limit))
			below++;
		most = fmax(most,
			    (double)(i + 1) / (double)cheap->nr - (double)below / (double)dear->nr);
	}
	return most;
}

struct both {
	struct sorted base;
	struct sorted head;
	double growth;  /* that head's may cost more */
	double slack;   /* and either side's, for ticks */
	double allowed; /* of all samples */
	bool two_sided;
};

static void both_done(struct both *both)
{
	sorted_done(&both->base);
	sorted_done(&both->head);
}

/* Are the first @most samples of each further apart than those of one kernel may be? */
static int both_apart(const struct both *all, const double *base, const double *head, size_t most,
		      bool *ret_apart)
{
	pb_cleanup(both_done) struct both both = { 0 };
	int ret = sorted_make(base, all->base.nr, most, &both.base);

	if (!ret)
		ret = sorted_make(head, all->head.nr, most, &both.head);
	if (ret)
		return ret;
	*ret_apart |= excess(&both.base, &both.head, all->growth + all->slack) > all->allowed;
	*ret_apart |= all->two_sided && excess(&both.head, &both.base, all->slack) > all->allowed;
	return 0;
}

static void apart_say(const struct both *all, struct pb_least *least)
{
	char before[PB_NUMBER_LEN], after[PB_NUMBER_LEN];
	size_t nr = all->base.nr < all->head.nr ? all->base.nr : all->head.nr;
	int len;

	least->doubt = PB_LEAST_OTHERS;
	len = snprintf(
		least->why, sizeof(least->why),
		"the least samples %s, but the others lie apart: the medians are %s and %s a page",
		least->base == least->head ? "are the same" : "do not tell",
		pb_number(median_of(&all->base), before), pb_number(median_of(&all->head), after));
	/* Two ticks among seven calls are seen with equal medians, and with one kernel. */
	if (nr < TWO_FROM && len > 0 && (size_t)len < sizeof(least->why))
		snprintf(least->why + len, sizeof(least->why) - (size_t)len,
			 "; of %zu samples a tick or two is much: measure more (--samples)", nr);
}

static int samples_judge(const struct pb_least_side *base, const struct pb_least_side *head,
			 double growth, struct pb_least *least)
{
	_cleanup_free_ double *before = NULL, *after = NULL;
	pb_cleanup(both_done) struct both all = {
		.growth = fmax(growth, 0), .two_sided = growth < 0 && least->base == least->head
	};
	double pages = (double)base->cell->cell.nr_pages;
	bool apart = false;
	size_t nr_base = 0, nr_head = 0, nr;
	int ret = pb_summary_values(base->store, base->cell, base->series, &before, &nr_base);

	if (!ret)
		ret = pb_summary_values(head->store, head->cell, head->series, &after, &nr_head);
	if (ret)
		return ret;
	nr = nr_base < nr_head ? nr_base : nr_head;
	if (nr < 2)
		return 0;
	all.slack = least->base * pages >= tick_from_call ? tick_share : 0;
	all.allowed = (double)pb_least_allowed(&base->cell->cell, nr) / (double)nr + 1e-9;
	ret = sorted_make(before, nr_base, SIZE_MAX, &all.base);
	if (!ret)
		ret = sorted_make(after, nr_head, SIZE_MAX, &all.head);
	if (!ret)
		ret = both_apart(&all, before, after, nr, &apart);
	if (!ret && nr_base != nr_head)
		ret = both_apart(&all, before, after, SIZE_MAX, &apart);
	if (!ret && apart)
		apart_say(&all, least);
	return ret;
}

/* Beside a baseline, whose others nobody knows. */
static void alone_judge(const struct pb_least_side *side, const char *name, double growth,
			struct pb_least *least)
{
	const struct pb_summary_series *series = side->series;
	double limit = near_limit(&side->cell->cell, series->min, growth);
	char low[PB_NUMBER_LEN], middle[PB_NUMBER_LEN];

	if (series->median <= limit)
		return;
	least->doubt = PB_LEAST_OTHERS;
	snprintf(least->why, sizeof(least->why),
		 "a baseline keeps the least sample, and %s's median of %s a page is far from its "
		 "least, %s",
		 name, pb_number(series->median, middle), pb_number(series->min, low));
}

int pb_others_judge(const struct pb_least_side *base, const struct pb_least_side *head,
		    double growth, struct pb_least *least)
{
	bool old_kept = pb_least_is_kept(base), new_kept = pb_least_is_kept(head);

	/* Dearer by the least is dearer; identical series are compared in no time. */
	if (least->head > least->base * (1 + fmax(growth, 0)) ||
	    base->series->digest == head->series->digest)
		return 0;
	if (!old_kept && !new_kept)
		return samples_judge(base, head, growth, least);
	if (!old_kept)
		alone_judge(base, "base", growth, least);
	else if (!new_kept)
		alone_judge(head, "head", growth, least);
	return 0;
}
