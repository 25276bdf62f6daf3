// SPDX-License-Identifier: GPL-2.0-only
/*
 * store_bench - how many samples a second the store takes, through the same calls as a run.
 * Why: storing must stay far below what measuring takes. It prints a figure and never judges it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collect/store/store.h"
#include "common/err.h"
#include "common/file.h"

enum { NR_CELLS = 50, NR_SAMPLES = 10000, NR_ROUNDS = 5 };

static double now_s(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static int cell_make(uint32_t index, struct pb_cell_result *ret_cell)
{
	static double values[NR_SAMPLES];
	struct pb_cell_result cell = { .state = PB_CELL_MEASURED };
	int ret;

	cell.cell = (struct pb_cell){ .index = index,
				      .strategy = "pin",
				      .memory = PB_MEMORY_anon,
				      .nr_pages = 8,
				      .nr_threads = 1,
				      .sharing = PB_SHARING_PRIVATE,
				      .load = PB_LOAD_none,
				      .nr_samples = NR_SAMPLES };
	for (size_t i = 0; i < NR_SAMPLES; i++)
		values[i] = 4000 + (double)((i * 7919 + index) % 1000);
	ret = pb_cell_result_add(&cell, "acquire", "instructions", "instructions", values,
				 NR_SAMPLES);
	if (!ret)
		ret = pb_cell_result_add(&cell, "release", "instructions", "instructions", values,
					 NR_SAMPLES);
	*ret_cell = cell;
	return ret;
}

static int fill(struct pb_store *store)
{
	struct pb_run_record run = { .uuid = "6f1c2f0e-0000-4000-8000-00000000000a",
				     .created = "2026-01-01T00:00:00Z",
				     .backend = "fake",
				     .evidence = PB_EVIDENCE_FAKE };
	int64_t run_id;
	int ret = pb_store_run_begin(store, &run, &run_id);

	for (uint32_t i = 0; !ret && i < NR_CELLS; i++) {
		pb_cleanup(pb_cell_result_done) struct pb_cell_result cell = { 0 };

		ret = cell_make(i, &cell);
		if (!ret)
			ret = pb_store_cell_add(store, run_id, &cell);
	}
	return ret ? ret : pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE);
}

/* Samples a second: by the clock on the wall, and by the CPU time that this process used. */
struct rate {
	double wall, cpu;
};

static int round_run(const char *path, struct rate *ret_rate)
{
	const double nr = 2.0 * NR_CELLS * NR_SAMPLES;
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	double wall, cpu;
	int ret;

	if (pb_file_exists(path) && unlink(path))
		return pb_fail(-1, "cannot remove '%s'", path);
	wall = now_s(CLOCK_MONOTONIC);
	cpu = now_s(CLOCK_PROCESS_CPUTIME_ID);
	ret = pb_store_open(path, PB_STORE_WRITE, &store);
	if (!ret)
		ret = fill(store);
	ret_rate->wall = nr / (now_s(CLOCK_MONOTONIC) - wall);
	ret_rate->cpu = nr / (now_s(CLOCK_PROCESS_CPUTIME_ID) - cpu);
	return ret;
}

int main(void)
{
	char dir[] = "/tmp/pinbench-bench-XXXXXX", path[64];
	struct rate rate = { 0 };
	int ret = 0;

	if (!mkdtemp(dir))
		return 1;
	snprintf(path, sizeof(path), "%s/bench.db", dir);
	for (int i = 0; !ret && i < NR_ROUNDS; i++) {
		ret = round_run(path, &rate);
		if (!ret)
			printf("store: %d cells of 2 x %d samples, one transaction a cell: %.0f "
			       "samples/s (%.0f by CPU time)\n",
			       NR_CELLS, NR_SAMPLES, rate.wall, rate.cpu);
	}
	if (ret)
		fprintf(stderr, "store_bench: %s\n", pb_fail_message(ret));
	return pb_tree_remove(dir) || ret ? 1 : 0;
}
