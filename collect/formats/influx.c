// SPDX-License-Identifier: GPL-2.0-only
/*
 * influx - runs in InfluxDB's line protocol, a line a cell.
 * Why: InfluxDB, Telegraf and QuestDB take it, each line at the time of its run, in nanoseconds.
 */
#include <errno.h>
#include <inttypes.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/series.h"
#include "common/encode/lines.h"

struct line {
	FILE *out;
	size_t nr; /* fields */
};

static int field_write(void *data, const struct pb_result *result)
{
	struct line *line = data;
	char text[PB_VALUE_LEN];

	if (result->state != PB_RESULT_NUMBER)
		return 0;
	if (line->nr++)
		fputc(',', line->out);
	pb_influx_printf(line->out, "%s.%s=", result->phase, result->metric);
	/* A number without a dot is a float, too; no cost is ever an "i". */
	pb_influx_printf(line->out, "%s", pb_value_text(result->value, text));
	return 0;
}

/* An empty tag is an error there. */
static void tags_write(FILE *out, const struct pb_series_label *labels, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (*labels[i].value)
			pb_influx_printf(out, ",%s=%s", labels[i].key, labels[i].value);
}

static void run_tags_write(const struct pb_summary *run, FILE *out)
{
	struct pb_series_label labels[PB_SERIES_RUN_LABELS];

	pb_series_run_labels(run, labels);
	tags_write(out, labels, PB_SERIES_RUN_LABELS);
}

/* A line without a field is an error, so that a cell without a number has none. */
static int cell_write(const struct pb_summary *run, struct pb_summary_cell *cell, int64_t time,
		      FILE *out)
{
	struct pb_series_label labels[PB_SERIES_CELL_LABELS];
	struct pb_series_room room;
	struct line line = { .out = out };
	struct pb_summary one = *run;
	int ret;

	if (pb_result_cell_state(run, cell) != PB_RESULT_NUMBER)
		return 0;
	one.cells = cell;
	one.nr_cells = 1;
	fputs("pinbench", out);
	run_tags_write(run, out);
	pb_series_cell_labels(cell, &room, labels);
	tags_write(out, labels, PB_SERIES_CELL_LABELS);
	fputc(' ', out);
	ret = pb_results_tell(&one, field_write, &line);
	pb_influx_printf(out, " %" PRId64 "000000000\n", time);
	return ret;
}

static int run_write(const struct pb_summary *run, FILE *out)
{
	size_t counts[PB_NR_RESULT_STATES] = { 0 };
	int64_t time;
	int ret = pb_series_time(run, &time);

	for (size_t i = 0; i < run->nr_cells && !ret; i++)
		ret = cell_write(run, &run->cells[i], time, out);
	if (ret)
		return ret;
	pb_result_count(run, counts);
	fputs("pinbench_run", out);
	run_tags_write(run, out);
	pb_influx_printf(out,
			 " measured=%zui,refused=%zui,failed=%zui,missing=%zui,complete=%s %" PRId64
			 "000000000\n",
			 counts[PB_RESULT_NUMBER], counts[PB_RESULT_SKIPPED],
			 counts[PB_RESULT_FAILED], counts[PB_RESULT_MISSING],
			 pb_result_run_why(run) ? "false" : "true", time);
	return 0;
}

int pb_export_influx(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	for (size_t i = 0; i < nr_runs; i++) {
		pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
		int ret = pb_result_run_load(store, run_ids[i], &run);

		if (!ret)
			ret = run_write(&run, out);
		if (ret)
			return ret;
	}
	return pb_export_check(out);
}
