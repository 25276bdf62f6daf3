// SPDX-License-Identifier: GPL-2.0-only
/*
 * otava - runs as a CSV that Apache Otava looks for change points in.
 * Why: its series are rows in time and columns of numbers; one run is one row.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/encode/csv.h"
#include "common/err.h"
#include "common/progress.h"
#include "common/str.h"

struct column {
	char name[PB_RESULT_NAME_LEN];
	double *values; /* a run each */
	size_t nr;      /* runs that have it */
	size_t last;    /* the run that gave the last value, counted from 1 */
};

struct table {
	struct pb_summary *runs;
	size_t nr_runs;
	size_t at; /* the run that is being told */
	struct column *columns;
	size_t nr_columns;
};

static void table_done(struct table *table)
{
	for (size_t i = 0; i < table->nr_columns; i++)
		free(table->columns[i].values);
	for (size_t i = 0; table->runs && i < table->nr_runs; i++)
		pb_summary_done(&table->runs[i]);
	free(table->columns);
	free(table->runs);
}

/* Plans repeat, so that a run's columns mostly come in the order of the run before. */
static struct column *column_get(struct table *table, const char *name, size_t near)
{
	struct column *grown;

	for (size_t i = 0; i < table->nr_columns; i++) {
		struct column *column = &table->columns[(near + i) % table->nr_columns];

		if (pb_streq(column->name, name))
			return column;
	}
	grown = reallocarray(table->columns, table->nr_columns + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	table->columns = grown;
	grown += table->nr_columns;
	*grown = (struct column){ .values = calloc(table->nr_runs, sizeof(double)) };
	if (!grown->values)
		return NULL;
	snprintf(grown->name, sizeof(grown->name), "%s", name);
	table->nr_columns++;
	return grown;
}

struct teller {
	struct table *table;
	size_t near;
};

static int result_keep(void *data, const struct pb_result *result)
{
	struct teller *teller = data;
	struct table *table = teller->table;
	char name[PB_RESULT_NAME_LEN];
	struct column *column = column_get(table, pb_result_name(result, name), teller->near);

	if (!column)
		return pb_fail(-ENOMEM, "out of memory");
	teller->near = (size_t)(column - table->columns) + 1;
	if (result->state != PB_RESULT_NUMBER)
		return 0;
	if (column->last == table->at + 1)
		return pb_fail(-EINVAL,
			       "export: run %.8s has '%s' twice, and a row holds one number a "
			       "column; csv and jsonl hold both",
			       result->run->run.uuid, name);
	column->values[table->at] = result->value;
	column->last = table->at + 1;
	column->nr++;
	return 0;
}

static int by_time(const void *a, const void *b)
{
	const struct pb_summary *x = a, *y = b;
	int order = strcmp(x->run.created, y->run.created);

	return order ? order : strcmp(x->run.uuid, y->run.uuid);
}

static int table_load(struct table *table, struct pb_store *store, const int64_t *run_ids)
{
	for (size_t i = 0; i < table->nr_runs; i++) {
		int ret = pb_result_run_load(store, run_ids[i], &table->runs[i]);

		if (ret)
			return ret;
		if (table->runs[i].run.evidence != table->runs[0].run.evidence)
			return pb_fail(-EINVAL,
				       "export: runs of '%s' and of '%s' evidence are never one "
				       "series; name runs of one class",
				       pb_evidence_name(table->runs[0].run.evidence),
				       pb_evidence_name(table->runs[i].run.evidence));
	}
	qsort(table->runs, table->nr_runs, sizeof(*table->runs), by_time);
	for (table->at = 0; table->at < table->nr_runs; table->at++) {
		struct teller teller = { .table = table };
		int ret = pb_results_tell(&table->runs[table->at], result_keep, &teller);

		if (ret)
			return ret;
	}
	return 0;
}

/* A series with holes cannot be read: its column goes, and that is said. */
static int columns_choose(struct table *table)
{
	size_t nr = 0, left_out = 0;
	const char *first = NULL;

	for (size_t i = 0; i < table->nr_columns; i++) {
		if (table->columns[i].nr == table->nr_runs) {
			nr++;
			continue;
		}
		if (!left_out++)
			first = table->columns[i].name;
	}
	if (!nr)
		return pb_fail(-ENODATA, "export: no number is in all of the %zu runs",
			       table->nr_runs);
	if (left_out)
		pb_progress_say("%zu of %zu numbers are not in every run and have no column, the "
				"first of them %s.",
				left_out, table->nr_columns, first);
	return 0;
}

static void row_write(const struct table *table, size_t at, FILE *out)
{
	const struct pb_summary *run = &table->runs[at];
	const char *release = pb_summary_fact(run, "kernel.release");
	char text[PB_VALUE_LEN];

	pb_csv_text(out, run->run.created);
	fputc(',', out);
	pb_csv_text(out, release ? release : "unknown");
	fputc(',', out);
	pb_csv_text(out, run->run.uuid);
	for (size_t i = 0; i < table->nr_columns; i++) {
		if (table->columns[i].nr != table->nr_runs)
			continue;
		fputc(',', out);
		pb_csv_number(out, pb_value_text(table->columns[i].values[at], text));
	}
	fputc('\n', out);
}

int pb_export_otava(struct pb_store *store, const int64_t *run_ids, size_t nr_runs, FILE *out)
{
	pb_cleanup(table_done) struct table table = { .nr_runs = nr_runs };
	int ret;

	table.runs = calloc(nr_runs, sizeof(*table.runs));
	ret = table.runs ? table_load(&table, store, run_ids) : pb_fail(-ENOMEM, "out of memory");
	if (!ret)
		ret = columns_choose(&table);
	if (ret)
		return ret;
	fputs("time,commit,run", out);
	for (size_t i = 0; i < table.nr_columns; i++) {
		if (table.columns[i].nr != nr_runs)
			continue;
		fputc(',', out);
		pb_csv_text(out, table.columns[i].name);
	}
	fputc('\n', out);
	for (size_t i = 0; i < nr_runs; i++)
		row_write(&table, i, out);
	return pb_export_check(out);
}
