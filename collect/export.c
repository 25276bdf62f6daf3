// SPDX-License-Identifier: GPL-2.0-only
/*
 * export - runs out of the store: CSV for spreadsheets, the record stream for another pinbench.
 * Why: numbers that cannot leave the program are of no use to anyone else.
 */
#include "collect/export.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "collect/axes.h"
#include "collect/store/private.h"
#include "collect/store/read.h"
#include "collect/summary.h"
#include "common/encode/csv.h"
#include "common/encode/json.h"
#include "common/err.h"
#include "common/str.h"

/* Columns that came later stand behind those that readers may count. */
static const char csv_front[] = "run,kernel,arch,evidence,backend,strategy,memory,pages,threads";
static const char csv_middle[] = ",phase,metric,unit,samples,min,median,max";
static const char csv_back[] = ",p90,p99,p99.9,again\n";
static const char *const csv_phases[] = { "acquire", "release" };

int pb_export_check(FILE *out)
{
	int error;

	errno = 0;
	if (!fflush(out) && !ferror(out))
		return 0;
	error = errno ? errno : EIO;
	return pb_fail(-error, "cannot write the export: %s", strerror(error));
}

static void csv_texts(FILE *out, const char *const *texts, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		pb_csv_text(out, texts[i]);
		fputc(',', out);
	}
}

/* What a row says behind its cell's words; a NaN is written as nothing. */
struct csv_line {
	const char *phase;
	const char *behind; /* the phase's second half, or "" */
	const char *metric;
	const char *unit;
	bool per_page;
	uint64_t nr;
	double min, median, max;
	double tail[3];
};

static void axis_name(FILE *out, enum pb_axis_id id)
{
	fputc(',', out);
	pb_csv_text(out, pb_axes[id].name);
}

static void csv_head(FILE *out)
{
	pb_csv_head(out, csv_front);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (pb_axes[id].since == 1)
			axis_name(out, id);
	pb_csv_head(out, csv_middle);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if (pb_axes[id].since != 1)
			axis_name(out, id);
	pb_csv_head(out, csv_back);
}

static void csv_axes(FILE *out, const struct pb_cell *cell, bool first)
{
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		if ((pb_axes[id].since == 1) == first) {
			fputc(',', out);
			pb_csv_text(out, pb_cell_axis(cell, id));
		}
}

static void csv_numbers(FILE *out, const double *values, size_t nr)
{
	char text[PB_VALUE_LEN];

	for (size_t i = 0; i < nr; i++) {
		fputc(',', out);
		pb_csv_number(out, pb_value_text(values[i], text));
	}
}

static void csv_row(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *row,
		    const struct csv_line *line)
{
	const struct pb_cell *cell = &row->cell;
	const char *kernel = pb_summary_fact(run, "kernel.release");
	const char *arch = pb_summary_fact(run, "kernel.arch");
	const char *const who[] = { run->run.uuid,
				    kernel ? kernel : "",
				    arch ? arch : "",
				    pb_evidence_name(run->run.evidence),
				    run->run.backend,
				    cell->strategy,
				    pb_memory_name(cell->memory) };
	const double values[] = { line->min, line->median, line->max };
	char unit[PB_WORD_LEN + 8], phase[PB_WORD_LEN + 16];

	csv_texts(out, who, PB_ARRAY_SIZE(who));
	pb_csv_count(out, cell->nr_pages);
	fputc(',', out);
	pb_csv_count(out, cell->nr_threads);
	csv_axes(out, cell, true);
	fputc(',', out);
	snprintf(phase, sizeof(phase), "%s%s", line->phase, line->behind);
	pb_csv_text(out, phase);
	fputc(',', out);
	pb_csv_text(out, line->metric);
	fputc(',', out);
	snprintf(unit, sizeof(unit), "%s%s", line->unit, line->per_page ? "/page" : "");
	pb_csv_text(out, unit);
	fputc(',', out);
	pb_csv_count(out, line->nr);
	csv_numbers(out, values, PB_ARRAY_SIZE(values));
	csv_axes(out, cell, false);
	csv_numbers(out, line->tail, PB_ARRAY_SIZE(line->tail));
	/* Of equal cells of a run the how-manieth, from 2; the first, or only one, has nothing. */
	fputc(',', out);
	if (cell->again)
		pb_csv_count(out, cell->again);
	fputc('\n', out);
}

static struct csv_line line_of(const struct pb_summary_series *series)
{
	return (struct csv_line){
		series->phase, "",          series->metric, series->unit, series->per_page,
		series->nr,    series->min, series->median, series->max,  { NAN, NAN, NAN },
	};
}

/* A cell without numbers has its rows: an absence is a result, not a gap. */
static void csv_absence(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	const char *metric = pb_summary_judged(run);

	for (size_t i = 0; i < PB_ARRAY_SIZE(csv_phases); i++) {
		const struct csv_line none = {
			csv_phases[i],     "", metric, metric, true, 0, NAN, NAN, NAN,
			{ NAN, NAN, NAN },
		};

		csv_row(out, run, cell, &none);
	}
}

/* The harness by difference, and what an operation costs by it. */
static void csv_twice(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *cell,
		      const struct pb_summary_series *series)
{
	struct csv_line line = line_of(series);
	struct pb_summary_twice twice;

	if (!pb_summary_twice(cell, series->phase, series->metric, &twice))
		return;
	line.median = line.max = NAN;
	line.behind = "-own";
	line.min = twice.own;
	csv_row(out, run, cell, &line);
	line.per_page = false;
	line.behind = "-overhead";
	line.min = twice.by_difference;
	csv_row(out, run, cell, &line);
	line.behind = "-window";
	line.min = twice.by_window;
	csv_row(out, run, cell, &line);
}

static void csv_histogram(FILE *out, const struct pb_summary *run,
			  const struct pb_summary_cell *cell, const struct pb_histogram *histogram)
{
	const struct pb_summary_tail tail = pb_summary_tail(cell, histogram);
	const double *q = tail.quantiles;
	const struct csv_line line = {
		histogram->phase,
		"-histogram",
		histogram->metric,
		histogram->unit,
		true,
		tail.count,
		NAN,
		q[0],
		q[4],
		{ q[1], q[2], q[3] },
	};

	csv_row(out, run, cell, &line);
}

static void csv_cell(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	if (cell->state != PB_CELL_MEASURED) {
		csv_absence(out, run, cell);
		return;
	}
	for (size_t i = 0; i < cell->nr_series; i++) {
		const struct pb_summary_series *series = &cell->series[i];
		const struct csv_line line = line_of(series);

		if (series->per_page || pb_streq(series->phase, "events") ||
		    pb_streq(series->phase, "load"))
			csv_row(out, run, cell, &line);
		if (series->per_page)
			csv_twice(out, run, cell, series);
	}
	for (size_t i = 0; i < cell->nr_histograms; i++)
		csv_histogram(out, run, cell, &cell->histograms[i]);
}

int pb_export_csv(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	csv_head(out);
	for (size_t i = 0; i < nr_runs; i++) {
		pb_cleanup(pb_summary_done) struct pb_summary run = { 0 };
		int ret = pb_summary_load(store, run_ids[i], &run);

		if (ret)
			return ret;
		for (size_t j = 0; j < run.nr_cells; j++)
			csv_cell(out, &run, &run.cells[j]);
	}
	return pb_export_check(out);
}

struct stream {
	FILE *out;
	FILE *records; /* into .text, from where they go on by the one way for JSON */
	char *text;
	size_t len_bytes;
	enum pb_run_state state;
};

static int stream_open(struct stream *stream, FILE *out)
{
	stream->out = out;
	stream->records = open_memstream(&stream->text, &stream->len_bytes);
	return stream->records ? 0 : pb_fail(-ENOMEM, "out of memory");
}

static void stream_done(struct stream *stream)
{
	if (stream->records)
		fclose(stream->records);
	free(stream->text);
}

/* What was written since the last time. */
static int stream_pass(struct stream *stream, int ret)
{
	if (ret)
		return ret;
	if (fflush(stream->records) || ferror(stream->records))
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(stream->out, stream->text, stream->len_bytes);
	rewind(stream->records);
	return 0;
}

static int on_run(void *data, const struct pb_run_record *run, enum pb_run_state state)
{
	struct stream *stream = data;

	/* Whoever reads the copy will see no more of this run come. */
	stream->state = state == PB_RUN_STATE_RUNNING ? PB_RUN_STATE_INTERRUPTED : state;
	return stream_pass(stream, pb_record_write_run(stream->records, run));
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct stream *stream = data;

	return stream_pass(stream, pb_record_write_fact(stream->records, key, value));
}

static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct stream *stream = data;
	int ret = pb_record_write_cell(stream->records, &result->cell);

	(void)cell_id;
	(void)series_ids;
	for (size_t i = 0; !ret && i < result->nr_series; i++)
		ret = pb_record_write_series(stream->records, result->cell.index,
					     &result->series[i]);
	for (size_t i = 0; !ret && i < result->nr_profiles; i++)
		ret = pb_record_write_profile(stream->records, result->cell.index,
					      &result->profiles[i]);
	for (size_t i = 0; !ret && i < result->nr_histograms; i++)
		ret = pb_record_write_histogram(stream->records, result->cell.index,
						&result->histograms[i]);
	if (!ret)
		ret = pb_record_write_traffic(stream->records, result->cell.index,
					      &result->traffic);
	if (!ret)
		ret = pb_record_write_observation(stream->records, result);
	if (!ret)
		ret = pb_record_write_done(stream->records, result);
	return stream_pass(stream, ret);
}

int pb_export_jsonl(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	pb_cleanup(stream_done) struct stream stream = { 0 };
	int failed = stream_open(&stream, out);

	if (failed)
		return failed;
	for (size_t i = 0; i < nr_runs; i++) {
		int ret = pb_store_replay(store, run_ids[i], &visitor, &stream);

		if (!ret)
			ret = stream_pass(&stream,
					  pb_record_write_end(stream.records, stream.state));
		if (ret)
			return ret;
	}
	return pb_export_check(out);
}

int pb_export_runs(struct pb_store *store, int64_t **ret_run_ids, size_t *ret_nr)
{
	pb_cleanup(pb_query_finalizep) sqlite3_stmt *query = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	size_t nr = 0;
	int code,
		ret = pb_store_prepare(store, "SELECT id FROM run ORDER BY created, uuid", &query);

	while (!ret && (code = sqlite3_step(query)) != SQLITE_DONE) {
		int64_t *grown;

		if (code != SQLITE_ROW)
			return pb_store_error(store, "read");
		grown = reallocarray(ids, nr + 1, sizeof(*ids));
		if (!grown)
			return pb_fail(-ENOMEM, "out of memory");
		ids = grown;
		ids[nr++] = sqlite3_column_int64(query, 0);
	}
	if (!ret && !nr)
		ret = pb_fail(-ENOENT, "database '%s': holds no run", pb_store_path(store));
	if (!ret) {
		*ret_run_ids = pb_steal(ids);
		*ret_nr = nr;
	}
	return ret;
}
