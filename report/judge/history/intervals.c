// SPDX-License-Identifier: GPL-2.0-only
/*
 * intervals - the steps of a history whose numbers have noise.
 * Why: many runs show where a level changed; of a few, each next one is compared with the one
 * before.
 */
#include <errno.h>
#include <math.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"
#include "report/judge/intervals.h"
#include "report/judge/least.h"
#include "report/stats/edivisive.h"
#include "report/stats/family.h"

/*
 * From here on levels are told apart by all their runs, and not run by run: fewer have too few
 * orders for one to be rarer than 1 in 1,000 (report/stats/edivisive.h).
 */
enum { LEVELS_FROM_RUNS = 20 };

/* The runs of one cell and phase that have samples. */
struct track {
	const struct pb_history_cell *cell;
	const char *phase;
	size_t nr;
	size_t *kernels; /* which of the history's */
	struct pb_samples *samples;
};

static void track_done(struct track *track)
{
	for (size_t i = 0; i < track->nr; i++)
		free((void *)track->samples[i].values);
	free(track->samples);
	free(track->kernels);
	*track = (struct track){ 0 };
}

static int track_load(const struct pb_history *h, struct track *track)
{
	track->kernels = calloc(h->nr_kernels, sizeof(*track->kernels));
	track->samples = calloc(h->nr_kernels, sizeof(*track->samples));
	if (!track->kernels || !track->samples)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t k = 0; k < h->nr_kernels; k++) {
		const struct pb_summary_cell *cell = track->cell->at[k];
		const struct pb_summary_series *series;
		double *values = NULL;
		int ret;

		if (isnan(pb_history_value(h, track->cell, k, track->phase)))
			continue;
		series = pb_summary_find(cell, track->phase, h->metric);
		ret = pb_summary_values(h->kernels[k].store, cell, series, &values,
					&track->samples[track->nr].nr);
		if (ret)
			return ret;
		track->kernels[track->nr] = k;
		track->samples[track->nr++].values = values;
	}
	return 0;
}

static int step_put(struct pb_history *h, const struct track *track, size_t at, double before,
		    double after)
{
	struct pb_history_step step = { .cell = track->cell,
					.phase = track->phase,
					.from = track->kernels[at - 1],
					.to = track->kernels[at],
					.before = before,
					.after = after,
					.change = after - before };

	return pb_history_step_add(h, &step);
}

/* Levels of many runs. */
static int levels_find(struct pb_history *h, const struct track *track)
{
	_cleanup_free_ struct pb_change_point *points = NULL;
	size_t nr = 0;
	int ret = pb_edivisive(track->samples, track->nr, &pb_edivisive_defaults, &points, &nr);

	for (size_t i = 0; i < nr && !ret; i++)
		ret = step_put(h, track, points[i].at, points[i].before, points[i].after);
	return ret;
}

/* Pairs of neighbours, all judged together at the end. */
struct pairs {
	size_t nr;
	struct pb_judged *judged;
	struct pb_history_step *steps;
};

static void pairs_done(struct pairs *pairs)
{
	free(pairs->judged);
	free(pairs->steps);
}

static int pair_add(struct pairs *pairs, const struct pb_history_step *step,
		    const struct pb_effect *effect)
{
	struct pb_judged *judged;
	struct pb_history_step *steps;

	judged = reallocarray(pairs->judged, pairs->nr + 1, sizeof(*judged));
	if (!judged)
		return pb_fail(-ENOMEM, "out of memory");
	pairs->judged = judged;
	steps = reallocarray(pairs->steps, pairs->nr + 1, sizeof(*steps));
	if (!steps)
		return pb_fail(-ENOMEM, "out of memory");
	pairs->steps = steps;
	judged[pairs->nr] = (struct pb_judged){ .effect = *effect };
	steps[pairs->nr++] = *step;
	return 0;
}

/* Neighbours one of which has too few samples are not judged, and that is said. */
static int sides_doubt(struct pb_history *h, const struct pb_history_step *step, bool *ret_doubtful)
{
	const size_t kernels[] = { step->from, step->to };
	char why[200] = "";

	for (size_t i = 0; i < PB_ARRAY_SIZE(kernels) && !why[0]; i++) {
		const struct pb_history_kernel *kernel = &h->kernels[kernels[i]];
		const struct pb_summary_cell *cell = step->cell->at[kernels[i]];
		const struct pb_least_side side = { kernel->store, &kernel->summary, cell,
						    pb_summary_find(cell, step->phase, h->metric) };

		if (!pb_least_short(&side, kernel->label, why, sizeof(why)) &&
		    side.series->nr < PB_EFFECT_SAMPLES_LEAST)
			snprintf(why, sizeof(why), "%s has %zu samples, %d are needed",
				 kernel->label, side.series->nr, PB_EFFECT_SAMPLES_LEAST);
	}
	*ret_doubtful = why[0];
	return why[0] ? pb_history_doubt_add(h, step, why) : 0;
}

static int effect_doubt(struct pb_history *h, const struct pb_history_step *step,
			const struct pb_effect *effect, bool *ret_doubtful)
{
	char why[200] = "";

	if (!isfinite(effect->base) || !isfinite(effect->head) || isnan(effect->change) ||
	    isnan(effect->error))
		snprintf(why, sizeof(why), "the samples are too large to be computed with");
	else if ((effect->base < 0) != (effect->head < 0))
		pb_below_zero_words(effect, why, sizeof(why));
	*ret_doubtful = why[0];
	return why[0] ? pb_history_doubt_add(h, step, why) : 0;
}

static int neighbours_compare(struct pb_history *h, const struct track *track, struct pairs *pairs)
{
	int ret = 0;

	for (size_t i = 1; i < track->nr && !ret; i++) {
		struct pb_effect_options options = pb_effect_defaults;
		struct pb_history_step step = { .cell = track->cell,
						.phase = track->phase,
						.from = track->kernels[i - 1],
						.to = track->kernels[i] };
		const struct pb_summary_series *series =
			pb_summary_find(track->cell->at[step.from], track->phase, h->metric);
		double pages = (double)track->cell->cell->nr_pages;
		struct pb_effect effect;
		bool doubtful;

		ret = sides_doubt(h, &step, &doubtful);
		if (ret || doubtful)
			continue;
		options.step = 1 / pages;
		options.floor = fmax(1, fabs(series->empty)) / pages;
		ret = pb_effect_estimate(&track->samples[i - 1], &track->samples[i], &options,
					 &effect);
		if (!ret)
			ret = effect_doubt(h, &step, &effect, &doubtful);
		if (ret || doubtful)
			continue;
		step.before = effect.base;
		step.after = effect.head;
		step.change = effect.head - effect.base;
		ret = pair_add(pairs, &step, &effect);
	}
	return ret;
}

static int pairs_judge(struct pb_history *h, struct pairs *pairs)
{
	int ret = pb_family_judge(pairs->judged, pairs->nr, &pb_family_defaults);

	for (size_t i = 0; i < pairs->nr && !ret; i++) {
		const struct pb_judged *judged = &pairs->judged[i];

		if (judged->outside && !judged->negligible)
			ret = pb_history_step_add(h, &pairs->steps[i]);
		else if (judged->within_lower < -PB_TOLERANCE ||
			 judged->within_upper > PB_TOLERANCE)
			h->nr_unsure++;
	}
	return ret;
}

int pb_history_noisy_steps(struct pb_history *history)
{
	static const char *const phases[] = { "acquire", "release" };
	pb_cleanup(pairs_done) struct pairs pairs = { 0 };
	int ret = 0;

	for (size_t i = 0; i < history->nr_cells * PB_ARRAY_SIZE(phases) && !ret; i++) {
		pb_cleanup(track_done) struct track track = {
			.cell = &history->cells[i / PB_ARRAY_SIZE(phases)],
			.phase = phases[i % PB_ARRAY_SIZE(phases)],
		};

		ret = track_load(history, &track);
		if (!ret)
			ret = track.nr >= LEVELS_FROM_RUNS
				      ? levels_find(history, &track)
				      : neighbours_compare(history, &track, &pairs);
	}
	return ret || !pairs.nr ? ret : pairs_judge(history, &pairs);
}
