// SPDX-License-Identifier: GPL-2.0-only
/*
 * trimmed - trimmed means, their winsorised variance, correlation in time, resamples.
 * Why: a resample is a count of each sample, so that nothing is sorted twice.
 */
#include "report/stats/trimmed.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "common/err.h"

static size_t cut_of(size_t nr, double trim)
{
	size_t cut = (size_t)(trim * (double)nr + 1e-9);

	/* At least one sample, two of an even number, stays: the median. */
	while (cut && 2 * cut >= nr)
		cut--;
	return cut;
}

static double middle_mean(const double *sorted, size_t nr, size_t cut)
{
	double sum = 0;

	for (size_t i = cut; i < nr - cut; i++)
		sum += sorted[i];
	return sum / (double)(nr - 2 * cut);
}

static double winsorise(const struct pb_trimmed *t, double value)
{
	double low = t->sorted[t->cut], high = t->sorted[t->nr - t->cut - 1];

	return value < low ? low : value > high ? high : value;
}

/*
 * Marriott and Pope 1954: of n samples the correlation is too small by (1 + 3 r) / n.
 * Yuen 1974: the winsorised sum of squares over h(h - 1), where h samples were not cut off.
 */
static void spread_find(struct pb_trimmed *t, const double *values)
{
	double mean = 0, squares = 0, products = 0, before = 0;
	double n = (double)t->nr, kept = n - 2 * (double)t->cut;

	for (size_t i = 0; i < t->nr; i++)
		mean += winsorise(t, values[i]) / (double)t->nr;
	for (size_t i = 0; i < t->nr; i++) {
		double from_mean = winsorise(t, values[i]) - mean;

		squares += from_mean * from_mean;
		products += i ? from_mean * before : 0;
		before = from_mean;
	}
	t->variance = kept > 1 ? squares / (kept * (kept - 1)) : squares / (double)t->nr;
	t->df = kept > 1 ? kept - 1 : 1;
	t->autocorr = squares > 0 ? (products / squares + 1 / n) / (1 - 3 / n) : 0;
	for (size_t i = 1; i < t->nr; i++) {
		double step = t->sorted[i] - t->sorted[i - 1];

		if (step > 0 && (t->step == 0 || step < t->step))
			t->step = step;
	}
}

int pb_trimmed_init(const double *values, size_t nr, double trim, struct pb_trimmed *ret_trimmed)
{
	struct pb_trimmed t = { .nr = nr, .cut = cut_of(nr, trim) };

	t.sorted = calloc(nr, sizeof(*t.sorted));
	t.order = calloc(nr, sizeof(*t.order));
	if (!t.sorted || !t.order) {
		pb_trimmed_done(&t);
		return pb_fail(-ENOMEM, "out of memory");
	}
	gsl_sort_index(t.order, values, 1, nr);
	for (size_t i = 0; i < nr; i++)
		t.sorted[i] = values[t.order[i]];
	t.mean = middle_mean(t.sorted, nr, t.cut);
	spread_find(&t, values);
	*ret_trimmed = t;
	return 0;
}

void pb_trimmed_done(struct pb_trimmed *trimmed)
{
	free(trimmed->sorted);
	free(trimmed->order);
	*trimmed = (struct pb_trimmed){ 0 };
}

void pb_resample(gsl_rng *random, uint32_t *counts, size_t nr)
{
	memset(counts, 0, nr * sizeof(*counts));
	for (size_t i = 0; i < nr; i++)
		counts[gsl_rng_uniform_int(random, nr)]++;
}

double pb_trimmed_of(const struct pb_trimmed *t, const uint32_t *counts)
{
	size_t skip = t->cut, keep = t->nr - 2 * t->cut;
	double sum = 0;

	for (size_t i = 0; i < t->nr && keep; i++) {
		size_t nr = counts[t->order[i]];
		size_t skipped = nr < skip ? nr : skip;

		skip -= skipped;
		nr -= skipped;
		nr = nr < keep ? nr : keep;
		keep -= nr;
		sum += (double)nr * t->sorted[i];
	}
	return sum / (double)(t->nr - 2 * t->cut);
}
