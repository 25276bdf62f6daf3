// SPDX-License-Identifier: GPL-2.0-only
/*
 * outcome - what the runs of a cell yielded, put together, and the series that are made of it.
 * Why: a cell may take many runs, one a batch or one a thread, and is still one result.
 */
#include "bench/agent/outcome.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "collect/histogram.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/str.h"
#include "kmods/uapi/histogram.h"

static int room_make(size_t nr, size_t bytes, void *ret_room)
{
	void *room = calloc(nr ? nr : 1, bytes);

	if (!room)
		return pb_fail(-ENOMEM, "no memory for %zu samples", nr);
	memset(room, 0, nr * bytes);
	if (mlock(room, nr * bytes)) {
		free(room);
		return pb_fail(-errno, "cannot lock memory for %zu samples: %s", nr,
			       strerror(errno));
	}
	*(void **)ret_room = room;
	return 0;
}

int pb_outcome_init(struct pb_outcome *outcome, uint32_t nr_workers, uint32_t nr_samples,
		    uint32_t nr_twice, bool histogram)
{
	int ret;

	*outcome = (struct pb_outcome){
		.nr_workers = nr_workers,
		.nr_samples = nr_samples,
		.nr_twice = nr_twice,
		.empty_ticks = UINT64_MAX,
		.first_start_ticks = UINT64_MAX,
	};
	ret = room_make((size_t)nr_workers * nr_samples, sizeof(*outcome->samples),
			&outcome->samples);
	if (!ret && nr_twice)
		ret = room_make(nr_twice, sizeof(*outcome->twice), &outcome->twice);
	if (!ret && histogram)
		ret = room_make((size_t)PB_NR_BUCKETS, sizeof(*outcome->acquire),
				&outcome->acquire);
	if (!ret && histogram)
		ret = room_make((size_t)PB_NR_BUCKETS, sizeof(*outcome->release),
				&outcome->release);
	return ret;
}

void pb_outcome_done(struct pb_outcome *outcome)
{
	free(outcome->samples);
	free(outcome->twice);
	free(outcome->acquire);
	free(outcome->release);
	*outcome = (struct pb_outcome){ 0 };
}

/* Runs count up to PB_MAX_ERRORS errors each; the last place takes what has none of its own. */
static void failure_add(struct pb_outcome *outcome, const struct pb_failure *failure)
{
	size_t i = 0;

	while (i + 1 < PB_MAX_ERRORS && outcome->failures[i].error &&
	       outcome->failures[i].error != failure->error)
		i++;
	outcome->failures[i].error = failure->error;
	outcome->failures[i].nr_calls += failure->nr_calls;
}

void pb_outcome_add(struct pb_outcome *outcome, const struct pb_run *run,
		    const struct pb_run_histogram *histogram)
{
	if (run->empty_ticks < outcome->empty_ticks)
		outcome->empty_ticks = run->empty_ticks;
	if (!outcome->any) { /* set up once, or once a batch for the same price */
		outcome->setup_ticks = run->setup_ticks;
		outcome->teardown_ticks = run->teardown_ticks;
	}
	outcome->any = true;
	outcome->retries += run->retries;
	outcome->invalidations += run->invalidations;
	outcome->nr_partial += run->nr_partial;
	outcome->nr_discarded += run->nr_discarded;
	if (run->start_ticks < outcome->first_start_ticks)
		outcome->first_start_ticks = run->start_ticks;
	if (run->start_ticks > outcome->last_start_ticks)
		outcome->last_start_ticks = run->start_ticks;
	for (size_t i = 0; i < PB_MAX_ERRORS && run->failures[i].error; i++)
		failure_add(outcome, &run->failures[i]);
	for (size_t i = 0; histogram && i < (size_t)PB_NR_BUCKETS; i++) {
		outcome->acquire[i] += histogram->acquire[i];
		outcome->release[i] += histogram->release[i];
	}
}

struct pb_failure pb_outcome_failure(const struct pb_outcome *outcome)
{
	struct pb_failure most = { 0 };

	for (size_t i = 0; i < PB_MAX_ERRORS; i++)
		if (outcome->failures[i].nr_calls > most.nr_calls)
			most = outcome->failures[i];
	return most;
}

static int once_add(struct pb_cell_result *result, const char *phase, const char *metric,
		    const char *unit, double value)
{
	return pb_cell_result_add(result, phase, metric, unit, &value, 1);
}

static int samples_add(const struct pb_agent_plan *plan, const struct pb_sample *samples, size_t nr,
		       const char *acquire, const char *release, struct pb_cell_result *result)
{
	_cleanup_free_ double *values = calloc(nr * 2, sizeof(*values));
	int ret;

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		values[i] = (double)samples[i].acquire_ticks;
		values[nr + i] = (double)samples[i].release_ticks;
	}
	ret = pb_cell_result_add(result, acquire, plan->metric, plan->unit, values, nr);
	if (!ret)
		ret = pb_cell_result_add(result, release, plan->metric, plan->unit, values + nr,
					 nr);
	return ret;
}

/* Only odp has something to set up, and only what is set up can be invalidated. */
static int setup_add(const struct pb_outcome *outcome, const struct pb_agent_plan *plan,
		     struct pb_cell_result *result)
{
	int ret;

	if (!outcome->setup_ticks)
		return 0;
	ret = once_add(result, "setup", plan->metric, plan->unit, (double)outcome->setup_ticks);
	if (!ret)
		ret = once_add(result, "teardown", plan->metric, plan->unit,
			       (double)outcome->teardown_ticks);
	if (!ret)
		ret = once_add(result, "events", "retries", "count", (double)outcome->retries);
	if (!ret)
		ret = once_add(result, "events", "invalidations", "count",
			       (double)outcome->invalidations);
	return ret;
}

static int workers_add(const struct pb_outcome *outcome, const struct pb_agent_plan *plan,
		       struct pb_cell_result *result)
{
	/* 0: each CPU has a clock of its own, and two of them say nothing of each other. */
	double skew = outcome->first_start_ticks
			      ? (double)(outcome->last_start_ticks - outcome->first_start_ticks)
			      : NAN;
	int ret;

	if (outcome->nr_workers < 2)
		return 0;
	ret = once_add(result, "events", "start-skew", plan->unit, skew);
	return ret ? ret
		   : once_add(result, "events", "discarded", "count",
			      (double)outcome->nr_discarded);
}

static int failures_add(const struct pb_outcome *outcome, struct pb_cell_result *result)
{
	char error[PB_ERROR_NAME_LEN], metric[PB_WORD_LEN];
	int ret = 0;

	for (size_t i = 0; i < PB_MAX_ERRORS && outcome->failures[i].error && !ret; i++) {
		const struct pb_failure *failure = &outcome->failures[i];

		snprintf(metric, sizeof(metric), "failed-%s",
			 pb_error_name((int)failure->error, error, sizeof(error)));
		ret = once_add(result, "events", metric, "count", (double)failure->nr_calls);
	}
	return ret;
}

static int load_add(const struct pb_outcome *outcome, struct pb_cell_result *result)
{
	const struct pb_load_tally *load = &outcome->load;
	double seconds = (double)load->elapsed_ns / 1e9;
	int ret = failures_add(outcome, result);

	if (!ret)
		ret = once_add(result, "events", "partial", "count", (double)outcome->nr_partial);
	if (!ret)
		ret = once_add(result, "events", "faults", "count", (double)outcome->nr_faults);
	if (!ret)
		ret = once_add(result, "events", "load-operations", "count",
			       (double)load->nr_steps);
	if (!ret)
		ret = once_add(result, "events", "load-errors", "count", (double)load->nr_errors);
	if (!ret && seconds > 0)
		ret = once_add(result, "load", "rate", "1/s", (double)load->nr_steps / seconds);
	return ret;
}

static int histogram_add(const struct pb_agent_plan *plan, const char *phase,
			 const uint64_t *counts, struct pb_cell_result *result)
{
	pb_cleanup(pb_histogram_done) struct pb_histogram histogram = { 0 };
	int ret = 0;

	snprintf(histogram.phase, sizeof(histogram.phase), "%s", phase);
	snprintf(histogram.metric, sizeof(histogram.metric), "%s", plan->metric);
	snprintf(histogram.unit, sizeof(histogram.unit), "%s", plan->unit);
	for (uint32_t i = 0; i < PB_NR_BUCKETS && !ret; i++)
		if (counts[i])
			ret = pb_histogram_add(&histogram, pb_bucket_low(i), pb_bucket_width(i),
					       counts[i]);
	return ret ? ret : pb_cell_result_histogram(result, &histogram);
}

int pb_outcome_result(const struct pb_outcome *outcome, const struct pb_agent_plan *plan,
		      struct pb_cell_result *result)
{
	size_t nr = (size_t)outcome->nr_workers * outcome->nr_samples;
	int ret = samples_add(plan, outcome->samples, nr, "acquire", "release", result);

	if (!ret)
		ret = once_add(result, "harness", plan->metric, plan->unit,
			       (double)outcome->empty_ticks);
	if (!ret)
		ret = setup_add(outcome, plan, result);
	if (!ret && outcome->nr_twice)
		ret = samples_add(plan, outcome->twice, outcome->nr_twice, "acquire-twice",
				  "release-twice", result);
	if (!ret)
		ret = workers_add(outcome, plan, result);
	if (!ret && outcome->loaded)
		ret = load_add(outcome, result);
	if (!ret && outcome->acquire)
		ret = histogram_add(plan, "acquire", outcome->acquire, result);
	if (!ret && outcome->acquire)
		ret = histogram_add(plan, "release", outcome->release, result);
	return ret;
}
