// SPDX-License-Identifier: GPL-2.0-only
/*
 * summary - a run as people compare it: per cell, phase and metric, values per page.
 * Why: export and report show the same number because it is derived in one place.
 */
#include "collect/summary.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"

const char *pb_summary_metric(enum pb_evidence evidence)
{
	return pb_evidence_row(evidence)->metrics[0];
}

bool pb_summary_has(const struct pb_summary *summary, const char *metric)
{
	for (size_t i = 0; i < summary->nr_cells; i++)
		if (pb_summary_find(&summary->cells[i], "acquire", metric))
			return true;
	return false;
}

const char *pb_summary_judged(const struct pb_summary *summary)
{
	const char *const *metrics = pb_evidence_row(summary->run.evidence)->metrics;

	for (; *metrics; metrics++)
		if (pb_summary_has(summary, *metrics))
			return *metrics;
	return pb_summary_metric(summary->run.evidence);
}

const char *pb_summary_compared(const struct pb_summary *base, const struct pb_summary *head)
{
	const char *metric = pb_evidence_row(base->run.evidence)->compared;
	bool both = metric && pb_summary_has(base, metric) && pb_summary_has(head, metric);

	return both ? metric : NULL;
}

static bool is_per_page(const char *phase)
{
	return pb_streq(phase, "acquire") || pb_streq(phase, "release") || pb_streq(phase, "call");
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* FNV-1a over the values as they are stored; a value that never ran has one pattern of its own. */
static uint64_t digest_of(const struct pb_series *series)
{
	uint64_t digest = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < series->nr_values; i++) {
		double value = isnan(series->values[i]) ? NAN : series->values[i] + 0.0;
		unsigned char bytes[sizeof(value)];

		memcpy(bytes, &value, sizeof(bytes));
		for (size_t j = 0; j < sizeof(bytes); j++)
			digest = (digest ^ bytes[j]) * UINT64_C(0x100000001b3);
	}
	return digest;
}

/* The empty window: the least that the harness alone was seen to cost. */
static bool find_least(const struct pb_cell_result *result, const char *phase, const char *metric,
		       double *ret_empty)
{
	bool found = false;

	for (size_t i = 0; i < result->nr_series; i++) {
		const struct pb_series *series = &result->series[i];

		if (!pb_streq(series->phase, phase) || !pb_streq(series->metric, metric))
			continue;
		for (size_t j = 0; j < series->nr_values; j++) {
			double value = series->values[j];

			if (!isnan(value) && (!found || value < *ret_empty)) {
				*ret_empty = value;
				found = true;
			}
		}
	}
	return found;
}

/* Where a release has a window of its own, that one. */
static bool find_empty(const struct pb_cell_result *result, const char *phase, const char *metric,
		       double *ret_empty)
{
	if (pb_streq(phase, "call"))
		return find_least(result, "harness-call", metric, ret_empty);
	if (pb_streq(phase, "release") && find_least(result, "harness-release", metric, ret_empty))
		return true;
	return find_least(result, "harness", metric, ret_empty);
}

static double raw_least(const struct pb_series *raw)
{
	double least = NAN;

	for (size_t i = 0; i < raw->nr_values; i++)
		least = fmin(least, raw->values[i]); /* of a NaN and a number, the number */
	return least;
}

/* 0 where a cell has counters and does not say: then nothing can be said of one call. */
static double find_calls(const struct pb_cell_result *result, const char *phase)
{
	double nr_calls = 0;

	if (!pb_streq(phase, "call") || find_least(result, "simulated", "calls", &nr_calls))
		return 1;
	return find_least(result, "counted", "calls", &nr_calls) ? nr_calls : 0;
}

static double derive(const struct pb_summary_series *series, uint64_t nr_pages, double raw)
{
	return series->per_page ? (raw - series->empty) / (series->nr_calls * (double)nr_pages)
				: raw;
}

/* Moves the values that exist to the front, derived. Returns how many there are. */
static size_t derive_all(const struct pb_summary_series *series, uint64_t nr_pages, double *values,
			 size_t nr_values)
{
	size_t nr = 0;

	for (size_t i = 0; i < nr_values; i++)
		if (!isnan(values[i]) && series->nr_calls > 0)
			values[nr++] = derive(series, nr_pages, values[i]);
	return nr;
}

static int summarise(const struct pb_cell_result *result, const struct pb_series *raw, int64_t id,
		     struct pb_summary_series *ret)
{
	struct pb_summary_series series = { .id = id, .nr_values = raw->nr_values };
	_cleanup_free_ double *values = NULL;
	double simulated = 0;

	memcpy(series.phase, raw->phase, sizeof(series.phase));
	memcpy(series.metric, raw->metric, sizeof(series.metric));
	memcpy(series.unit, raw->unit, sizeof(series.unit));
	series.per_page = is_per_page(raw->phase);
	series.nr_calls = find_calls(result, raw->phase);
	if (series.per_page)
		series.has_empty = find_empty(result, raw->phase, raw->metric, &series.empty);
	/* N is a difference of two ioctls, and one of them was not counted. */
	if (pb_streq(raw->phase, "call") && !series.has_empty &&
	    !find_least(result, "simulated", "calls", &simulated))
		series.nr_calls = 0;
	series.digest = digest_of(raw);
	series.min = series.median = series.max = series.raw_min = NAN;
	values = calloc(raw->nr_values + 1, sizeof(*values));
	if (!values)
		return pb_fail(-ENOMEM, "out of memory");
	if (raw->nr_values)
		memcpy(values, raw->values, raw->nr_values * sizeof(*values));
	series.nr = derive_all(&series, result->cell.nr_pages, values, raw->nr_values);
	if (series.nr) {
		size_t middle = series.nr / 2;

		qsort(values, series.nr, sizeof(*values), compare_doubles);
		series.raw_min = raw_least(raw);
		series.min = values[0];
		series.max = values[series.nr - 1];
		series.median =
			series.nr % 2 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
	}
	*ret = series;
	return 0;
}

static int on_run(void *data, const struct pb_run_record *run, enum pb_run_state state)
{
	struct pb_summary *summary = data;

	if (run->evidence == PB_EVIDENCE_OBSERVED)
		return pb_fail(-EOPNOTSUPP,
			       "run %.8s has no numbers: it was observed, and `pinbench semantics "
			       "--show` shows it",
			       run->uuid);
	summary->run = *run;
	summary->state = state;
	return 0;
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct pb_summary *summary = data;
	struct pb_summary_fact *fact, *grown;

	grown = reallocarray(summary->facts, summary->nr_facts + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	summary->facts = grown;
	fact = &grown[summary->nr_facts++];
	fact->key = strdup(key);
	fact->value = strdup(value);
	return fact->key && fact->value ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static int dup_text(const char *text, char **ret_copy)
{
	*ret_copy = text ? strdup(text) : NULL;
	return text && !*ret_copy ? pb_fail(-ENOMEM, "out of memory") : 0;
}

static int histograms_copy(const struct pb_cell_result *result, struct pb_summary_cell *cell)
{
	int ret = 0;

	if (!result->nr_histograms)
		return 0;
	cell->histograms = calloc(result->nr_histograms, sizeof(*cell->histograms));
	if (!cell->histograms)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < result->nr_histograms && !ret; i++) {
		ret = pb_histogram_copy(&result->histograms[i], &cell->histograms[i]);
		cell->nr_histograms += !ret;
	}
	return ret;
}

static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct pb_summary *summary = data;
	struct pb_summary_cell *cell, *grown;
	int ret;

	grown = reallocarray(summary->cells, summary->nr_cells + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	summary->cells = grown;
	cell = &grown[summary->nr_cells++];
	*cell = (struct pb_summary_cell){
		.id = cell_id, .cell = result->cell, .state = result->state, .error = result->error
	};
	ret = dup_text(result->symbol, &cell->symbol);
	if (!ret)
		ret = dup_text(result->reason, &cell->reason);
	if (!ret)
		ret = dup_text(result->detail, &cell->detail);
	if (!ret)
		ret = histograms_copy(result, cell);
	if (ret || !result->nr_series)
		return ret;
	cell->series = calloc(result->nr_series, sizeof(*cell->series));
	if (!cell->series)
		return pb_fail(-ENOMEM, "out of memory");
	cell->nr_series = result->nr_series;
	for (size_t i = 0; !ret && i < result->nr_series; i++)
		ret = summarise(result, &result->series[i], series_ids[i], &cell->series[i]);
	return ret;
}

static int cell_words_order(const struct pb_cell *a, const struct pb_cell *b)
{
	int order = strcmp(a->strategy, b->strategy);

	if (!order)
		order = pb_word_compare(PB_WORDS_MEMORY, a->memory, b->memory);
	if (!order)
		order = (a->nr_pages > b->nr_pages) - (a->nr_pages < b->nr_pages);
	if (!order)
		order = (a->nr_threads > b->nr_threads) - (a->nr_threads < b->nr_threads);
	return order ? order : pb_cell_axes_compare(a, b);
}

static int by_words(const void *a, const void *b)
{
	const struct pb_cell *const *x = a, *const *y = b;
	int order = cell_words_order(*x, *y);

	/* Cells lie in the plan's order. */
	return order ? order : (*x > *y) - (*x < *y);
}

/* Cells that a run has twice are told apart wherever they are named or compared. */
static int cells_number(struct pb_summary *summary)
{
	_cleanup_free_ struct pb_cell **cells =
		calloc(summary->nr_cells + 1, sizeof(struct pb_cell *));

	if (!cells)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < summary->nr_cells; i++)
		cells[i] = &summary->cells[i].cell;
	if (summary->nr_cells)
		qsort(cells, summary->nr_cells, sizeof(struct pb_cell *), by_words);
	for (size_t i = 1; i < summary->nr_cells; i++)
		if (!cell_words_order(cells[i - 1], cells[i]))
			cells[i]->again = cells[i - 1]->again ? cells[i - 1]->again + 1 : 2;
	return 0;
}

int pb_summary_load(struct pb_store *store, int64_t run_id, struct pb_summary *ret_summary)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	struct pb_summary summary = { .run_id = run_id };
	int ret = pb_store_replay(store, run_id, &visitor, &summary);

	if (!ret)
		ret = cells_number(&summary);
	if (ret)
		pb_summary_done(&summary);
	else
		*ret_summary = summary;
	return ret;
}

void pb_summary_done(struct pb_summary *summary)
{
	for (size_t i = 0; i < summary->nr_facts; i++) {
		free(summary->facts[i].key);
		free(summary->facts[i].value);
	}
	for (size_t i = 0; i < summary->nr_cells; i++) {
		free(summary->cells[i].symbol);
		free(summary->cells[i].reason);
		free(summary->cells[i].detail);
		free(summary->cells[i].series);
		for (size_t j = 0; j < summary->cells[i].nr_histograms; j++)
			pb_histogram_done(&summary->cells[i].histograms[j]);
		free(summary->cells[i].histograms);
	}
	free(summary->facts);
	free(summary->cells);
	*summary = (struct pb_summary){ 0 };
}

const char *pb_summary_fact(const struct pb_summary *summary, const char *key)
{
	for (size_t i = 0; i < summary->nr_facts; i++)
		if (pb_streq(summary->facts[i].key, key))
			return summary->facts[i].value;
	return NULL;
}

const struct pb_summary_series *pb_summary_find(const struct pb_summary_cell *cell,
						const char *phase, const char *metric)
{
	for (size_t i = 0; i < cell->nr_series; i++)
		if (pb_streq(cell->series[i].phase, phase) &&
		    pb_streq(cell->series[i].metric, metric))
			return &cell->series[i];
	return NULL;
}

bool pb_summary_twice(const struct pb_summary_cell *cell, const char *phase, const char *metric,
		      struct pb_summary_twice *ret_twice)
{
	const struct pb_summary_series *once = pb_summary_find(cell, phase, metric), *twice;
	char name[PB_WORD_LEN + 8];
	double own;

	snprintf(name, sizeof(name), "%s-twice", phase);
	twice = pb_summary_find(cell, name, metric);
	if (!once || !twice || !once->nr || !twice->nr)
		return false;
	own = twice->raw_min - once->raw_min;
	*ret_twice = (struct pb_summary_twice){
		.by_window = once->has_empty ? once->empty : NAN,
		.by_difference = once->raw_min - own,
		.own = own / (double)cell->cell.nr_pages,
	};
	return true;
}

const struct pb_quantile pb_quantiles[PB_NR_QUANTILES] = {
	{ "p50", 0.5 }, { "p90", 0.9 }, { "p99", 0.99 }, { "p99.9", 0.999 }, { "max", 1 },
};

struct pb_summary_tail pb_summary_tail(const struct pb_summary_cell *cell,
				       const struct pb_histogram *histogram)
{
	const struct pb_summary_series *series =
		pb_summary_find(cell, histogram->phase, histogram->metric);
	struct pb_summary_tail tail = { .count = pb_histogram_count(histogram) };

	for (size_t i = 0; i < PB_NR_QUANTILES; i++) {
		double raw = pb_histogram_quantile(histogram, pb_quantiles[i].share);

		tail.quantiles[i] = series ? derive(series, cell->cell.nr_pages, raw) : raw;
	}
	return tail;
}

int pb_summary_values(struct pb_store *store, const struct pb_summary_cell *cell,
		      const struct pb_summary_series *series, double **ret_values, size_t *ret_nr)
{
	double *values = NULL;
	size_t nr = 0;
	int ret = pb_store_values(store, series->id, &values, &nr);

	if (ret)
		return ret;
	*ret_nr = derive_all(series, cell->cell.nr_pages, values, nr);
	*ret_values = values;
	return 0;
}
