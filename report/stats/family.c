// SPDX-License-Identifier: GPL-2.0-only
/*
 * family - many effects judged together: intervals and verdicts that hold for the whole matrix.
 * Why: see family.h.
 */
#include "report/stats/family.h"

#include <errno.h>
#include <math.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>

#include "common/err.h"

const struct pb_family_options pb_family_defaults = PB_FAMILY_DEFAULTS;

/* Beyond this, a series is a drift and not noise; its error is as wide as it can be made. */
static const double autocorr_most = 0.98;

enum { TABLE_DF = 256 };

static double autocorr_common(const struct pb_judged *rows, size_t nr)
{
	double sum = 0;

	for (size_t i = 0; i < nr; i++)
		sum += rows[i].effect.autocorr;
	return nr ? sum / (double)nr : 0;
}

/* How much wider the error is, squared, since samples repeat what the one before them said. */
static double inflation(const struct pb_effect *effect, double common)
{
	double r = common;

	if (effect->autocorr > common + 3 * effect->autocorr_error)
		r = effect->autocorr;
	r = fmin(fmax(r, 0), autocorr_most);
	return (1 + r) / (1 - r);
}

/*
 * Uses .lower and .upper as scratch: the error in force and its degrees of freedom, which are
 * rounded down to whole ones.
 */
static void test(struct pb_judged *row, double common, double bound)
{
	double more = inflation(&row->effect, common);
	double beyond =
		fabs(row->effect.change) - bound - row->effect.blindness - row->effect.unsteady;

	row->lower = row->effect.error * sqrt(more);
	row->upper = fmax(1, floor(row->effect.df / more));
	if (beyond <= 0)
		row->p = 1;
	else if (row->lower == 0 || isinf(row->effect.change))
		row->p = 0;
	else
		row->p = 2 * gsl_cdf_tdist_Q(beyond / row->lower, row->upper);
}

/* Student's quantiles at one level; finding one takes a thousand times as long as using it. */
struct quantiles {
	double level;
	double at[TABLE_DF]; /* by degrees of freedom, 0 where not asked for yet */
};

static double quantile(struct quantiles *q, double level, double df)
{
	if (level != q->level)
		*q = (struct quantiles){ .level = level };
	if (df >= TABLE_DF)
		return gsl_cdf_tdist_Qinv(level / 2, df);
	if (q->at[(size_t)df] == 0)
		q->at[(size_t)df] = gsl_cdf_tdist_Qinv(level / 2, df);
	return q->at[(size_t)df];
}

/* At .alpha on each side, for this row alone. */
static void within(struct pb_judged *row, struct quantiles *q, double alpha)
{
	double reach = row->effect.blindness + row->effect.unsteady;

	if (row->lower > 0)
		reach += row->lower * quantile(q, 2 * alpha, row->upper);
	row->within_lower = row->effect.change - reach;
	row->within_upper = row->effect.change + reach;
}

static void interval(struct pb_judged *row, struct quantiles *q, double level)
{
	double reach = row->effect.blindness + row->effect.unsteady;

	if (row->lower > 0)
		reach += row->lower * quantile(q, level, row->upper);
	row->lower = row->effect.change - reach;
	row->upper = row->effect.change + reach;
}

int pb_family_judge(struct pb_judged *rows, size_t nr, const struct pb_family_options *options)
{
	_cleanup_free_ double *p = calloc(nr + 1, sizeof(*p));
	_cleanup_free_ size_t *order = calloc(nr + 1, sizeof(*order));
	double common = autocorr_common(rows, nr), most = 0;
	struct quantiles quantiles = { 0 };
	bool open = true;

	if (!p || !order)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		test(&rows[i], common, options->bound);
		within(&rows[i], &quantiles, options->alpha);
		p[i] = rows[i].p;
	}
	gsl_sort_index(order, p, 1, nr);
	for (size_t k = 0, rejected = 0; k < nr; k++) {
		struct pb_judged *row = &rows[order[k]];

		most = fmax(most, fmin(1, row->p * (double)(nr - k)));
		row->p_holm = most;
		open = open && most < options->alpha;
		rejected += open;
		/* What was not rejected shares the level at which the procedure stopped. */
		interval(row, &quantiles, options->alpha / (double)(open ? nr - k : nr - rejected));
		row->outside = open;
		row->negligible =
			open && (row->effect.mixed || fabs(row->effect.change) < options->effect);
	}
	return 0;
}
