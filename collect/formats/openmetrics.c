// SPDX-License-Identifier: GPL-2.0-only
/*
 * openmetrics - runs as OpenMetrics 1.0 text, a metric family a phase and metric.
 * Why: Prometheus, Grafana Mimir and VictoriaMetrics keep it, each sample at the time of its run.
 *
 * A family's samples stand together and have one unit; what has no number has no sample, and is
 * counted in pinbench_cells, so that an alert can watch it.
 */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/series.h"
#include "common/encode/lines.h"
#include "common/err.h"
#include "common/str.h"

enum { FAMILY_LEN = 3 * PB_WORD_LEN + 32 };

struct family {
	char name[FAMILY_LEN];
	char unit[PB_WORD_LEN];
};

struct report {
	FILE *out;
	struct pb_summary *runs;
	int64_t *times;
	size_t nr_runs;
	size_t at; /* the run that is being told */
	struct family *families;
	size_t nr_families;
	const struct family *family; /* that is being written; NULL: they are being found */
};

static void report_done(struct report *report)
{
	for (size_t i = 0; report->runs && i < report->nr_runs; i++)
		pb_summary_done(&report->runs[i]);
	free(report->runs);
	free(report->times);
	free(report->families);
}

/* "pinbench_acquire_d1_misses_per_page": letters, digits and '_' are all that a name may hold. */
static void family_name(const struct pb_result *result, char name[FAMILY_LEN])
{
	/* "instructions" in instructions, "loads" counted: said once. */
	bool plain = pb_streq(result->metric, result->unit) || pb_streq(result->unit, "count");

	snprintf(name, FAMILY_LEN, "pinbench_%s_%s%s%s_per_page", result->phase, result->metric,
		 plain ? "" : "_", plain ? "" : result->unit);
	for (char *c = name; *c; c++)
		if (!isascii((unsigned char)*c) || !isalnum((unsigned char)*c))
			*c = '_';
}

static int family_add(struct report *report, const struct pb_result *result)
{
	struct family *grown, family = { .name = "" };

	family_name(result, family.name);
	snprintf(family.unit, sizeof(family.unit), "%s", result->unit);
	for (size_t i = 0; i < report->nr_families; i++)
		if (pb_streq(report->families[i].name, family.name))
			return 0;
	grown = reallocarray(report->families, report->nr_families + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	report->families = grown;
	report->families[report->nr_families++] = family;
	return 0;
}

static void labels_write(FILE *out, const struct pb_series_label *labels, size_t nr, bool first)
{
	for (size_t i = 0; i < nr; i++) {
		if (!*labels[i].value)
			continue;
		pb_metrics_printf(out, "%s%s=\"%s\"", first ? "" : ",", labels[i].key,
				  labels[i].value);
		first = false;
	}
}

static void run_labels_write(const struct report *report)
{
	struct pb_series_label labels[PB_SERIES_RUN_LABELS];

	pb_series_run_labels(&report->runs[report->at], labels);
	labels_write(report->out, labels, PB_SERIES_RUN_LABELS, true);
}

static int sample_write(struct report *report, const struct pb_result *result)
{
	struct pb_series_label labels[PB_SERIES_CELL_LABELS];
	struct pb_series_room room;
	char name[FAMILY_LEN], text[PB_VALUE_LEN];

	family_name(result, name);
	if (!pb_streq(name, report->family->name))
		return 0;
	pb_metrics_printf(report->out, "%s{", name);
	run_labels_write(report);
	pb_series_cell_labels(result->cell, &room, labels);
	labels_write(report->out, labels, PB_SERIES_CELL_LABELS, false);
	pb_metrics_printf(report->out, "} %s %" PRId64 "\n", pb_value_text(result->value, text),
			  report->times[report->at]);
	return 0;
}

static int result_take(void *data, const struct pb_result *result)
{
	struct report *report = data;

	if (result->state != PB_RESULT_NUMBER)
		return 0;
	return report->family ? sample_write(report, result) : family_add(report, result);
}

static int runs_tell(struct report *report)
{
	int ret = 0;

	for (report->at = 0; report->at < report->nr_runs && !ret; report->at++)
		ret = pb_results_tell(&report->runs[report->at], result_take, report);
	return ret;
}

static void cells_write(struct report *report)
{
	static const char *const words[PB_NR_RESULT_STATES] = {
		[PB_RESULT_NUMBER] = "measured",
		[PB_RESULT_SKIPPED] = "refused",
		[PB_RESULT_FAILED] = "failed",
		[PB_RESULT_MISSING] = "missing",
	};

	fputs("# TYPE pinbench_cells gauge\n"
	      "# HELP pinbench_cells Cells of the run, by how they ended.\n",
	      report->out);
	for (report->at = 0; report->at < report->nr_runs; report->at++) {
		const struct pb_summary *run = &report->runs[report->at];
		size_t counts[PB_NR_RESULT_STATES] = { 0 };

		pb_result_count(run, counts);
		for (size_t i = 0; i < PB_NR_RESULT_STATES; i++) {
			fputs("pinbench_cells{", report->out);
			run_labels_write(report);
			pb_metrics_printf(report->out, ",state=\"%s\"} %zu %" PRId64 "\n", words[i],
					  counts[i], report->times[report->at]);
		}
	}
	fputs("# TYPE pinbench_complete gauge\n"
	      "# HELP pinbench_complete 1: the run came to its end.\n",
	      report->out);
	for (report->at = 0; report->at < report->nr_runs; report->at++) {
		fputs("pinbench_complete{", report->out);
		run_labels_write(report);
		pb_metrics_printf(report->out, "} %d %" PRId64 "\n",
				  !pb_result_run_why(&report->runs[report->at]),
				  report->times[report->at]);
	}
}

static int report_load(struct report *report, struct pb_store *store, const int64_t *run_ids)
{
	report->runs = calloc(report->nr_runs + 1, sizeof(*report->runs));
	report->times = calloc(report->nr_runs + 1, sizeof(*report->times));
	if (!report->runs || !report->times)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < report->nr_runs; i++) {
		int ret = pb_result_run_load(store, run_ids[i], &report->runs[i]);

		if (!ret)
			ret = pb_series_time(&report->runs[i], &report->times[i]);
		if (ret)
			return ret;
	}
	return 0;
}

int pb_export_openmetrics(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(report_done) struct report report = { .out = out, .nr_runs = nr_runs };
	int ret = report_load(&report, store, run_ids);

	if (!ret)
		ret = runs_tell(&report);
	for (size_t i = 0; i < report.nr_families && !ret; i++) {
		report.family = &report.families[i];
		pb_metrics_printf(out,
				  "# TYPE %s gauge\n# HELP %s In %s a page, without the harness's "
				  "own.\n",
				  report.family->name, report.family->name, report.family->unit);
		ret = runs_tell(&report);
	}
	if (ret)
		return ret;
	cells_write(&report);
	fputs("# EOF\n", out);
	return pb_export_check(out);
}
