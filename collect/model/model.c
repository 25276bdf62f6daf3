// SPDX-License-Identifier: GPL-2.0-only
/*
 * model - a recording becomes the series and the traffic of a cell.
 * Why: every interleaving is a sample; which of them is shown in parts is decided here.
 */
#include "collect/model/model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/model/recording.h"
#include "collect/model/replay.h"
#include "collect/model/traffic.h"
#include "common/err.h"
#include "common/str.h"

struct replays {
	struct pb_replay of[PB_MODEL_NR_SEEDS];
};

static void replays_done(struct replays *replays)
{
	for (size_t i = 0; i < PB_MODEL_NR_SEEDS; i++)
		pb_replay_done(&replays->of[i]);
}

static const enum pb_model_metric traffic_metrics[PB_TRAFFIC_NR_VALUES] = {
	[PB_TRAFFIC_LOADS] = PB_MODEL_LOADS,
	[PB_TRAFFIC_STORES] = PB_MODEL_STORES,
	[PB_TRAFFIC_COLD_LINES] = PB_MODEL_COLD_LINES,
	[PB_TRAFFIC_D1_MISSES] = PB_MODEL_D1_MISSES,
	[PB_TRAFFIC_LLC_MISSES] = PB_MODEL_LLC_MISSES,
	[PB_TRAFFIC_TRANSFERS] = PB_MODEL_TRANSFERS,
	[PB_TRAFFIC_UPGRADES] = PB_MODEL_UPGRADES,
	[PB_TRAFFIC_INVALIDATIONS] = PB_MODEL_INVALIDATIONS,
	[PB_TRAFFIC_FALSE_SHARING] = PB_MODEL_FALSE_SHARING,
};

static double per_call(const struct pb_replay *replay, const struct pb_model_counts *counts,
		       enum pb_model_metric metric)
{
	return (double)counts->of[metric] / (double)replay->nr_calls;
}

static int series_add(const struct replays *replays, struct pb_cell_result *result)
{
	double values[PB_MODEL_NR_SEEDS], nr_calls = (double)replays->of[0].nr_calls;
	int ret = 0;

	for (int phase = 0; phase < PB_MODEL_NR_PHASES; phase++)
		for (int metric = 0; metric < PB_MODEL_NR_METRICS && !ret; metric++) {
			for (size_t i = 0; i < PB_MODEL_NR_SEEDS; i++)
				values[i] = per_call(&replays->of[i], &replays->of[i].phases[phase],
						     (enum pb_model_metric)metric);
			ret = pb_cell_result_add(result, pb_model_phases[phase],
						 pb_model_metrics[metric], "count", values,
						 PB_MODEL_NR_SEEDS);
		}
	return ret ? ret : pb_cell_result_add(result, "simulated", "calls", "count", &nr_calls, 1);
}

static uint64_t transfers_of(const struct pb_replay *replay)
{
	return replay->phases[PB_MODEL_CALL].of[PB_MODEL_TRANSFERS];
}

static int replays_compare(const void *a, const void *b)
{
	const struct pb_replay *left = *(const struct pb_replay *const *)a;
	const struct pb_replay *right = *(const struct pb_replay *const *)b;

	if (transfers_of(left) != transfers_of(right))
		return transfers_of(left) < transfers_of(right) ? -1 : 1;
	return left < right ? -1 : left > right; /* by seed: the same each time */
}

static const struct pb_replay *median_find(const struct replays *replays)
{
	const struct pb_replay *sorted[PB_MODEL_NR_SEEDS];

	for (size_t i = 0; i < PB_MODEL_NR_SEEDS; i++)
		sorted[i] = &replays->of[i];
	qsort(sorted, PB_MODEL_NR_SEEDS, sizeof(const struct pb_replay *), replays_compare);
	return sorted[PB_MODEL_NR_SEEDS / 2];
}

static int traffic_add(const struct pb_replay *replay, const struct pb_names *names,
		       struct pb_traffic_list *list)
{
	int ret = 0;

	for (uint32_t site = 0; site < replay->nr_sites && !ret; site++) {
		struct pb_site_name name = pb_names_get(names, site);
		double values[PB_TRAFFIC_NR_VALUES];
		bool any = false;

		for (size_t i = 0; i < PB_TRAFFIC_NR_VALUES; i++) {
			values[i] = per_call(replay, &replay->sites[site], traffic_metrics[i]);
			any |= values[i] > 0;
		}
		if (any) /* what only warm-up calls touched is no part of a call */
			ret = pb_traffic_add(list, name.object, name.field, name.function, values);
	}
	return ret;
}

int pb_model_simulate(const char *trace, const struct pb_geometry *geometry, uint64_t seed,
		      struct pb_names *names, struct pb_cell_result *result)
{
	pb_cleanup(pb_recording_done) struct pb_recording recording = { 0 };
	pb_cleanup(replays_done) struct replays replays = { 0 };
	struct pb_sites sites = pb_names_sites(names);
	int ret = pb_recording_load(trace, &sites, &recording);

	for (size_t i = 0; i < PB_MODEL_NR_SEEDS && !ret; i++)
		ret = pb_replay_run(&recording, geometry, seed * PB_MODEL_NR_SEEDS + i,
				    pb_names_nr(names), &replays.of[i]);
	if (!ret && !replays.of[0].nr_calls)
		ret = pb_fail(-ENODATA, "the recording '%s' holds no call", trace);
	if (!ret)
		ret = series_add(&replays, result);
	return ret ? ret : traffic_add(median_find(&replays), names, &result->traffic);
}
