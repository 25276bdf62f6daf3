// SPDX-License-Identifier: GPL-2.0-only
/*
 * fixture - invented runs, written through the same store that real ones go through.
 * Why: no test of the report depends on a guest that takes a minute to boot.
 */
#include "tests/report/fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "report/runs/strategy.h"

static void must(int ret)
{
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

void fixture_init(struct fixture *fixture)
{
	snprintf(fixture->dir, sizeof(fixture->dir), "/tmp/pinbench-report-XXXXXX");
	if (!mkdtemp(fixture->dir))
		fail_msg("cannot make a temporary folder: %s", strerror(errno));
	snprintf(fixture->path, sizeof(fixture->path), "%s/runs.db", fixture->dir);
	must(pb_store_open(fixture->path, PB_STORE_WRITE, &fixture->store));
}

void fixture_done(struct fixture *fixture)
{
	pb_store_free(fixture->store);
	must(pb_tree_remove(fixture->dir));
}

int64_t fixture_begin(struct pb_store *store, const struct fixture_run *run)
{
	struct pb_run_record record = { .backend = "vm",
					.plan = "quick",
					.revision = "0123456789ab" };
	int64_t run_id;

	snprintf(record.uuid, sizeof(record.uuid), "%s", run->uuid);
	snprintf(record.created, sizeof(record.created), "%s", run->created);
	assert_int_equal(
		pb_evidence_take(run->evidence ? run->evidence : "exact", &record.evidence), 0);
	must(pb_store_run_begin(store, &record, &run_id));
	if (run->release)
		must(pb_store_fact_set(store, run_id, "kernel.release", run->release));
	if (run->name)
		must(pb_store_fact_set(store, run_id, "kernel.name", run->name));
	must(pb_store_fact_set(store, run_id, "machine.memory_mib", "1024"));
	return run_id;
}

void fixture_end(struct pb_store *store, int64_t run_id)
{
	must(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE));
}

static void cell_fill(struct pb_cell_result *result, const struct fixture_cell *cell)
{
	result->cell.index = cell->index;
	result->cell.nr_pages = cell->nr_pages;
	result->cell.nr_threads = 1;
	result->cell.nr_samples = cell->nr_samples ? cell->nr_samples : 3;
	snprintf(result->cell.strategy, PB_WORD_LEN, "%s", cell->strategy);
	assert_int_equal(pb_memory_take(cell->memory, &result->cell.memory), 0);
	result->cell.sharing = PB_SHARING_PRIVATE;
	result->cell.load = PB_LOAD_none;
}

void fixture_measured(struct pb_store *store, int64_t run_id, const struct fixture_cell *cell)
{
	static const char unit[] = "instructions";
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };
	const double empty = FIXTURE_EMPTY;
	double *values;
	uint32_t nr;

	cell_fill(&result, cell);
	nr = result.cell.nr_samples;
	values = calloc(nr, sizeof(*values));
	result.symbol = strdup("a_function");
	for (uint32_t i = 0; i < nr; i++)
		values[i] = cell->acquire + empty;
	values[nr - 1] += cell->last_sample_more;
	must(pb_cell_result_add(&result, "acquire", unit, unit, values, nr));
	for (uint32_t i = 0; i < nr; i++)
		values[i] = cell->release + empty;
	must(pb_cell_result_add(&result, "release", unit, unit, values, nr));
	must(pb_cell_result_add(&result, "harness", unit, unit, &empty, 1));
	must(pb_store_cell_add(store, run_id, &result));
	pb_cell_result_done(&result);
	free(values);
}

void fixture_refused(struct pb_store *store, int64_t run_id, const struct fixture_cell *cell,
		     int error, const char *reason, const char *detail)
{
	struct pb_cell_result result = { .state = PB_CELL_REFUSED, .error = error };

	cell_fill(&result, cell);
	result.reason = strdup(reason);
	result.detail = detail ? strdup(detail) : NULL;
	must(pb_store_cell_add(store, run_id, &result));
	pb_cell_result_done(&result);
}

void fixture_quick(struct pb_store *store, int64_t run_id, double scale, uint32_t nr_samples)
{
	/* Per call, per page of anon, per page of thp; then release per page of anon and thp. */
	static const double costs[][5] = {
		{ 4, 0, 0, 0, 0 },       { 10, 6, 6, 7, 7 },      { 480, 420, 31, 11, 11 },
		{ 310, 112, 6, 11, 11 }, { 510, 455, 33, 85, 2 }, { 350, 180, 9, 85, 2 },
		{ 720, 470, 34, 85, 2 }, { 390, 190, 10, 85, 2 }, { 210, 310, 290, 0, 0 },
		{ 940, 95, 60, 0, 0 },
	};
	static const uint64_t pages[] = { 1, 8, 64, 512 };
	uint32_t index = 0;

	must(pb_store_begin(store));
	for (size_t s = 0; s < pb_nr_strategy_rows; s++) {
		for (size_t i = 0; i < 8; i++) {
			size_t thp = i / 4, row = s < 10 ? s : 9;
			struct fixture_cell cell = { .index = index++,
						     .strategy = pb_strategy_rows[s].name,
						     .memory = thp ? "thp" : "anon",
						     .nr_pages = pages[i % 4],
						     .nr_samples = nr_samples };
			double n = (double)cell.nr_pages;

			cell.acquire = costs[row][0] + n * costs[row][1 + thp];
			cell.release = n * costs[row][3 + thp] + (thp && n >= 512 ? 0 : 3);
			if (!strcmp(cell.strategy, "pin-fast"))
				cell.acquire *= scale;
			if (thp && !strcmp(cell.strategy, "longterm-fast"))
				fixture_refused(store, run_id, &cell, EOPNOTSUPP,
						"this kernel has no longterm-fast for <thp>",
						"line one\nline \033[31mtwo\033[0m & <script>");
			else
				fixture_measured(store, run_id, &cell);
		}
	}
	must(pb_store_commit(store));
	must(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE));
}
