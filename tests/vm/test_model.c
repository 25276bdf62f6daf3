// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_model - a guest whose accesses are recorded: what two CPUs do to one page, twice the same.
 * Why: a number that a seed does not find again in the next boot is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/backends/vm/vm.h"
#include "collect/axes.h"
#include "collect/model/recorder.h"
#include "collect/model/traffic.h"
#include "collect/result.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/vm/guest.h"

enum { NR_SAMPLES = 40, NR_CPUS = 2 };

static const struct {
	const char *strategy, *sharing;
	double most;   /* transfers a call, in any interleaving */
	double median; /* of them; below 0: it follows the seed */
} rows[] = {
	{ "ref", "private", 0, 0 },
	{ "get-fast", "private", 0, 0 },
	{ "ref", "page", 2, 2 },
	{ "get-fast", "page", 3.2, -1 },
};
enum { NR_CELLS = PB_ARRAY_SIZE(rows) };

struct boot {
	size_t nr_cells;
	double transfers[NR_CELLS][64];
	size_t nr_seeds;
};

static void parts_add_up(const struct pb_cell_result *result, double median)
{
	double sum = 0, loads = 0;

	for (size_t i = 0; i < result->traffic.nr; i++) {
		sum += result->traffic.rows[i].values[PB_TRAFFIC_TRANSFERS];
		loads += result->traffic.rows[i].values[PB_TRAFFIC_LOADS];
	}
	assert_float_equal(sum, median, 1e-9);
	assert_float_equal(loads, guest_value(result, "call", "loads"), 1e-9);
}

static int doubles_compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static int cell_ended(void *data, const struct pb_cell_result *result)
{
	const struct pb_series *series = guest_series_of(result, "call", "transfers");
	struct boot *boot = data;
	size_t cell = boot->nr_cells++;
	double sorted[64];

	if (result->reason)
		print_error("%s: %s\n", result->cell.strategy, result->reason);
	assert_int_equal(result->state, PB_CELL_MEASURED);
	assert_non_null(series);
	assert_true(series->nr_values >= 16 && series->nr_values <= 64);
	boot->nr_seeds = series->nr_values;
	memcpy(boot->transfers[cell], series->values, series->nr_values * sizeof(double));
	memcpy(sorted, series->values, series->nr_values * sizeof(double));
	qsort(sorted, series->nr_values, sizeof(double), doubles_compare);
	print_message("%s %s: %.3f [%.3f-%.3f]\n", rows[cell].strategy, rows[cell].sharing,
		      sorted[series->nr_values / 2], sorted[0], sorted[series->nr_values - 1]);
	assert_true(sorted[series->nr_values - 1] <= rows[cell].most);
	if (rows[cell].median >= 0)
		assert_float_equal(sorted[series->nr_values / 2], rows[cell].median, 0.02);
	else
		assert_true(sorted[0] >= 0.9);
	parts_add_up(result, sorted[series->nr_values / 2]);
	return 0;
}

static void boot_run(struct boot *boot)
{
	static const struct pb_record_sink sink = { .cell_ended = cell_ended };
	static struct pb_model_options model = { .seed = 1 };
	struct pb_cell cells[NR_CELLS] = { 0 };
	struct pb_backend_request request = {
		.kernel = guest_kernel(),
		.nr_cpus = NR_CPUS,
		.cells = cells,
		.nr_cells = NR_CELLS,
		.model = &model,
	};
	int ret = pb_geometry_load(PB_GEOMETRY_DEFAULT, &model.geometry);

	assert_int_equal(ret, 0);
	for (uint32_t i = 0; i < NR_CELLS; i++) {
		cells[i] = (struct pb_cell){
			.index = i,
			.memory = PB_MEMORY_anon,
			.nr_pages = 1,
			.nr_threads = NR_CPUS,
			.load = PB_LOAD_none,
			.nr_samples = NR_SAMPLES,
			.nr_warmup = 2,
		};
		snprintf(cells[i].strategy, sizeof(cells[i].strategy), "%s", rows[i].strategy);
		assert_int_equal(pb_cell_axis_take(&cells[i], PB_AXIS_SHARING, rows[i].sharing), 0);
	}
	ret = pb_backend_vm_model.run(&request, &sink, boot);
	if (ret)
		print_error("%s\n", pb_fail_message(ret));
	assert_int_equal(ret, 0);
	assert_int_equal(boot->nr_cells, NR_CELLS);
}

static void same_in_two_boots(void **state)
{
	static struct boot first, second;

	(void)state;
	boot_run(&first);
	boot_run(&second);
	assert_int_equal(first.nr_seeds, second.nr_seeds);
	for (size_t cell = 0; cell < NR_CELLS; cell++)
		for (size_t seed = 0; seed < first.nr_seeds; seed++)
			assert_true(first.transfers[cell][seed] == second.transfers[cell][seed]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(same_in_two_boots) };

	guest_kernel();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
