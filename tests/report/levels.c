// SPDX-License-Identifier: GPL-2.0-only
/*
 * levels - invented pairs of runs whose samples are not of one level, or are, and how they are
 * judged. Why: the tests and the figure of docs/methodology.md count errors in the same way.
 */
#include "tests/report/levels.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "common/err.h"
#include "report/stats/family.h"

const char *const levels_names[LEVELS_KINDS] = {
	[LEVELS_PLAIN] = "plain",         [LEVELS_HEAVY] = "heavy",     [LEVELS_SKEWED] = "skewed",
	[LEVELS_QUANTISED] = "quantised", [LEVELS_MEMORY] = "memory",   [LEVELS_WANDER] = "wander",
	[LEVELS_RAMP] = "ramp",           [LEVELS_JUMP] = "jump",       [LEVELS_MODES] = "modes",
	[LEVELS_BURSTS] = "bursts",       [LEVELS_WARM_UP] = "warm-up", [LEVELS_SPIKES] = "spikes",
};

static const double cost = 57.3;

static void must(int ret)
{
	if (!ret)
		return;
	fprintf(stderr, "%s\n", pb_fail_message(ret));
	abort();
}

static double between(gsl_rng *random, double least, double most)
{
	return least + (most - least) * gsl_rng_uniform(random);
}

static double either(gsl_rng *random, double size)
{
	return gsl_rng_uniform(random) < 0.5 ? size : -size;
}

/* What one side's machine does over the run: the same for all its samples of a row. */
struct weather {
	double size;
	double at; /* where it happens, as a share of the run */
	double len;
	double state; /* of what remembers */
	double memory;
	double deviation;
};

/* How often a call is dearer and by how much belongs to kernel and machine: both sides have it. */
struct modes {
	double apart;
	double share;
};

static struct weather weather_make(enum levels_kind kind, gsl_rng *random)
{
	struct weather w = { .size = between(random, 0.05, 0.3), .at = gsl_rng_uniform(random) };

	/* One side in two has nothing of it: quiet against troubled is the worse case. */
	if (gsl_rng_uniform(random) < 0.5)
		w.size = 0;
	/* A jump before the first samples or behind the last ones is none that a run can show. */
	if (kind == LEVELS_JUMP)
		w.at = between(random, 0.15, 0.85);
	w.len = kind == LEVELS_BURSTS ? between(random, 0.05, 0.33) : 1;
	if (kind == LEVELS_RAMP || kind == LEVELS_JUMP)
		w.size = either(random, w.size);
	w.deviation = kind == LEVELS_WANDER ? 0.02 : 0.01;
	w.memory = kind == LEVELS_WANDER ? 0.9 : kind == LEVELS_MEMORY ? 0.7 : 0;
	w.state = gsl_ran_gaussian_ziggurat(random, 1);
	return w;
}

/* Where the run is, from 0 to 1, and what that costs more, as a share. */
static double slow_part(enum levels_kind kind, const struct weather *w, const struct modes *modes,
			double now, gsl_rng *random)
{
	switch (kind) {
	case LEVELS_RAMP:
		return w->size * now;
	case LEVELS_JUMP:
		return now >= w->at ? w->size : 0;
	case LEVELS_MODES:
		return gsl_rng_uniform(random) < modes->share ? modes->apart : 0;
	case LEVELS_BURSTS:
		return now >= w->at * (1 - w->len) && now < w->at * (1 - w->len) + w->len
			       ? 2 * w->size
			       : 0;
	case LEVELS_WARM_UP:
		return 1.3 * w->size * exp(-now / (0.2 * w->at + 0.02));
	case LEVELS_SPIKES:
		return gsl_rng_uniform(random) < 0.05 ? gsl_ran_exponential(random, 0.3) : 0;
	default:
		return 0;
	}
}

static double fast_part(enum levels_kind kind, struct weather *w, gsl_rng *random)
{
	double fresh = gsl_ran_gaussian_ziggurat(random, 1);

	if (kind == LEVELS_HEAVY)
		return w->deviation * gsl_ran_tdist(random, 3) / sqrt(3);
	if (kind == LEVELS_SKEWED)
		return gsl_ran_exponential(random, 2 * w->deviation);
	w->state = w->memory * w->state + sqrt(1 - w->memory * w->memory) * fresh;
	return w->deviation * w->state;
}

static void side_invent(const struct levels_setup *setup, gsl_rng *random, double shift,
			const struct modes *modes, double *values)
{
	struct weather w = weather_make(setup->kind, random);

	for (size_t i = 0; i < setup->nr_samples; i++) {
		double now = (double)i / (double)(setup->nr_samples - 1);

		values[i] = cost * (1 + shift) *
			    (1 + slow_part(setup->kind, &w, modes, now, random) +
			     fast_part(setup->kind, &w, random));
		if (setup->kind == LEVELS_QUANTISED)
			values[i] = round(values[i] / (0.02 * cost)) * (0.02 * cost);
	}
}

static void rows_judge(const struct levels_setup *setup, gsl_rng *random, struct pb_judged *rows)
{
	double base[LEVELS_SAMPLES_MOST], head[LEVELS_SAMPLES_MOST];

	for (size_t r = 0; r < setup->nr_rows; r++) {
		struct pb_samples before = { base, setup->nr_samples };
		struct pb_samples after = { head, setup->nr_samples };
		struct pb_effect_options options = pb_effect_defaults;
		struct modes modes = { between(random, 0.05, 0.3), between(random, 0.2, 0.8) };

		side_invent(setup, random, 0, &modes, base);
		side_invent(setup, random, r ? 0 : setup->shift, &modes, head);
		options.step = setup->kind == LEVELS_QUANTISED ? 0.02 * cost : 1e-6;
		/*
		 * The bootstrap only widens: without it errors are counted that it would not make.
		 */
		options.nr_resamples = 0;
		must(pb_effect_estimate(&before, &after, &options, &rows[r].effect));
	}
	must(pb_family_judge(rows, setup->nr_rows, &pb_family_defaults));
}

static bool is_finding(const struct pb_judged *row)
{
	return row->outside && !row->negligible;
}

static bool is_same(const struct pb_judged *row, double tolerance)
{
	return !is_finding(row) && row->within_lower >= -tolerance &&
	       row->within_upper <= tolerance;
}

struct levels_tally levels_run(const struct levels_setup *setup, size_t nr, unsigned long seed)
{
	struct levels_tally tally = { .nr = nr };
	gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
	static struct pb_judged rows[LEVELS_ROWS_MOST];

	if (!random)
		abort();
	gsl_rng_set(random, seed);
	for (size_t i = 0; i < nr; i++) {
		bool alarmed = false, same = true;

		rows_judge(setup, random, rows);
		for (size_t r = 0; r < setup->nr_rows; r++) {
			alarmed |= is_finding(&rows[r]) && (r || setup->shift == 0);
			same &= is_same(&rows[r], setup->tolerance);
		}
		tally.nr_worse += alarmed;
		tally.nr_same += same;
		tally.nr_row_same += is_same(&rows[0], setup->tolerance);
		tally.nr_found +=
			is_finding(&rows[0]) && (rows[0].effect.change > 0) == (setup->shift > 0);
		tally.nr_seen += rows[0].effect.unsteady > 0;
	}
	gsl_rng_free(random);
	return tally;
}
