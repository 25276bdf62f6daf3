// SPDX-License-Identifier: GPL-2.0-only
/*
 * effect - how far two sets of noisy samples lie apart, relative to the first, and how sure that
 * is. Why: see effect.h; docs/methodology.md shows the error rates that follow.
 */
#include "report/stats/effect.h"

#include <errno.h>
#include <math.h>

#include "common/err.h"
#include "report/stats/trimmed.h"

/* 2000 resamples know a standard error to 1.6 % of itself; more samples need fewer of them. */
enum { RESAMPLES = 2000, RESAMPLES_LEAST = 400, DRAWS = 1600000 };

const struct pb_effect_options pb_effect_defaults = {
	.trim = 0.1,
	.seed = 1,
	.nr_resamples = RESAMPLES,
};

struct sides {
	struct pb_trimmed base;
	struct pb_trimmed head;
	struct pb_trimmed pairs; /* head - base, sample by sample; only if paired */
	uint32_t *counts;
	uint32_t *head_counts;
	double floor;
	bool paired;
	struct pb_level levels[2];
};

static void sides_done(struct sides *s)
{
	pb_trimmed_done(&s->base);
	pb_trimmed_done(&s->head);
	pb_trimmed_done(&s->pairs);
	free(s->counts);
	free(s->head_counts);
}

/* Trims what is left when levels are evened out; the mean stays that of all samples. */
static int steady_init(const struct pb_samples *samples, const struct pb_effect_options *options,
		       struct pb_trimmed *trimmed, struct pb_level *level)
{
	_cleanup_free_ double *even = calloc(samples->nr, sizeof(*even));
	pb_cleanup(pb_trimmed_done) struct pb_trimmed all = { 0 };
	struct pb_level_options how = { .step = options->step };
	int ret;

	if (!even)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_trimmed_init(samples->values, samples->nr, options->trim, &all);
	how.cut = all.cut;
	if (!ret)
		ret = pb_level_find(samples->values, samples->nr, &how, even, level);
	if (!ret)
		ret = pb_trimmed_init(even, samples->nr, options->trim, trimmed);
	if (ret)
		return ret;
	trimmed->mean = all.mean;
	/*
	 * Even samples that wandered remember; what was evened out is no reason to trust them more.
	 */
	trimmed->autocorr = fmax(trimmed->autocorr, all.autocorr);
	return 0;
}

static int pairs_init(struct sides *s, const struct pb_samples *base, const struct pb_samples *head,
		      const struct pb_effect_options *options)
{
	_cleanup_free_ double *values = calloc(base->nr, sizeof(*values));
	struct pb_samples pairs = { values, base->nr };

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < base->nr; i++)
		values[i] = head->values[i] - base->values[i];
	return steady_init(&pairs, options, &s->pairs, &s->levels[1]);
}

/*
 * What both sides of pairs have in common drops out: only the differences want to be of one level.
 */
static int sides_init(struct sides *s, const struct pb_samples *base, const struct pb_samples *head,
		      const struct pb_effect_options *options)
{
	int ret;

	s->floor = options->floor;
	s->paired = options->paired;
	s->counts = calloc(base->nr, sizeof(*s->counts));
	s->head_counts = calloc(head->nr, sizeof(*s->head_counts));
	if (!s->counts || !s->head_counts)
		return pb_fail(-ENOMEM, "out of memory");
	if (!options->paired) {
		ret = steady_init(base, options, &s->base, &s->levels[0]);
		return ret ? ret : steady_init(head, options, &s->head, &s->levels[1]);
	}
	ret = pb_trimmed_init(base->values, base->nr, options->trim, &s->base);
	if (!ret)
		ret = pb_trimmed_init(head->values, head->nr, options->trim, &s->head);
	return ret ? ret : pairs_init(s, base, head, options);
}

static double relative(double difference, double base, double floor)
{
	double scale = fmax(fabs(base), floor);

	if (difference == 0)
		return 0;
	return scale > 0 ? difference / scale : copysign(INFINITY, difference);
}

/* The standard error of the relative difference by the delta method, and its degrees of freedom. */
static void yuen(const struct sides *s, struct pb_effect *e)
{
	double scale = fmax(fabs(e->base), s->floor), ratio;

	/* A ratio's error has the base's in it twice; where the floor is the scale, only once. */
	ratio = scale > fabs(e->base) ? 1 : 1 + e->change * copysign(1, e->base);
	if (s->paired) {
		e->error = sqrt(s->pairs.variance + (ratio - 1) * (ratio - 1) * s->base.variance) /
			   scale;
		e->df = s->pairs.df;
		e->autocorr = s->pairs.autocorr;
		e->autocorr_error = 1 / sqrt((double)s->pairs.nr);
	} else {
		double base = ratio * ratio * s->base.variance, head = s->head.variance;

		e->error = sqrt(base + head) / scale;
		e->df = base + head > 0
				? (base + head) * (base + head) /
					  (base * base / s->base.df + head * head / s->head.df)
				: s->base.df + s->head.df;
		e->autocorr = (s->base.autocorr + s->head.autocorr) / 2;
		e->autocorr_error = 1 / sqrt((double)(s->base.nr + s->head.nr));
	}
}

/*
 * A change known only by levels is known no better than they lie apart, and what a run has shown of
 * them is not all: five batches of a random walk span half of where it may be (levels_power
 * counts).
 */
static const double beyond_levels = 2;

static double unsteady_find(const struct sides *s, const struct pb_effect *e)
{
	double scale = fmax(fabs(e->base), s->floor), ratio;
	double base = s->levels[0].range, head = s->levels[1].range;

	ratio = scale > fabs(e->base) ? 1 : fabs(1 + e->change * copysign(1, e->base));
	return base > 0 || head > 0 ? beyond_levels * (fmax(1, ratio) * base + head) / scale : 0;
}

/*
 * A change that is there from the first sample to the last is one between any two parts of the
 * runs. One part's median may miss that by its own noise.
 */
static bool is_mixed(const struct sides *s, const struct pb_effect *e)
{
	const struct pb_level *base = &s->levels[0], *head = &s->levels[1];
	double room = hypot(base->part_error, head->part_error);

	if (e->change > 0)
		return head->low - base->high < -room;
	return base->low - head->high < -room;
}

static bool all_finite(const struct pb_samples *samples)
{
	for (size_t i = 0; i < samples->nr; i++)
		if (!isfinite(samples->values[i]))
			return false;
	return true;
}

static double resample_once(struct sides *s, gsl_rng *random)
{
	double base, difference;

	pb_resample(random, s->counts, s->base.nr);
	base = pb_trimmed_of(&s->base, s->counts);
	if (s->paired) {
		difference = pb_trimmed_of(&s->pairs, s->counts);
	} else {
		pb_resample(random, s->head_counts, s->head.nr);
		difference = pb_trimmed_of(&s->head, s->head_counts) - base;
	}
	return relative(difference, base, s->floor);
}

static int bootstrap(struct sides *s, const struct pb_effect_options *options, double *ret_error)
{
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	size_t nr = DRAWS / (s->base.nr + s->head.nr), most = options->nr_resamples;
	double sum = 0, squares = 0, first = 0;

	if (!random)
		return pb_fail(-ENOMEM, "out of memory");
	gsl_rng_set(random, (unsigned long)options->seed);
	nr = nr > most ? most : nr;
	if (nr < RESAMPLES_LEAST)
		nr = most < RESAMPLES_LEAST ? most : RESAMPLES_LEAST;
	/* Distances from the first one: the squares of large numbers would lose the small ones. */
	for (size_t i = 0; i < nr; i++) {
		double change = resample_once(s, random);

		first = i ? first : change;
		sum += change - first;
		squares += (change - first) * (change - first);
	}
	gsl_rng_free(random);
	*ret_error =
		nr > 1 ? sqrt(fmax(0, (squares - sum * sum / (double)nr) / (double)(nr - 1))) : 0;
	return 0;
}

/*
 * A clock that ticks more coarsely than the noise rounds all samples alike, and averaging does not
 * help: two costs a hair apart may read one whole step apart. With noise of a step or more,
 * rounding averages out.
 */
static double blindness_find(const struct sides *s, double step)
{
	const struct pb_trimmed *sides[] = { &s->base, &s->head };
	double scale = fmax(fabs(s->base.mean), s->floor), blind = 0;

	for (size_t i = 0; i < 2; i++) {
		const struct pb_trimmed *t = sides[i];
		double tick = step > 0 ? fmax(step, t->step) : 0;

		if (t->sorted[t->nr - t->cut - 1] - t->sorted[t->cut] <= tick)
			blind = fmax(blind, tick);
	}
	return blind > 0 && scale > 0 ? blind / scale : 0;
}

int pb_effect_estimate(const struct pb_samples *base, const struct pb_samples *head,
		       const struct pb_effect_options *options, struct pb_effect *ret_effect)
{
	pb_cleanup(sides_done) struct sides s = { 0 };
	struct pb_effect e = { .nr_base = base->nr, .nr_head = head->nr };
	double error = 0;
	int ret;

	if (base->nr < PB_EFFECT_SAMPLES_LEAST || head->nr < PB_EFFECT_SAMPLES_LEAST)
		return pb_fail(-EINVAL,
			       "%zu and %zu samples are too few: %d are needed on each side",
			       base->nr, head->nr, PB_EFFECT_SAMPLES_LEAST);
	if (options->paired && base->nr != head->nr)
		return pb_fail(-EINVAL, "%zu and %zu samples cannot be paired", base->nr, head->nr);
	if (!all_finite(base) || !all_finite(head))
		return pb_fail(-EINVAL, "a sample is no finite number");
	ret = sides_init(&s, base, head, options);
	if (ret)
		return ret;
	e.paired = options->paired;
	e.levels[0] = s.levels[0];
	e.levels[1] = s.levels[1];
	e.base = s.base.mean;
	e.head = s.head.mean;
	e.change = relative(s.paired ? s.pairs.mean : e.head - e.base, e.base, s.floor);
	if (isfinite(e.change)) {
		yuen(&s, &e);
		e.blindness = blindness_find(&s, options->step);
		e.unsteady = unsteady_find(&s, &e);
		e.mixed = is_mixed(&s, &e);
		if (e.error > 0 && options->nr_resamples)
			ret = bootstrap(&s, options, &error);
		if (isfinite(error))
			e.error = fmax(e.error, error);
	} else {
		e.df = s.base.df + s.head.df;
	}
	if (!ret)
		*ret_effect = e;
	return ret;
}
