// SPDX-License-Identifier: GPL-2.0-only
/*
 * export - runs out of the store: CSV for spreadsheets, the record stream for another pinbench.
 * Why: numbers that cannot leave the program are of no use to anyone else.
 */
#include "collect/export.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "collect/store_private.h"
#include "collect/store_read.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/str.h"

static const char csv_header[] = "run,kernel,arch,evidence,backend,strategy,memory,pages,threads,"
				 "sharing,load,phase,metric,unit,samples,min,median,max\n";
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

void pb_export_csv_text(FILE *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		fputs(text, out);
		return;
	}
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', out);
		fputc(*text, out);
	}
	fputc('"', out);
}

static void csv_texts(FILE *out, const char *const *texts, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		pb_export_csv_text(out, texts[i]);
		fputc(',', out);
	}
}

static void csv_row(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *row,
		    const struct pb_summary_series *series)
{
	const struct pb_cell *cell = &row->cell;
	const char *kernel = pb_summary_fact(run, "kernel.release");
	const char *arch = pb_summary_fact(run, "kernel.arch");
	const char *const who[] = { run->run.uuid,     kernel ? kernel : "", arch ? arch : "",
				    run->run.evidence, run->run.backend,     cell->strategy,
				    cell->memory };
	const char *const how[] = { cell->sharing, cell->load, series->phase, series->metric };
	const double values[] = { series->min, series->median, series->max };
	char unit[PB_WORD_LEN + 8], text[PB_VALUE_LEN];

	csv_texts(out, who, PB_ARRAY_SIZE(who));
	fprintf(out, "%" PRIu64 ",%" PRIu32 ",", cell->nr_pages, cell->nr_threads);
	csv_texts(out, how, PB_ARRAY_SIZE(how));
	snprintf(unit, sizeof(unit), "%s/page", series->unit);
	pb_export_csv_text(out, unit);
	fprintf(out, ",%zu", series->nr);
	for (size_t i = 0; i < PB_ARRAY_SIZE(values); i++)
		fprintf(out, ",%s", series->nr ? pb_value_text(values[i], text) : "");
	fputc('\n', out);
}

/* A cell without numbers has its rows: an absence is a result, not a gap. */
static void csv_absence(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	const char *metric = pb_summary_metric(run->run.evidence);
	struct pb_summary_series none = { .per_page = true };

	snprintf(none.metric, sizeof(none.metric), "%s", metric);
	snprintf(none.unit, sizeof(none.unit), "%s", metric);
	for (size_t i = 0; i < PB_ARRAY_SIZE(csv_phases); i++) {
		snprintf(none.phase, sizeof(none.phase), "%s", csv_phases[i]);
		csv_row(out, run, cell, &none);
	}
}

static void csv_cell(FILE *out, const struct pb_summary *run, const struct pb_summary_cell *cell)
{
	if (cell->state != PB_CELL_MEASURED) {
		csv_absence(out, run, cell);
		return;
	}
	for (size_t i = 0; i < cell->nr_series; i++)
		if (cell->series[i].per_page)
			csv_row(out, run, cell, &cell->series[i]);
}

int pb_export_csv(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	fputs(csv_header, out);
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
	char state[PB_WORD_LEN];
};

static int on_run(void *data, const struct pb_run_record *run, const char *state)
{
	struct stream *stream = data;

	/* Whoever reads the copy will see no more of this run come. */
	snprintf(stream->state, sizeof(stream->state), "%s",
		 pb_streq(state, "running") ? "interrupted" : state);
	return pb_record_write_run(stream->out, run);
}

static int on_fact(void *data, const char *key, const char *value)
{
	struct stream *stream = data;

	return pb_record_write_fact(stream->out, key, value);
}

static int on_cell(void *data, int64_t cell_id, const struct pb_cell_result *result,
		   const int64_t *series_ids)
{
	struct stream *stream = data;
	int ret = pb_record_write_cell(stream->out, &result->cell);

	(void)cell_id;
	(void)series_ids;
	for (size_t i = 0; !ret && i < result->nr_series; i++)
		ret = pb_record_write_series(stream->out, result->cell.index, &result->series[i]);
	for (size_t i = 0; !ret && i < result->nr_profiles; i++)
		ret = pb_record_write_profile(stream->out, result->cell.index,
					      &result->profiles[i]);
	for (size_t i = 0; !ret && i < result->nr_histograms; i++)
		ret = pb_record_write_histogram(stream->out, result->cell.index,
						&result->histograms[i]);
	return ret ? ret : pb_record_write_done(stream->out, result);
}

int pb_export_jsonl(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	static const struct pb_store_visitor visitor = { on_run, on_fact, on_cell };
	struct stream stream = { .out = out };

	for (size_t i = 0; i < nr_runs; i++) {
		int ret = pb_store_replay(store, run_ids[i], &visitor, &stream);

		if (!ret)
			ret = pb_record_write_end(out, stream.state);
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
