// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - further passes over a cell in which counters run around whole calls.
 * Why: see counters.h.
 */
#include "bench/agent/counters.h"

#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/ioctl.h>

#include "collect/axes.h"
#include "collect/counters/group.h"
#include "collect/counters/select.h"
#include "collect/record.h"
#include "common/err.h"
#include "common/str.h"

/*
 * A call of many pages outweighs the ioctl around it by itself; of few pages many calls do. An
 * ioctl of one call is taken often enough for its least to be free of interrupts.
 */
enum { PAGES_A_SAMPLE = 4096, MAX_CALLS = 256, NR_SINGLE = 16 };

struct pb_counting {
	struct pb_counters counters;
	struct pb_counter_passes passes;
};

/* What one pass over a cell yields: nr_counters rows of nr_values each. */
struct taken {
	size_t nr_counters;
	size_t nr_values;
	struct pb_counter_value *values;
	char *why; /* what ended it early: the values that are missing are NULL */
};

static int fact_write(FILE *records, const char *name, const char *text)
{
	_cleanup_free_ char *key = pb_format("counter.%s", name);

	return key ? pb_record_write_fact(records, key, text) : -ENOMEM;
}

static int facts_write(const struct pb_counting *counting, FILE *records)
{
	static const char *const sides[] = {
		[PB_COUNTER_KERNEL] = "kernel",
		[PB_COUNTER_USER] = "user",
		[PB_COUNTER_BOTH] = "kernel and user",
	};
	int ret = counting->passes.multiplex ? fact_write(records, "multiplexed", "yes") : 0;

	for (size_t i = 0; i < counting->counters.nr && !ret; i++) {
		const struct pb_counter *counter = &counting->counters.list[i];
		_cleanup_free_ char *text =
			counter->refusal ? pb_format("refused: %s", counter->refusal)
					 : pb_format("%s (%s side), %s%s%s", counter->event,
						     sides[counter->side],
						     pb_counter_quality_name(counter->quality),
						     counter->note ? ": " : "",
						     counter->note ? counter->note : "");

		ret = text ? fact_write(records, counter->name, text) : -ENOMEM;
	}
	return ret;
}

int pb_counting_begin(const struct pb_agent_plan *plan, FILE *records,
		      struct pb_counting **ret_counting)
{
	pb_cleanup(pb_counting_freep) struct pb_counting *counting = NULL;
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	int ret;

	*ret_counting = NULL;
	if (!plan->nr_counters)
		return 0;
	counting = calloc(1, sizeof(*counting));
	if (!counting)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_events_init();
	if (!ret)
		ret = pb_counter_table_load(&table);
	if (!ret)
		ret = pb_counters_select(&table, plan->counters, plan->nr_counters,
					 pb_events_has_pmu, &counting->counters);
	if (!ret)
		ret = pb_counter_passes_plan(&pb_counter_perf, &counting->counters, plan->multiplex,
					     &counting->passes);
	if (!ret)
		ret = facts_write(counting, records);
	if (ret)
		return ret;
	*ret_counting = pb_steal(counting);
	return 0;
}

void pb_counting_free(struct pb_counting *counting)
{
	if (!counting)
		return;
	pb_counters_done(&counting->counters);
	pb_counter_passes_done(&counting->passes);
	free(counting);
}

static uint32_t calls_of(const struct pb_cell *cell)
{
	uint64_t calls = PAGES_A_SAMPLE / cell->nr_pages;

	return calls < 1 ? 1 : calls > MAX_CALLS ? MAX_CALLS : (uint32_t)calls;
}

static int detail_add(struct pb_cell_result *result, const char *name, const char *why)
{
	char *grown = pb_format("%s%scounter %s: %s", result->detail ? result->detail : "",
				result->detail ? "\n" : "", name, why);

	if (!grown)
		return -ENOMEM;
	free(result->detail);
	result->detail = grown;
	return 0;
}

static int taken_new(size_t nr_counters, size_t nr_values, struct taken *ret_taken)
{
	*ret_taken = (struct taken){ .nr_counters = nr_counters, .nr_values = nr_values };
	ret_taken->values = calloc(nr_counters * nr_values, sizeof(*ret_taken->values));
	if (!ret_taken->values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr_counters * nr_values; i++)
		ret_taken->values[i] =
			(struct pb_counter_value){ .value = NAN, .lack = PB_COUNTER_NEVER };
	return 0;
}

static void taken_done(struct taken *taken)
{
	free(taken->values);
	free(taken->why);
}

/* One sample: a reading, the ioctl, a reading. */
static int sample_take(struct pb_counter_group *group, int device, struct pb_run *run)
{
	int ret = pb_counter_group_begin(group);

	if (!ret && ioctl(device, PB_IOC_RUN, run))
		ret = pb_fail(-errno, "the kernel answered a call that was counted: %s",
			      strerror(errno));
	return ret ? ret : pb_counter_group_end(group);
}

/*
 * The first sample goes through everything once and is not kept. What goes wrong in the middle is
 * kept in @taken with its reason, and what was counted until then, too.
 */
static int samples_take(struct pb_counter_group *group, int device, struct pb_run *run,
			struct taken *taken)
{
	int ret = sample_take(group, device, run);

	for (size_t i = 0; i < taken->nr_values && !ret; i++) {
		ret = sample_take(group, device, run);
		for (size_t c = 0; c < taken->nr_counters && !ret; c++)
			taken->values[c * taken->nr_values + i] = pb_counter_group_value(group, c);
	}
	if (!ret)
		return 0;
	taken->why = strdup(pb_fail_message(ret));
	pb_fail_clear();
	return taken->why ? 0 : pb_fail(-ENOMEM, "out of memory");
}

enum part { PART_VALUE, PART_RAW, PART_ENABLED, PART_RUNNING };

static int series_add(const struct taken *taken, size_t index, enum part part, const char *phase,
		      const struct pb_counter *counter, struct pb_cell_result *result)
{
	const struct pb_counter_value *from = &taken->values[index * taken->nr_values];
	_cleanup_free_ double *values = calloc(taken->nr_values, sizeof(*values));
	const char *unit = part == PART_ENABLED || part == PART_RUNNING ? "ns" : counter->unit;

	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < taken->nr_values; i++)
		values[i] = part == PART_VALUE     ? from[i].value
			    : part == PART_RAW     ? (double)from[i].raw
			    : part == PART_ENABLED ? (double)from[i].enabled_ns
						   : (double)from[i].running_ns;
	return pb_cell_result_add(result, phase, counter->name, unit, values, taken->nr_values);
}

/* Says in the cell why values of @counter are missing; @what says which values these are. */
static int lacks_say(const struct taken *taken, size_t index, const struct pb_counter *counter,
		     const char *what, struct pb_cell_result *result)
{
	size_t nr_never = 0, nr_partly = 0;
	char text[160];

	if (taken->why)
		return detail_add(result, counter->name, taken->why);
	for (size_t i = 0; i < taken->nr_values; i++) {
		enum pb_counter_lack lack = taken->values[index * taken->nr_values + i].lack;

		nr_never += lack == PB_COUNTER_NEVER;
		nr_partly += lack == PB_COUNTER_PARTLY;
	}
	if (!nr_never && !nr_partly)
		return 0;
	snprintf(text, sizeof(text),
		 "was not on the PMU in %zu of %zu %s, and only for a part of %zu more%s", nr_never,
		 taken->nr_values, what, nr_partly, nr_partly ? "; --multiplex scales those" : "");
	return detail_add(result, counter->name, text);
}

static int counted_add(const struct pb_counting *counting, const struct pb_counter_pass *pass,
		       const struct taken *calls, const struct taken *single,
		       struct pb_cell_result *result)
{
	int ret = 0;

	for (size_t i = 0; i < pass->nr && !ret; i++) {
		const struct pb_counter *counter = &counting->counters.list[pass->indices[i]];

		ret = series_add(calls, i, PART_VALUE, "call", counter, result);
		if (!ret)
			ret = series_add(single, i, PART_VALUE, "harness-call", counter, result);
		if (!ret && counting->passes.multiplex) {
			ret = series_add(calls, i, PART_RAW, "call-raw", counter, result);
			if (!ret)
				ret = series_add(calls, i, PART_ENABLED, "call-enabled", counter,
						 result);
			if (!ret)
				ret = series_add(calls, i, PART_RUNNING, "call-running", counter,
						 result);
		}
		if (!ret)
			ret = lacks_say(calls, i, counter, "samples", result);
		if (!ret)
			ret = lacks_say(single, i, counter, "ioctls of one call", result);
	}
	return ret;
}

/* A group that cannot be opened now, though it could before, leaves NULLs and its reason. */
static int pass_run(const struct pb_counting *counting, const struct pb_counter_pass *pass,
		    int device, struct pb_run *run, struct taken *calls, struct taken *single_call)
{
	pb_cleanup(pb_counter_group_freep) struct pb_counter_group *group = NULL;
	struct pb_run single = *run;
	int ret = pb_counter_group_open(&pb_counter_perf, &counting->counters, pass,
					counting->passes.multiplex, &group);

	if (ret == -ENOMEM)
		return ret;
	if (ret) {
		calls->why = strdup(pb_fail_message(ret));
		pb_fail_clear();
		return calls->why ? 0 : pb_fail(-ENOMEM, "out of memory");
	}
	single.nr_samples = 1;
	ret = samples_take(group, device, &single, single_call);
	return ret ? ret : samples_take(group, device, run, calls);
}

static int pass_cell(const struct pb_counting *counting, const struct pb_counter_pass *pass,
		     int device, struct pb_run *run, uint32_t nr_samples,
		     struct pb_cell_result *result)
{
	pb_cleanup(taken_done) struct taken calls = { 0 };
	pb_cleanup(taken_done) struct taken single = { 0 };
	int ret = taken_new(pass->nr, nr_samples, &calls);

	if (!ret)
		ret = taken_new(pass->nr, NR_SINGLE, &single);
	if (!ret)
		ret = pass_run(counting, pass, device, run, &calls, &single);
	return ret ? ret : counted_add(counting, pass, &calls, &single, result);
}

/* NULLs for a counter that nobody could read, and why. */
static int absent_add(const struct pb_counter *counter, const char *why, uint32_t nr_samples,
		      struct pb_cell_result *result)
{
	pb_cleanup(taken_done) struct taken none = { 0 };
	int ret = taken_new(1, nr_samples, &none);

	if (!ret)
		ret = series_add(&none, 0, PART_VALUE, "call", counter, result);
	return ret ? ret : detail_add(result, counter->name, why);
}

/* Cells whose calls are not what one PB_IOC_RUN after another does. NULL: this one's are. */
static const char *cell_unfit(const struct pb_cell *cell)
{
	if (cell->nr_threads != 1)
		return "is not read with several threads, whose calls would be counted together "
		       "with their waiting for each other";
	if (cell->residency != PB_RESIDENCY_WARM)
		return "is not read where calls fault their pages in: between them those are taken "
		       "away, which would be counted, too";
	if (cell->load != PB_LOAD_none)
		return "is not read under a load, which does not keep step with whole calls";
	if (cell->hold != PB_HOLDING_CALL)
		return "is not read where pages are zapped or held between calls, which would be "
		       "counted as well";
	return NULL;
}

int pb_counting_cell(struct pb_counting *counting, int device, const struct pb_cell *cell,
		     const struct pb_run *run, struct pb_cell_result *result)
{
	_cleanup_free_ struct pb_sample *samples = NULL;
	const char *unfit = cell_unfit(cell);
	double nr_calls = calls_of(cell);
	struct pb_run counted = *run;
	int ret = 0;

	if (!counting)
		return 0;
	samples = calloc(MAX_CALLS + 1, sizeof(*samples));
	if (!samples)
		return pb_fail(-ENOMEM, "out of memory");
	counted.samples = (uintptr_t)samples;
	counted.nr_samples = calls_of(cell) + 1;
	counted.nr_warmup = 0;
	counted.nr_ops = 0;
	counted.histogram = 0;
	for (size_t i = 0; i < counting->counters.nr && !ret; i++) {
		const struct pb_counter *counter = &counting->counters.list[i];

		if (counter->refusal || unfit)
			ret = absent_add(counter, counter->refusal ? counter->refusal : unfit,
					 cell->nr_samples, result);
	}
	for (size_t i = 0; i < counting->passes.nr && !unfit && !ret; i++)
		ret = pass_cell(counting, &counting->passes.list[i], device, &counted,
				cell->nr_samples, result);
	return ret ? ret : pb_cell_result_add(result, "counted", "calls", "count", &nr_calls, 1);
}
