// SPDX-License-Identifier: GPL-2.0-only
/*
 * level - are these samples of one level, and if not, how far do their levels lie apart?
 * Why: see level.h; docs/methodology.md has the error rates.
 */
#include "report/stats/level.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "common/err.h"
#include "report/stats/modes.h"

/* A batch has four samples or more, so that one outlier is no level; five batches show a shape. */
enum { BATCH_LEAST = 4, BATCHES_MOST = 5 };

/*
 * So many deviations from the median is far: one of three million samples, if the noise is plain.
 */
static const double far_deviations = 5, deviation_of_mad = 1.4826, median_to_mean = 1.2533;

const struct pb_level_kind_row pb_level_kinds[PB_NR_LEVEL_KINDS] = {
	[PB_LEVEL_ONE] = { "", "" },
	[PB_LEVEL_TREND] = { "Mann-Kendall", "drift" },
	[PB_LEVEL_STEP] = { "Pettitt", "jump" },
	[PB_LEVEL_STRETCH] = { "Kuiper", "leave their level and come back" },
	[PB_LEVEL_BURST] = { "Wald-Wolfowitz", "come in a burst" },
	[PB_LEVEL_END] = { "medians of the ends", "begin or end elsewhere" },
	[PB_LEVEL_MODES] = { "Otsu", "fall into two modes" },
};

struct series {
	const double *values;
	size_t nr;
	const struct pb_level_options *options;
	double *sorted;
	double *ranks;
	double median;
	double deviation; /* by the median distance from it */
	double reach;     /* further than this from the median is far */
};

static void series_done(struct series *s)
{
	free(s->sorted);
	free(s->ranks);
}

static double median_of(double *values, size_t nr)
{
	gsl_sort(values, 1, nr);
	return gsl_stats_median_from_sorted_data(values, 1, nr);
}

static int series_init(struct series *s)
{
	s->sorted = calloc(s->nr, sizeof(*s->sorted));
	s->ranks = calloc(s->nr, sizeof(*s->ranks));
	if (!s->sorted || !s->ranks)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < s->nr; i++)
		s->sorted[i] = s->values[i];
	s->median = median_of(s->sorted, s->nr);
	/* The ranks' room serves for distances first. */
	for (size_t i = 0; i < s->nr; i++)
		s->ranks[i] = fabs(s->values[i] - s->median);
	s->deviation = fmax(deviation_of_mad * median_of(s->ranks, s->nr), s->options->step / 2);
	s->reach = fmax(far_deviations * s->deviation, 1.5 * s->options->step);
	return pb_order_ranks(s->values, s->nr, s->ranks);
}

/* The median of a contiguous part. */
static int part_median(const struct series *s, size_t from, size_t nr, double *ret_median)
{
	_cleanup_free_ double *values = calloc(nr + 1, sizeof(*values));

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++)
		values[i] = s->values[from + i];
	*ret_median = nr ? median_of(values, nr) : s->median;
	return 0;
}

static size_t batches_of(size_t nr)
{
	size_t batches = nr / BATCH_LEAST;

	return batches > BATCHES_MOST ? BATCHES_MOST : batches;
}

/* Levels by batch: what is taken from each sample, and how far the batches lie apart. */
static int batches_even(const struct series *s, double *local, struct pb_level *level)
{
	size_t batches = batches_of(s->nr);
	double high = -INFINITY, low = INFINITY;

	for (size_t b = 0; b < batches; b++) {
		size_t from = b * s->nr / batches, end = (b + 1) * s->nr / batches;
		double median = 0;
		int ret = part_median(s, from, end - from, &median);

		if (ret)
			return ret;
		for (size_t i = from; i < end; i++)
			local[i] = median;
		high = fmax(high, median);
		low = fmin(low, median);
	}
	level->high = high;
	level->low = low;
	level->part_error = median_to_mean * s->deviation * sqrt((double)batches / (double)s->nr);
	return 0;
}

static bool is_within(const struct pb_order_test *test, size_t i)
{
	return i >= test->at && i < test->at + test->nr;
}

/* Two levels: samples of a stretch (or behind a step), and the others. */
static int parts_level(const struct series *s, const struct pb_order_test *test,
		       struct pb_level *level)
{
	_cleanup_free_ double *inside = calloc(s->nr, sizeof(*inside));
	_cleanup_free_ double *outside = calloc(s->nr, sizeof(*outside));
	size_t nr_inside = 0, nr_outside = 0;

	if (!inside || !outside)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < s->nr; i++) {
		if (is_within(test, i))
			inside[nr_inside++] = s->values[i];
		else
			outside[nr_outside++] = s->values[i];
	}
	level->at = test->at;
	level->nr = test->nr;
	level->from = nr_outside ? median_of(outside, nr_outside) : s->median;
	level->to = nr_inside ? median_of(inside, nr_inside) : s->median;
	return 0;
}

static int kind_level(const struct series *s, enum pb_level_kind kind,
		      const struct pb_order_test *test, struct pb_level *level)
{
	struct pb_order_test parts = *test;
	double slope;

	if (kind == PB_LEVEL_STEP)
		parts.nr = s->nr - parts.at;
	if (kind != PB_LEVEL_TREND)
		return parts_level(s, &parts, level);
	slope = pb_order_slope(s->values, s->nr);
	if (isnan(slope))
		return pb_fail(-ENOMEM, "out of memory");
	level->from = s->median - slope * (double)(s->nr - 1) / 2;
	level->to = s->median + slope * (double)(s->nr - 1) / 2;
	return 0;
}

/* What the location cuts off anyway moves nothing, unless it may have gone on behind the end. */
static bool is_cut_off(const struct series *s, enum pb_level_kind kind,
		       const struct pb_order_test *test)
{
	return kind == PB_LEVEL_BURST && test->nr <= s->options->cut &&
	       test->at + test->nr < s->nr && test->at > 0;
}

static void level_keep(struct pb_level *level, const struct pb_level *found)
{
	double range = fmax(level->range, found->range);

	if (level->kind == PB_LEVEL_ONE || found->p < level->p)
		*level = *found;
	level->range = range;
}

static int tests_run(const struct series *s, struct pb_level *level)
{
	const struct pb_order_test tests[PB_NR_LEVEL_KINDS] = {
		[PB_LEVEL_ONE] = { .p = 1 },
		[PB_LEVEL_TREND] = pb_order_trend(s->values, s->nr),
		[PB_LEVEL_STEP] = pb_order_step(s->ranks, s->nr),
		[PB_LEVEL_STRETCH] = pb_order_stretch(s->ranks, s->nr),
		[PB_LEVEL_BURST] = pb_order_bursts(s->values, s->nr, s->median, s->reach),
		[PB_LEVEL_END] = pb_order_ends(s->values, s->nr, s->median, s->deviation),
		[PB_LEVEL_MODES] = { .p = 1 },
	};

	for (enum pb_level_kind kind = PB_LEVEL_TREND; kind < PB_LEVEL_MODES; kind++) {
		struct pb_level found = { .kind = kind, .p = tests[kind].p };
		int ret;

		if (tests[kind].p >= PB_LEVEL_ALPHA || is_cut_off(s, kind, &tests[kind]))
			continue;
		ret = kind_level(s, kind, &tests[kind], &found);
		if (ret)
			return ret;
		found.range = fabs(found.to - found.from);
		if (found.range > s->options->step)
			level_keep(level, &found);
	}
	return 0;
}

/* Each sample less its mode's distance from the median. */
static void modes_even(const struct series *s, const struct pb_modes *modes, double *local)
{
	for (size_t i = 0; i < s->nr; i++)
		local[i] = s->values[i] > modes->edge ? modes->upper : modes->lower;
}

static int levels_even(const struct series *s, struct pb_level *level, double *local)
{
	struct pb_modes modes;
	double middle = (double)(s->nr - 1) / 2;
	int ret = batches_even(s, local, level);

	if (ret)
		return ret;
	if (level->kind == PB_LEVEL_ONE) {
		if (!pb_modes_find(s->sorted, s->nr, s->options->cut, &modes) ||
		    modes.upper - modes.lower <= 1.5 * s->options->step)
			return 0;
		level->kind = PB_LEVEL_MODES;
		level->p = 0.001;
		level->from = modes.lower;
		level->to = modes.upper;
		level->range = modes.upper - modes.lower;
		modes_even(s, &modes, local);
		return 0;
	}
	level->range = fmax(level->range, level->high - level->low);
	if (level->kind == PB_LEVEL_TREND)
		for (size_t i = 0; i < s->nr; i++)
			local[i] = s->median +
				   (level->to - level->from) * ((double)i - middle) / (2 * middle);
	return 0;
}

int pb_level_find(const double *values, size_t nr, const struct pb_level_options *options,
		  double *ret_even, struct pb_level *ret_level)
{
	pb_cleanup(
		series_done) struct series s = { .values = values, .nr = nr, .options = options };
	struct pb_level level = { .kind = PB_LEVEL_ONE, .p = 1 };
	int ret = series_init(&s);

	if (!ret)
		ret = tests_run(&s, &level);
	if (!ret)
		ret = levels_even(&s, &level, ret_even);
	if (ret)
		return ret;
	/* To the last bit, where there is nothing to even out. */
	for (size_t i = 0; i < nr; i++)
		ret_even[i] =
			level.kind == PB_LEVEL_ONE ? values[i] : values[i] - ret_even[i] + s.median;
	*ret_level = level;
	return 0;
}
