// SPDX-License-Identifier: GPL-2.0-only
/*
 * track - one cell's samples as they come in, round by round, and the result that they make.
 * Why: cells are measured in turns, so that each one's samples span the whole run.
 */
#include "bench/syscall/track.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/syscall/sample.h"
#include "common/err.h"
#include "common/str.h"

/* Where a kind's samples go. The baselines' medians become `harness` beside them. */
static const struct {
	const char *phase, *metric, *unit;
} kinds[PB_KIND_NR] = {
	[PB_KIND_ACQUIRE] = { "acquire", "ns", "ns" },
	[PB_KIND_RELEASE] = { "release", "ns", "ns" },
	[PB_KIND_BASE_ACQUIRE] = { "harness", "baseline", "ns" },
	[PB_KIND_BASE_RELEASE] = { "harness-release", "baseline", "ns" },
	[PB_KIND_PAIR] = { "pair", "ns", "ns" },
	[PB_KIND_BASE_PAIR] = { "harness-pair", "baseline", "ns" },
	[PB_KIND_XADD_SAME] = { "control", "xadd-same-line", "ns" },
	[PB_KIND_XADD_OWN] = { "control", "xadd-own-lines", "ns" },
	[PB_KIND_COUNTED] = { "events", "calls-counted", "count" },
	[PB_KIND_REJECTED] = { "events", "calls-alone", "count" },
};

int pb_track_init(struct pb_track *track, const struct pb_cell *cell)
{
	*track = (struct pb_track){ .cell = cell };
	track->scores = calloc(cell->nr_samples, sizeof(*track->scores));
	if (!track->scores)
		return pb_fail(-ENOMEM, "no memory for %u samples", cell->nr_samples);
	for (int kind = 0; kind < PB_KIND_NR; kind++) {
		track->values[kind] = calloc(cell->nr_samples, sizeof(double));
		if (!track->values[kind])
			return pb_fail(-ENOMEM, "no memory for %u samples", cell->nr_samples);
	}
	return 0;
}

void pb_track_done(struct pb_track *track)
{
	for (int kind = 0; kind < PB_KIND_NR; kind++)
		free(track->values[kind]);
	free(track->scores);
	*track = (struct pb_track){ 0 };
}

void pb_track_end(struct pb_track *track, enum pb_cell_state state, int code)
{
	track->state = state;
	track->error = -code;
	snprintf(track->reason, sizeof(track->reason), "%s", pb_fail_message(code));
	pb_fail_clear();
}

/* What all calls of a visit took: more of it is disturbance, whichever call it fell on. */
static double score_of(const struct pb_worker_reply *reply)
{
	double sum = 0;

	for (int kind = PB_KIND_ACQUIRE; kind <= PB_KIND_BASE_RELEASE; kind++)
		if (!isnan(reply->values[kind]))
			sum += reply->values[kind];
	return sum;
}

static void visit_add(struct pb_track *track, const struct pb_worker_reply *reply)
{
	size_t nr_samples = track->cell->nr_samples, sample = track->nr_visits++ % nr_samples;
	double score = score_of(reply);

	if (sample < track->nr && score >= track->scores[sample])
		return;
	if (sample == track->nr)
		track->nr++;
	track->scores[sample] = score;
	for (int kind = 0; kind < PB_KIND_NR; kind++)
		track->values[kind][sample] = reply->values[kind];
}

/* All of them, for all samples. */
static size_t visits_wanted(const struct pb_track *track)
{
	size_t nr_visits = track->cell->nr_threads > 1 ? 1 : PB_TRACK_VISITS;

	return nr_visits * track->cell->nr_samples;
}

void pb_track_add(struct pb_track *track, const struct pb_worker_reply *reply)
{
	if (reply->state != PB_CELL_MEASURED) {
		track->state = reply->state;
		track->error = reply->error;
		snprintf(track->reason, sizeof(track->reason), "%s", reply->reason);
		return;
	}
	visit_add(track, reply);
	if (!track->proved)
		track->identity = reply->identity;
	track->proved = true;
	snprintf(track->symbol, sizeof(track->symbol), "%s", reply->symbol);
	if (track->nr_visits == visits_wanted(track))
		track->state = PB_CELL_MEASURED;
}

static size_t count_known(const double *values, size_t nr)
{
	size_t known = 0;

	for (size_t i = 0; i < nr; i++)
		known += !isnan(values[i]);
	return known;
}

static int median_add(const struct pb_track *track, enum pb_sample_kind kind, const char *phase,
		      struct pb_cell_result *result)
{
	size_t nr = count_known(track->values[kind], track->nr);
	_cleanup_free_ double *known = calloc(nr + 1, sizeof(*known));
	double median;

	if (!known)
		return pb_fail(-ENOMEM, "out of memory");
	if (!nr)
		return 0;
	nr = 0;
	for (size_t i = 0; i < track->nr; i++)
		if (!isnan(track->values[kind][i]))
			known[nr++] = track->values[kind][i];
	median = pb_sample_median(known, nr);
	return pb_cell_result_add(result, phase, "ns", "ns", &median, 1);
}

static int pins_add(const struct pb_track *track, struct pb_cell_result *result)
{
	double calls = track->identity.nr_calls;
	double acquired = (double)track->identity.pins.acquired / calls;
	double released = (double)track->identity.pins.released / calls;
	int ret;

	if (!track->identity.counted)
		return 0;
	ret = pb_cell_result_add(result, "events", "pins-acquired", "count", &acquired, 1);
	if (!ret)
		ret = pb_cell_result_add(result, "events", "pins-released", "count", &released, 1);
	return ret;
}

static int series_add(const struct pb_track *track, struct pb_cell_result *result)
{
	int ret = 0;

	for (int kind = 0; kind < PB_KIND_NR && !ret; kind++)
		if (count_known(track->values[kind], track->nr))
			ret = pb_cell_result_add(result, kinds[kind].phase, kinds[kind].metric,
						 kinds[kind].unit, track->values[kind], track->nr);
	if (!ret)
		ret = median_add(track, PB_KIND_BASE_ACQUIRE, "harness", result);
	if (!ret)
		ret = median_add(track, PB_KIND_BASE_RELEASE, "harness-release", result);
	return ret ? ret : pins_add(track, result);
}

static int text_set(const char *text, char **ret_copy)
{
	if (!*text)
		return 0;
	*ret_copy = strdup(text);
	return *ret_copy ? 0 : pb_fail(-ENOMEM, "out of memory");
}

int pb_track_result(const struct pb_track *track, struct pb_cell_result *result)
{
	bool alone = track->nr && track->cell->nr_threads > 1 &&
		     !count_known(track->values[PB_KIND_ACQUIRE], track->nr);
	int ret;

	result->cell = *track->cell;
	result->state = track->state;
	result->error = track->error;
	ret = text_set(track->symbol, &result->symbol);
	if (!ret && track->nr)
		ret = series_add(track, result);
	if (ret || !alone || track->state != PB_CELL_MEASURED)
		return ret ? ret : text_set(track->reason, &result->reason);
	result->state = PB_CELL_FAILED;
	result->error = EAGAIN;
	return text_set("the two threads never ran at once: no call of the one saw the other get "
			"on; the machine is too busy, or has too few CPUs",
			&result->reason);
}

int pb_track_so_far(const struct pb_track *track, struct pb_cell_result *result)
{
	int ret;

	result->cell = *track->cell;
	result->state = PB_CELL_MISSING;
	result->reason = pb_format(
		"the run stopped here, after %zu of %zu visits: %zu of %u samples",
		track->nr_visits, visits_wanted(track), track->nr, track->cell->nr_samples);
	ret = result->reason ? text_set(track->symbol, &result->symbol) : -ENOMEM;
	return ret ? ret : series_add(track, result);
}
