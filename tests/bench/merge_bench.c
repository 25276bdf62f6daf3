// SPDX-License-Identifier: GPL-2.0-only
/*
 * merge_bench - a lab's database of 1,000 runs and 10^6 samples: merged, compared, looked back
 * over. Why: the answer has to come while somebody waits for it. It prints figures and never judges
 * them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect/store/merge.h"
#include "collect/store/store.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"

enum { NR_RUNS = 1000, NR_CELLS = 10, NR_SAMPLES = 50 };

/* By the clock on the wall, and by the CPU time that this process used. */
struct stopwatch {
	double wall, cpu;
};

static double now_s(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static struct stopwatch start(void)
{
	return (struct stopwatch){ now_s(CLOCK_MONOTONIC), now_s(CLOCK_PROCESS_CPUTIME_ID) };
}

static void stop(const struct stopwatch *begun)
{
	printf(": %.3f s (%.3f of CPU time)\n", now_s(CLOCK_MONOTONIC) - begun->wall,
	       now_s(CLOCK_PROCESS_CPUTIME_ID) - begun->cpu);
}

/* Exact evidence, and one with noise, which is compared by intervals. */
struct kind {
	const char *evidence, *metric;
};

static const struct kind kinds[] = { { "exact", "instructions" }, { "hardware", "cycles" } };

static int cell_add(struct pb_store *store, int64_t run_id, const struct kind *kind, uint32_t run,
		    uint32_t index)
{
	pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = { .state = PB_CELL_MEASURED };
	double values[NR_SAMPLES];
	int ret;

	cell.cell = (struct pb_cell){ .index = index,
				      .strategy = "pin-fast",
				      .memory = PB_MEMORY_anon,
				      .nr_pages = 1 + index,
				      .nr_threads = 1,
				      .sharing = PB_SHARING_PRIVATE,
				      .load = PB_LOAD_none,
				      .nr_samples = NR_SAMPLES };
	for (size_t i = 0; i < NR_SAMPLES; i++)
		values[i] =
			(400 + 8 * (run / 250)) * (1 + index) + (double)((i * 7919 + run) % 100);
	ret = pb_cell_result_add(&cell, "acquire", kind->metric, kind->metric, values, NR_SAMPLES);
	if (!ret)
		ret = pb_cell_result_add(&cell, "release", kind->metric, kind->metric, values,
					 NR_SAMPLES);
	return ret ? ret : pb_store_cell_add(store, run_id, &cell);
}

static int run_add(struct pb_store *store, const struct kind *kind, uint32_t at)
{
	struct pb_run_record run = { .backend = "vm", .plan = "quick" };
	char release[32];
	int64_t run_id;
	int ret;

	if (pb_evidence_take(kind->evidence, &run.evidence))
		return -1;
	snprintf(run.uuid, sizeof(run.uuid), "00000000-0000-4000-8000-%012u", at);
	snprintf(run.created, sizeof(run.created), "2026-01-%02uT%02u:%02u:00Z", 1 + at / 1440,
		 at / 60 % 24, at % 60);
	snprintf(release, sizeof(release), "%u.%u.%u", 5 + at / 400, at / 20 % 20, at % 20);
	ret = pb_store_run_begin(store, &run, &run_id);
	if (!ret)
		ret = pb_store_fact_set(store, run_id, "kernel.release", release);
	for (uint32_t i = 0; i < NR_CELLS && !ret; i++)
		ret = cell_add(store, run_id, kind, at, i);
	return ret ? ret : pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE);
}

static int fill(const char *path, const struct kind *kind)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int ret = pb_store_open(path, PB_STORE_WRITE, &store);

	if (!ret)
		ret = pb_store_begin(store);
	for (uint32_t i = 0; i < NR_RUNS && !ret; i++)
		ret = run_add(store, kind, i);
	return ret ? ret : pb_store_commit(store);
}

static int merge(struct pb_store *store, const char *path, const char *what)
{
	struct pb_merge_outcome outcome = { 0 };
	struct stopwatch begun = start();
	int ret = pb_merge(store, path, &outcome);

	if (!ret) {
		printf("merge, %s: %zu runs added, %zu known, %zu samples", what, outcome.nr_added,
		       outcome.nr_known, outcome.nr_samples);
		stop(&begun);
	}
	return ret;
}

static int compare(struct pb_store *store)
{
	struct pb_comparison comparison = { 0 };
	struct stopwatch begun = start();
	FILE *null = fopen("/dev/null", "w");
	int ret = null ? pb_compare(store, NR_RUNS - 1, store, NR_RUNS, &comparison) : -1;

	if (!ret) {
		ret = pb_compare_print(&comparison, 40, null);
		printf("compare, the last two of %d runs: %zu cells", NR_RUNS,
		       comparison.nr_compared);
		stop(&begun);
		pb_comparison_done(&comparison);
	}
	if (null)
		fclose(null);
	return ret;
}

static int history(struct pb_store *store)
{
	struct pb_history_filter filter = { 0 };
	struct pb_history history = { 0 };
	_cleanup_free_ struct pb_history_run *runs = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	_cleanup_free_ char *left_out = NULL;
	struct stopwatch begun = start();
	size_t nr = 0;
	int ret = pb_history_runs(store, &ids, &nr, &left_out);

	runs = calloc(nr + 1, sizeof(*runs));
	if (!ret && !runs)
		ret = -1;
	for (size_t i = 0; i < nr && !ret; i++)
		runs[i] = (struct pb_history_run){ store, ids[i] };
	if (!ret)
		ret = pb_history_load(runs, nr, &filter, &history);
	if (!ret) {
		printf("history, %zu kernels, %zu cells, %zu steps", history.nr_kernels,
		       history.nr_cells, history.nr_steps);
		stop(&begun);
		pb_history_done(&history);
	}
	return ret;
}

static int all(const char *from, const char *into, const struct kind *kind)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct stopwatch begun = start();
	int ret = fill(from, kind);

	if (ret)
		return ret;
	printf("%s: made a database of %d runs, %d samples", kind->evidence, NR_RUNS,
	       NR_RUNS * NR_CELLS * NR_SAMPLES * 2);
	stop(&begun);
	ret = pb_store_open(into, PB_STORE_WRITE, &store);
	if (!ret)
		ret = merge(store, from, "into an empty database");
	if (!ret)
		ret = merge(store, from, "a second time");
	if (!ret)
		ret = compare(store);
	return ret ? ret : history(store);
}

int main(void)
{
	char dir[] = "/tmp/pinbench-bench-XXXXXX", from[80], into[80];
	int ret = 0;

	if (!mkdtemp(dir))
		return 1;
	for (size_t i = 0; i < PB_ARRAY_SIZE(kinds) && !ret; i++) {
		snprintf(from, sizeof(from), "%s/%s-from.db", dir, kinds[i].evidence);
		snprintf(into, sizeof(into), "%s/%s-into.db", dir, kinds[i].evidence);
		ret = all(from, into, &kinds[i]);
	}
	if (ret)
		fprintf(stderr, "merge_bench: %s\n", pb_fail_message(ret));
	return pb_tree_remove(dir) || ret ? 1 : 0;
}
