// SPDX-License-Identifier: GPL-2.0-only
/*
 * noise - invented comparisons of a whole matrix, with noise of known kind and size.
 * Why: the tests and the figure of docs/methodology.md count errors in the same way.
 */
#include "tests/report/noise.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "common/err.h"

const char *const noise_names[NOISE_KINDS] = {
	[NOISE_NORMAL] = "normal", [NOISE_HEAVY] = "heavy",   [NOISE_SPIKES] = "spikes",
	[NOISE_DRIFT] = "drift",   [NOISE_MEMORY] = "memory", [NOISE_COARSE] = "coarse",
};

static void must(int ret)
{
	if (!ret)
		return;
	fprintf(stderr, "%s\n", pb_fail_message(ret));
	abort();
}

void noise_setup_defaults(struct noise_setup *ret_setup)
{
	*ret_setup = (struct noise_setup){
		.kind = NOISE_NORMAL,
		.nr_rows = NOISE_ROWS_MOST,
		.nr_samples = 20,
		.deviation = 0.004,
		.effect = pb_effect_defaults,
		.family = pb_family_defaults,
		.screen = true,
	};
}

/* What hits the machine and not the sample: shared by both sides where they are interleaved. */
static void slow_part(const struct noise_setup *setup, gsl_rng *random, double *slow)
{
	double state = gsl_ran_gaussian_ziggurat(random, 1);

	for (size_t i = 0; i < setup->nr_samples; i++) {
		slow[i] = 0;
		if (setup->kind == NOISE_DRIFT)
			slow[i] = 0.01 * (double)i / (double)(setup->nr_samples - 1);
		if (setup->kind != NOISE_MEMORY)
			continue;
		slow[i] = setup->deviation * state;
		state = 0.5 * state + gsl_ran_gaussian_ziggurat(random, sqrt(0.75));
	}
}

static double fast_part(const struct noise_setup *setup, gsl_rng *random)
{
	double spike = 0;

	switch (setup->kind) {
	case NOISE_HEAVY:
		return setup->deviation * gsl_ran_tdist(random, 3) / sqrt(3);
	case NOISE_MEMORY:
		/* On its own machine the slow part is all there is. */
		return setup->paired ? gsl_ran_gaussian_ziggurat(random, setup->deviation) : 0;
	case NOISE_SPIKES:
		if (gsl_rng_uniform(random) < 0.05)
			spike = gsl_ran_exponential(random, 0.2);
		break;
	default:
		break;
	}
	return gsl_ran_gaussian_ziggurat(random, setup->deviation) + spike;
}

static void side_invent(const struct noise_setup *setup, gsl_rng *random, const double *slow,
			double cost, double *values)
{
	/* 57.3 ns a page: with a step of 1 % the truth lies between two steps. */
	for (size_t i = 0; i < setup->nr_samples; i++) {
		values[i] = 57.3 * cost * (1 + slow[i] + fast_part(setup, random));
		if (setup->kind == NOISE_COARSE)
			values[i] = round(values[i] / 0.573) * 0.573;
	}
}

static struct pb_effect_options row_options(const struct noise_setup *setup, size_t row)
{
	struct pb_effect_options options = setup->effect;

	options.paired = setup->paired;
	options.seed = row + 1;
	options.step = setup->kind == NOISE_COARSE ? 0.573 : 1e-6;
	return options;
}

static double p_of(const struct pb_effect *e)
{
	return e->error > 0 ? 2 * gsl_cdf_tdist_Q(fabs(e->change) / e->error, floor(e->df)) : 0;
}

/*
 * The error is never less than Yuen's. Where at most K rows can be findings by that error and the
 * mildest level, none is one by more than the level of the last of K. What is left out here cannot
 * become a finding; test_stats.c checks that against comparisons with nothing left out.
 */
static double screen_level(const struct noise_setup *setup, const struct pb_judged *rows)
{
	size_t findings = 0;

	for (size_t r = 0; r < setup->nr_rows; r++)
		findings += p_of(&rows[r].effect) <= setup->family.alpha;
	return setup->family.alpha / (double)(setup->nr_rows - (findings ? findings - 1 : 0));
}

typedef double sides_values[2][NOISE_SAMPLES_MOST];

static void rows_estimate(const struct noise_setup *setup, sides_values *values, double level,
			  struct pb_judged *rows)
{
	for (size_t r = 0; r < setup->nr_rows; r++) {
		struct pb_effect_options options = row_options(setup, r);
		struct pb_samples base = { values[r][0], setup->nr_samples };
		struct pb_samples head = { values[r][1], setup->nr_samples };

		if (level < 0)
			options.nr_resamples = 0;
		else if (setup->screen && p_of(&rows[r].effect) > level)
			continue;
		must(pb_effect_estimate(&base, &head, &options, &rows[r].effect));
		if (setup->normal_tails)
			rows[r].effect.df = 1e9;
	}
}

void noise_compare(const struct noise_setup *setup, gsl_rng *random, struct pb_judged *rows)
{
	static sides_values values[NOISE_ROWS_MOST];
	double slow[2][NOISE_SAMPLES_MOST];

	for (size_t r = 0; r < setup->nr_rows; r++) {
		slow_part(setup, random, slow[0]);
		if (!setup->paired)
			slow_part(setup, random, slow[1]);
		side_invent(setup, random, slow[0], 1, values[r][0]);
		side_invent(setup, random, setup->paired ? slow[0] : slow[1],
			    r ? 1 : 1 + setup->shift, values[r][1]);
	}
	rows_estimate(setup, values, -1, rows);
	rows_estimate(setup, values, screen_level(setup, rows), rows);
	must(pb_family_judge(rows, setup->nr_rows, &setup->family));
}

struct noise_tally noise_run(const struct noise_setup *setup, size_t nr, unsigned long seed)
{
	struct noise_tally tally = { .nr = nr };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	struct pb_judged rows[NOISE_ROWS_MOST];

	if (!random)
		abort();
	gsl_rng_set(random, seed);
	for (size_t i = 0; i < nr; i++) {
		bool alarmed = false;

		noise_compare(setup, random, rows);
		for (size_t r = setup->shift != 0; r < setup->nr_rows; r++)
			alarmed |= rows[r].outside && !rows[r].negligible;
		tally.nr_alarmed += alarmed;
		tally.nr_found += rows[0].outside && !rows[0].negligible &&
				  (rows[0].effect.change > 0) == (setup->shift > 0);
		tally.nr_uncovered += rows[0].lower > setup->shift || rows[0].upper < setup->shift;
		tally.sum_change += rows[0].effect.change;
	}
	gsl_rng_free(random);
	return tally;
}
