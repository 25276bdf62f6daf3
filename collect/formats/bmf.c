// SPDX-License-Identifier: GPL-2.0-only
/*
 * bmf - a run as Bencher Metric Format.
 * Why: Bencher tracks benchmarks continuously and takes any program's numbers in this form.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/json.h"
#include "common/err.h"
#include "common/str.h"

/* bencher.dev: a measure's name has at most 64 characters, a benchmark's 1024. */
enum { MEASURE_MAX = 64 };

struct report {
	json_t *root;
	size_t nr[4]; /* results by state */
};

static int number_set(json_t *benchmark, const char *measure, const struct pb_result *result)
{
	const struct pb_summary_series *series = result->series;
	json_t *number = json_pack("{s:f, s:f, s:f}", "value", result->value, "lower_value",
				   series->min, "upper_value", series->max);

	if (!number || json_object_set_new(benchmark, measure, number))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

static int result_add(void *data, const struct pb_result *result)
{
	struct report *report = data;
	char name[PB_RESULT_NAME_LEN], measure[2 * PB_WORD_LEN + 16];
	json_t *benchmark;

	report->nr[result->state]++;
	if (result->state != PB_RESULT_NUMBER)
		return 0;
	pb_result_cell_id(result->cell, name);
	snprintf(measure, sizeof(measure), "%s-%s-per-page", result->phase, result->metric);
	if (strlen(measure) > MEASURE_MAX)
		return pb_fail(-EINVAL, "export: measure '%s' has %zu characters; BMF takes %d",
			       measure, strlen(measure), MEASURE_MAX);
	benchmark = json_object_get(report->root, name);
	if (!benchmark) {
		benchmark = json_object();
		if (!benchmark || json_object_set_new(report->root, name, benchmark))
			return pb_fail(-ENOMEM, "out of memory");
	}
	if (json_object_get(benchmark, measure))
		return pb_fail(-EINVAL,
			       "export: the run has cell '%s' twice, and BMF holds one number for "
			       "each name; csv and jsonl hold both",
			       name);
	return number_set(benchmark, measure, result);
}

/* Absences have no place among numbers, but their count has. */
static int counts_add(struct report *report, const struct pb_summary *run)
{
	json_t *counts = json_pack("{s:{s:f}, s:{s:f}, s:{s:f}, s:{s:f}, s:{s:f}}", "numbers",
				   "value", (double)report->nr[PB_RESULT_NUMBER], "skipped",
				   "value", (double)report->nr[PB_RESULT_SKIPPED], "failed",
				   "value", (double)report->nr[PB_RESULT_FAILED], "missing",
				   "value", (double)report->nr[PB_RESULT_MISSING], "incomplete",
				   "value", pb_result_run_why(run) ? 1.0 : 0.0);

	if (!counts || json_object_set_new(report->root, "pinbench.run", counts))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

int pb_export_bmf(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
	pb_cleanup(pb_json_freep) json_t *root = json_object();
	_cleanup_free_ char *text = NULL;
	struct report report = { .root = root };
	int ret;

	if (nr_runs != 1)
		return pb_fail(-EINVAL, "export: a BMF report holds one run, and %zu were named",
			       nr_runs);
	ret = pb_result_run_load(store, run_ids[0], &run);
	if (!ret)
		ret = root ? pb_results_tell(&run, result_add, &report) : -ENOMEM;
	if (!ret && !report.nr[PB_RESULT_NUMBER])
		ret = pb_fail(-ENODATA, "export: no cell of run %.8s has a number", run.run.uuid);
	if (!ret)
		ret = counts_add(&report, &run);
	if (ret)
		return ret;
	text = json_dumps(root, JSON_INDENT(2));
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return pb_export_check(out);
}
