// SPDX-License-Identifier: GPL-2.0-only
/*
 * track - one cell's samples as they come in, round by round, and the result that they make.
 * Why: cells are measured in turns, so that each one's samples span the whole run.
 */
#include "bench/backends/syscall/track.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/backends/syscall/core.h"
#include "bench/backends/syscall/sample.h"
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
	[PB_KIND_CYCLE] = { "core", "cycle", "ns" },
	[PB_KIND_FILL] = { "core", "fill", "cycles" },
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

/* What all calls of a visit took, in cycles: more of it is disturbance, whichever it fell on. */
static double score_of(const struct pb_worker_reply *reply)
{
	double sum = 0;

	for (int kind = PB_KIND_ACQUIRE; kind <= PB_KIND_BASE_RELEASE; kind++)
		if (!isnan(reply->values[kind]))
			sum += reply->values[kind];
	return sum / reply->values[PB_KIND_CYCLE];
}

/* All of them, for all samples. */
static size_t visits_wanted(const struct pb_track *track)
{
	size_t nr_visits = track->cell->nr_threads > 1 ? 1 : PB_TRACK_VISITS;

	return nr_visits * track->cell->nr_samples;
}

/* In turns at first, then the one that had least of its core. */
static size_t sample_next(const struct pb_track *track)
{
	const double *fills = track->values[PB_KIND_FILL];
	size_t worst = 0;

	if (track->nr_visits < visits_wanted(track))
		return track->nr_visits % track->cell->nr_samples;
	for (size_t i = 1; i < track->nr; i++)
		if (fills[i] > fills[worst])
			worst = i;
	return worst;
}

static bool is_better(const struct pb_track *track, size_t sample, double score, double fill,
		      double quiet)
{
	double old = track->values[PB_KIND_FILL][sample];

	if (pb_core_is_shared(old, quiet) || pb_core_is_shared(fill, quiet))
		return fill < old;
	return track->cell->nr_threads == 1 && score < track->scores[sample];
}

static void visit_add(struct pb_track *track, const struct pb_worker_reply *reply, double quiet)
{
	size_t sample = sample_next(track);
	double score = score_of(reply);

	track->nr_visits++;
	if (sample < track->nr &&
	    !is_better(track, sample, score, reply->values[PB_KIND_FILL], quiet))
		return;
	if (sample == track->nr)
		track->nr++;
	track->scores[sample] = score;
	for (int kind = 0; kind < PB_KIND_NR; kind++)
		track->values[kind][sample] = reply->values[kind];
}

size_t pb_track_nr_shared(const struct pb_track *track, double quiet)
{
	size_t nr = 0;

	for (size_t i = 0; i < track->nr; i++)
		nr += pb_core_is_shared(track->values[PB_KIND_FILL][i], quiet);
	return nr;
}

bool pb_track_wants(const struct pb_track *track, double quiet)
{
	return track->state == PB_CELL_NONE &&
	       (track->nr_visits < visits_wanted(track) || pb_track_nr_shared(track, quiet));
}

void pb_track_settle(struct pb_track *track)
{
	if (track->state == PB_CELL_NONE && track->nr_visits >= visits_wanted(track))
		track->state = PB_CELL_MEASURED;
}

void pb_track_add(struct pb_track *track, const struct pb_worker_reply *reply, double quiet)
{
	if (reply->state != PB_CELL_MEASURED) {
		track->state = reply->state;
		track->error = reply->error;
		snprintf(track->reason, sizeof(track->reason), "%s", reply->reason);
		return;
	}
	visit_add(track, reply, quiet);
	if (!track->proved || reply->proof.by > track->proof.by)
		track->proof = reply->proof;
	if (!track->proved)
		track->identity = reply->identity;
	track->proved = true;
	snprintf(track->symbol, sizeof(track->symbol), "%s", reply->symbol);
}

static size_t count_known(const double *values, size_t nr)
{
	size_t known = 0;

	for (size_t i = 0; i < nr; i++)
		known += !isnan(values[i]);
	return known;
}

/* This kind's samples as they were read, or in cycles of the core as it ran just then. */
static double *values_copy(const struct pb_track *track, enum pb_sample_kind kind, bool cycles)
{
	double *values = calloc(track->nr + 1, sizeof(*values));

	for (size_t i = 0; values && i < track->nr; i++) {
		values[i] = track->values[kind][i];
		if (cycles)
			values[i] /= track->values[PB_KIND_CYCLE][i];
	}
	return values;
}

static int median_add(const struct pb_track *track, enum pb_sample_kind kind, const char *phase,
		      bool cycles, struct pb_cell_result *result)
{
	_cleanup_free_ double *values = values_copy(track, kind, cycles);
	const char *unit = cycles ? "cycles" : "ns";
	double median;
	size_t nr = 0;

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < track->nr; i++)
		if (!isnan(values[i]))
			values[nr++] = values[i];
	if (!nr)
		return 0;
	median = pb_sample_median(values, nr);
	return pb_cell_result_add(result, phase, unit, unit, &median, 1);
}

/* The same samples in cycles. */
static int cycles_add(const struct pb_track *track, enum pb_sample_kind kind,
		      struct pb_cell_result *result)
{
	_cleanup_free_ double *values = values_copy(track, kind, true);

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	return pb_cell_result_add(result, kinds[kind].phase, "cycles", "cycles", values, track->nr);
}

static int baselines_add(const struct pb_track *track, bool cycles, struct pb_cell_result *result)
{
	int ret = median_add(track, PB_KIND_BASE_ACQUIRE, "harness", cycles, result);

	return ret ? ret
		   : median_add(track, PB_KIND_BASE_RELEASE, "harness-release", cycles, result);
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

	for (int kind = 0; kind < PB_KIND_NR && !ret; kind++) {
		if (!count_known(track->values[kind], track->nr))
			continue;
		ret = pb_cell_result_add(result, kinds[kind].phase, kinds[kind].metric,
					 kinds[kind].unit, track->values[kind], track->nr);
		if (!ret && pb_streq(kinds[kind].metric, "ns"))
			ret = cycles_add(track, kind, result);
	}
	if (!ret)
		ret = baselines_add(track, false, result);
	if (!ret)
		ret = baselines_add(track, true, result);
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
