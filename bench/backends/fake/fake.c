// SPDX-License-Identifier: GPL-2.0-only
/*
 * fake - invented numbers with evidence `fake`, for tests of everything above the ioctl.
 * Why: those tests need no root, no kernel and no time. Never listed, never comparable to a real
 * run.
 *
 * PINBENCH_FAKE is a list of deeds, ACTION:CELL[:...], separated by commas:
 *   refuse:N   cell N is refused with EOPNOTSUPP
 *   fail:N     cell N fails with EIO, as a short pin does
 *   die:N      the backend dies in cell N: it fails, the later ones are missing
 *   break:N    Ctrl-C in cell N, which reaches a child first, as a build's make
 *   unclock:N  cell N's counter never ran
 *   uncount:N  cell N's first counter of --counters never ran
 *   dearer:P   every acquire costs P per cent more
 *   world:1    the surroundings matter: threads and what they share (by a scalability law), load,
 *              intent, residency, hold; loads are paced and make calls retry; the machine has 8
 * CPUs noise:P:S  samples are ns with noise of P per mille, from random seed S
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "bench/backends/backend.h"
#include "collect/axes.h"
#include "collect/histogram.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/str.h"

enum { FAKE_CALLS = 64 };

static const struct {
	const char *name;
	double acquire, release;
} prices[] = {
	{ "noop", 1, 1 },
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) \
	{ name, 20.0 + 10.0 * (id), 5.0 + (id) },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
};

/* Is @action asked for on @cell? With @ret_numbers: the two numbers, whatever they are. */
static bool deed(const char *action, uint32_t cell, long *ret_numbers)
{
	const char *deeds = getenv("PINBENCH_FAKE");
	size_t len = strlen(action);

	for (const char *at = deeds; at && *at; at += strcspn(at, ","), at += *at == ',') {
		if (strncmp(at, action, len) != 0 || at[len] != ':')
			continue;
		if (ret_numbers) {
			char *end;

			ret_numbers[0] = strtol(at + len + 1, &end, 10);
			ret_numbers[1] = *end == ':' ? strtol(end + 1, NULL, 10) : 0;
		}
		if (ret_numbers || strtoul(at + len + 1, NULL, 10) == cell)
			return true;
	}
	return false;
}

static int absence_set(struct pb_cell_result *result, enum pb_cell_state state, int error,
		       const char *reason)
{
	result->state = state;
	result->error = error;
	result->reason = strdup(reason);
	return result->reason ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* A counter's or a clock's whole ticks. */
static double noisy(gsl_rng *random, double value, long permille)
{
	if (!random)
		return value;
	return round(value * (1 + gsl_ran_gaussian_ziggurat(random, (double)permille / 1000)));
}

static int value_compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

/* Sorts @values, which are ticks; a counter that never ran counts nothing. */
static int histogram_invent(const char *phase, const char *metric, double *values, size_t nr,
			    struct pb_cell_result *result)
{
	pb_cleanup(pb_histogram_done) struct pb_histogram histogram = { 0 };
	size_t same = 0;
	int ret = 0;

	if (isnan(values[0]))
		return 0;
	snprintf(histogram.phase, sizeof(histogram.phase), "%s", phase);
	snprintf(histogram.metric, sizeof(histogram.metric), "%s", metric);
	snprintf(histogram.unit, sizeof(histogram.unit), "%s", metric);
	qsort(values, nr, sizeof(*values), value_compare);
	for (size_t i = 0; i < nr && !ret; i++) {
		same++;
		if (i + 1 < nr && values[i + 1] == values[i])
			continue;
		ret = pb_histogram_add(&histogram, (uint64_t)values[i], 1, same);
		same = 0;
	}
	return ret ? ret : pb_cell_result_histogram(result, &histogram);
}

/* One call in a hundred takes twice as long, but none of those whose samples are kept. */
static double slow(const struct pb_cell *cell, uint32_t i)
{
	return i >= cell->nr_samples && i % 100 == 99 ? 2 : 1;
}

struct worldly {
	bool is;
	double factor;
};

/* How many times what it is elsewhere an operation costs in the cell's surroundings. */
static double world_factor(const struct pb_cell *cell)
{
	const struct worldly rows[] = {
		{ cell->intent == PB_INTENT_WRITE, 1.25 },
		{ cell->residency == PB_RESIDENCY_FAULT, 6 },
		{ cell->hold == PB_HOLDING_ALL, 1.5 },
	};
	double n = cell->nr_threads, factor = 1;

	/*
	 * Gunther's law: sigma 0.4 and kappa 0.02 for one page, a tenth of both for one page table.
	 */
	if (!pb_cell_axis_is_default(cell, PB_AXIS_SHARING))
		factor += (0.4 * (n - 1) + 0.02 * n * (n - 1)) /
			  (cell->sharing == PB_SHARING_PAGETABLE ? 10 : 1);
	if (!pb_cell_axis_is_default(cell, PB_AXIS_LOAD))
		factor *= 1.6;
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++)
		if (rows[i].is)
			factor *= rows[i].factor;
	return factor;
}

/* What a load did, and what the calls met of it. */
static int world_events(const struct pb_cell *cell, struct pb_cell_result *result)
{
	const double rate = 98.5, retries = 3 + cell->index % 5, failed = cell->index % 3;
	int ret;

	if (pb_cell_axis_is_default(cell, PB_AXIS_LOAD))
		return 0;
	ret = pb_cell_result_add(result, "load", "rate", "1/s", &rate, 1);
	if (!ret)
		ret = pb_cell_result_add(result, "events", "retries", "count", &retries, 1);
	if (!ret && failed > 0)
		ret = pb_cell_result_add(result, "events", "failed-EAGAIN", "count", &failed, 1);
	return ret;
}

static int series_invent(const struct pb_cell *cell, unsigned int inject, gsl_rng *random,
			 long permille, struct pb_cell_result *result)
{
	uint32_t nr = cell->nr_ops ? cell->nr_ops : cell->nr_samples;
	_cleanup_free_ double *acquire = calloc(nr, sizeof(*acquire));
	_cleanup_free_ double *release = calloc(nr, sizeof(*release));
	const char *metric = random ? "ns" : "instructions";
	bool world = deed("world", 1, NULL);
	double empty = 6, pages = (double)cell->nr_pages;
	size_t row = PB_ARRAY_SIZE(prices);
	long percent[2] = { 0 };
	int ret;

	if (!acquire || !release)
		return pb_fail(-ENOMEM, "out of memory");
	/* From the end: the table's first row is the price of what is not in it. */
	while (--row && !pb_streq(prices[row].name, cell->strategy))
		;
	deed("dearer", 0, percent);
	for (uint32_t i = 0; i < nr; i++) {
		double cost = prices[row].acquire * pages * (1 + (double)percent[0] / 100);

		cost *= slow(cell, i) * (world ? world_factor(cell) : 1);

		acquire[i] = noisy(random, empty + inject + i % 3 + cost, permille);
		release[i] = noisy(random, empty + i % 2 + prices[row].release * pages, permille);
		if (deed("unclock", cell->index, NULL))
			release[i] = NAN;
	}
	result->state = PB_CELL_MEASURED;
	ret = world ? world_events(cell, result) : 0;
	if (!ret)
		ret = pb_cell_result_add(result, "acquire", metric, metric, acquire,
					 cell->nr_samples);
	if (!ret)
		ret = pb_cell_result_add(result, "release", metric, metric, release,
					 cell->nr_samples);
	if (!ret)
		ret = pb_cell_result_add(result, "harness", metric, metric, &empty, 1);
	if (!ret && cell->nr_ops)
		ret = histogram_invent("acquire", metric, acquire, nr, result);
	if (!ret && cell->nr_ops)
		ret = histogram_invent("release", metric, release, nr, result);
	return ret;
}

/* Each word is a counter, which counts a tenth of an instruction more than the one before it. */
static int counter_invent(const struct pb_backend_request *request, const struct pb_cell *cell,
			  size_t index, struct pb_cell_result *result)
{
	_cleanup_free_ double *values = calloc(cell->nr_samples, sizeof(*values));
	_cleanup_free_ double *halves = calloc(cell->nr_samples, sizeof(*halves));
	const char *name = request->counters[index];
	double empty = 1000, pages = (double)cell->nr_pages;
	bool idle = !index && deed("uncount", cell->index, NULL);
	int ret;

	if (!values || !halves)
		return pb_fail(-ENOMEM, "out of memory");
	for (uint32_t i = 0; i < cell->nr_samples; i++) {
		values[i] = idle ? NAN
				 : empty + FAKE_CALLS * pages * (20 + 0.5 * (double)index) + i % 3;
		halves[i] = idle ? 0 : 5000;
	}
	ret = pb_cell_result_add(result, "call", name, "count", values, cell->nr_samples);
	if (!ret)
		ret = pb_cell_result_add(result, "harness-call", name, "count", &empty, 1);
	if (!ret && request->multiplex)
		ret = pb_cell_result_add(result, "call-running", name, "ns", halves,
					 cell->nr_samples);
	if (!ret && idle) {
		result->detail = pb_format("counter %s: was not on the PMU by request", name);
		ret = result->detail ? 0 : -ENOMEM;
	}
	return ret;
}

static int counters_invent(const struct pb_backend_request *request, const struct pb_cell *cell,
			   struct pb_cell_result *result)
{
	double nr_calls = FAKE_CALLS;
	int ret = 0;

	for (size_t i = 0; i < request->nr_counters && !ret; i++)
		ret = counter_invent(request, cell, i, result);
	if (ret || !request->nr_counters)
		return ret;
	return pb_cell_result_add(result, "counted", "calls", "count", &nr_calls, 1);
}

static int cell_invent(const struct pb_backend_request *request, const struct pb_cell *cell,
		       struct pb_cell_result *result)
{
	long noise[2] = { 0 };
	gsl_rng *random = NULL;
	int ret;

	if (deed("noise", 0, noise)) {
		random = gsl_rng_alloc(gsl_rng_mt19937);
		if (!random)
			return pb_fail(-ENOMEM, "out of memory");
		gsl_rng_set(random, (unsigned long)(noise[1] * 1000 + cell->index));
	}
	ret = series_invent(cell, request->inject, random, noise[0], result);
	if (random)
		gsl_rng_free(random);
	return ret ? ret : counters_invent(request, cell, result);
}

static int fake_cell(const struct pb_backend_request *request, const struct pb_cell *cell,
		     bool *dead, struct pb_cell_result *result)
{
	result->cell = *cell;
	if (*dead)
		return absence_set(result, PB_CELL_MISSING, 0, "not reached: the backend died");
	if (deed("refuse", cell->index, NULL))
		return absence_set(result, PB_CELL_REFUSED, EOPNOTSUPP, "refused by request");
	if (deed("fail", cell->index, NULL))
		return absence_set(result, PB_CELL_FAILED, EIO, "a short pin: 3 pages of 8");
	if (deed("die", cell->index, NULL)) {
		*dead = true;
		return absence_set(result, PB_CELL_FAILED, 0, "the backend died by request");
	}
	if (deed("break", cell->index, NULL)) {
		raise(SIGINT);
		return pb_fail(-EIO, "sh was killed by signal 2 (Interrupt)");
	}
	return cell_invent(request, cell, result);
}

static int fake_run(const struct pb_backend_request *request, const struct pb_record_sink *sink,
		    void *data)
{
	bool dead = false;
	int ret =
		sink->fact(data, "kernel.release", request->kernel ? request->kernel : "0.0-fake");

	if (!ret)
		ret = sink->fact(data, "kernel.arch", "fake");
	if (!ret && deed("world", 1, NULL))
		ret = sink->fact(data, "machine.cpus", "8");
	for (size_t i = 0; !ret && i < request->nr_cells; i++) {
		struct pb_cell_result result = { 0 };

		ret = fake_cell(request, &request->cells[i], &dead, &result);
		if (!ret)
			ret = sink->cell_ended(data, &result);
		pb_cell_result_done(&result);
	}
	return ret;
}

const struct pb_backend pb_backend_fake = {
	.name = "fake",
	.evidence = PB_EVIDENCE_FAKE,
	.summary = "invented numbers, for tests",
	.can = PB_BACKEND_NAMES,
	.run = fake_run,
};
