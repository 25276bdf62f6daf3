// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_contention - figures of threads find the law that their cells were made by, or say why not.
 * not. Why: "pin scales badly" is a claim; what it is relative to and what it is fitted to must be
 * right.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/str.h"
#include "tests/report/cells.h"

static const double sigma = 0.3, kappa = 0.05;

static void contended_add(struct run *run, const char *strategy, uint32_t nr_threads,
			  const char *sharing, double cost)
{
	struct pb_cell_result result = cell_begin(run, strategy);

	result.cell.nr_threads = nr_threads;
	must(pb_cell_axis_take(&result.cell, PB_AXIS_SHARING, sharing));
	if (cost > 0) {
		costs_add(run, &result, cost);
	} else {
		result.state = PB_CELL_REFUSED;
		result.error = EOPNOTSUPP;
		result.reason = strdup("two threads are not to be had");
	}
	cell_end(run, &result);
}

/* pin by 1 to 16 threads: page by the law, pagetable a tenth of that, private a bit dearer. */
static void contended_run(struct run *run, const char *cpus)
{
	static const uint32_t threads[] = { 1, 2, 4, 8, 16 };

	run_begin(run, "hardware");
	must(pb_store_fact_set(run->fixture.store, run->id, "machine.cpus", cpus));
	for (size_t i = 0; i < PB_ARRAY_SIZE(threads); i++) {
		double n = threads[i], more = sigma * (n - 1) + kappa * n * (n - 1);

		contended_add(run, "pin", threads[i], "private", 100);
		if (threads[i] == 1)
			continue;
		contended_add(run, "pin", threads[i], "pagetable", 100 * (1 + more / 10));
		contended_add(run, "pin", threads[i], "page", 100 * (1 + more));
	}
	contended_add(run, "get", 2, "page", 0);
	run_plan(run);
}

static void contention(void **state)
{
	const struct pb_figure *figure;
	const struct pb_line *line;
	struct run run;

	(void)state;
	contended_run(&run, "16");
	figure = figure_of(&run, "contention");
	assert_non_null(figure);
	assert_string_equal(figure->name, "contention-anon-4");
	assert_int_equal(figure->nr_panels, 1);
	assert_says(figure->note, "relative to as many threads with pages of their own");
	assert_string_equal(figure->panels[0], "pin: page σ 0.3, κ 0.05");
	assert_says(figure->note, "thin: the scalability law");
	assert_says(figure->note, "most throughput, threads: pin 4");
	assert_says(figure->note, "not measured: get page with 2: refused (EOPNOTSUPP)");
	line = line_of(figure, "pin", "page");
	assert_non_null(line);
	assert_int_equal(line->nr_points, 5);
	assert_near(line->x[4], 16, 0);
	assert_near(line->y[0], 1, 1e-9);
	assert_near(line->y[4], 1 + sigma * 15 + kappa * 240, 1e-6);
	assert_true(line->low[4] < line->y[4] && line->high[4] > line->y[4]);
	assert_near(line_of(figure, "pin", "pagetable")->y[4], 1 + (sigma * 15 + kappa * 240) / 10,
		    1e-6);
	assert_near(line_of(figure, "pin", "private")->y[4], 1, 1e-9);
	assert_true(line_of(figure, "pin", "fit")->curve);
	draw(&run);
	run_done(&run);
}

/* What the machine did meanwhile stands below: two CPUs of one core share their caches. */
static void contention_controls(void **state)
{
	struct pb_cell_result result;
	struct run run;

	(void)state;
	run_begin(&run, "syscall");
	contended_add(&run, "pin", 2, "private", 50);
	result = cell_begin(&run, "pin");
	result.cell.nr_threads = 2;
	result.cell.sharing = PB_SHARING_PAGE;
	costs_add(&run, &result, 100);
	series_add(&result, "control", "xadd-same-line", 14, 0.5);
	series_add(&result, "control", "xadd-own-lines", 4, 0);
	cell_end(&run, &result);
	run_plan(&run);
	assert_says(figure_of(&run, "contention")->note,
		    "an atomic addition took 14.0 to 23.5 ns on one line, 4.00 to 4.00 on two");
	run_done(&run);
}

/* Threads that took turns on a CPU tell of no scalability. */
static void contention_without_cpus(void **state)
{
	struct run run;

	(void)state;
	contended_run(&run, "4");
	assert_says(
		figure_of(&run, "contention")->note,
		"no scalability law is fitted: it wants 4 numbers of threads with a CPU for each "
		"thread, and here are 3");
	assert_null(line_of(figure_of(&run, "contention"), "pin", "fit"));
	run_done(&run);
}

static void contention_by_one(void **state)
{
	const struct pb_figure *figure;
	struct run run;

	(void)state;
	run_begin(&run, "hardware");
	contended_add(&run, "pin", 1, "private", 50);
	contended_add(&run, "pin", 2, "page", 150);
	run_plan(&run);
	figure = figure_of(&run, "contention");
	assert_says(figure->note, "relative to one thread alone");
	assert_near(line_of(figure, "pin", "page")->y[1], 3, 1e-9);
	run_done(&run);

	/* Nothing but refusals is no figure: the table says why. */
	run_begin(&run, "exact");
	contended_add(&run, "pin", 1, "private", 50);
	contended_add(&run, "pin", 2, "page", 0);
	run_plan(&run);
	assert_null(figure_of(&run, "contention"));
	run_done(&run);
}

static void counted_add(struct run *run, uint32_t nr_threads, const char *sharing, double transfers)
{
	struct pb_cell_result result = cell_begin(run, "pin");

	result.cell.nr_threads = nr_threads;
	must(pb_cell_axis_take(&result.cell, PB_AXIS_SHARING, sharing));
	costs_add(run, &result, 100);
	/* Ioctls of N + 1 calls and of one; N (collect/summary.h). */
	must(pb_cell_result_add(&result, "counted", "calls", "count", &(double){ 1 }, 1));
	series_add(&result, "call", "cycles", 700 + (1000 + 100 * transfers) * PAGES, 0);
	series_add(&result, "harness-call", "cycles", 700, 0);
	series_add(&result, "call", "transfers", 5 + transfers * PAGES, 0);
	series_add(&result, "harness-call", "transfers", 5, 0);
	series_add(&result, "call", "never", NAN, 0);
	cell_end(run, &result);
}

static void counters(void **state)
{
	const struct pb_figure *figure;
	const struct pb_line *line;
	struct run run;

	(void)state;
	run_begin(&run, "hardware");
	counted_add(&run, 4, "page", 3);
	counted_add(&run, 1, "private", 0);
	counted_add(&run, 2, "page", 1);
	run_plan(&run);
	figure = figure_of(&run, "transfers");
	assert_non_null(figure);
	assert_string_equal(figure->name, "transfers-anon-4");
	/* In the order of threads, whatever the plan's was. */
	line = line_of(figure, "pin", "page");
	assert_int_equal(line->nr_points, 3);
	assert_near(line->x[0], 0, 1e-6);
	assert_near(line->x[1], 1, 1e-6);
	assert_near(line->y[1], 1100, 1e-6);
	assert_near(line->x[2], 3, 1e-6);
	assert_string_equal(line->label, "page by 4");
	assert_null(line_of(figure, "pin", "private")); /* one thread alone is no line */

	figure = figure_of(&run, "counters-anon-4");
	assert_non_null(figure);
	/* The one that never ran has no panel; a bar of nothing is one all the same. */
	assert_int_equal(figure->nr_panels, 2);
	assert_string_equal(figure->panels[0], "cycles");
	assert_int_equal(figure->nr_tiles, 2);
	assert_near(figure->tiles[0].value, 1000, 1e-6);
	assert_string_equal(figure->tiles[1].text, "0");
	draw(&run);
	run_done(&run);
}

/* A call's transfers and invalidations in interleavings, as the simulator stores them. */
static void simulated_add(struct run *run, uint32_t nr_threads, const char *sharing,
			  double transfers, double invalidations, double step)
{
	struct pb_cell_result result = cell_begin(run, "pin");
	double calls = 300;

	series_add(&result, "acquire", "transfers", 0, 0);
	series_add(&result, "release", "transfers", 1, 0);
	series_add(&result, "call", "transfers", transfers * PAGES, step * PAGES);
	series_add(&result, "call", "invalidations", invalidations * PAGES, 0);
	must(pb_cell_result_add(&result, "simulated", "calls", "count", &calls, 1));
	result.cell.nr_threads = nr_threads;
	must(pb_cell_axis_take(&result.cell, PB_AXIS_SHARING, sharing));
	cell_end(run, &result);
}

static void simulated_cpus_are_lines(void **state)
{
	const struct pb_figure *figure;
	const struct pb_line *line;
	struct run run;

	(void)state;
	run_begin(&run, "model");
	simulated_add(&run, 1, "private", 0, 0, 0);
	simulated_add(&run, 2, "private", 0, 0, 0);
	simulated_add(&run, 2, "page", 2, 2, 0.1);
	simulated_add(&run, 8, "page", 3, 7, 0);
	run_plan(&run);
	assert_null(figure_of(&run, "contention")); /* nothing relates to no transfer at all */
	figure = figure_of(&run, "coherence-anon-transfers");
	assert_non_null(figure);
	assert_says(figure->unit, "simulated");
	assert_says(figure->alt, "pin, page by 8: 3.00");
	line = line_of(figure, "pin", "page");
	assert_int_equal(line->nr_points, 3); /* one thread alone is on every line */
	assert_near(line->y[0], 0, 0);
	assert_near(line->low[1], 2, 1e-9);
	assert_near(line->high[1], 2 + 0.1 * (NR_SAMPLES - 1), 1e-9);
	assert_near(line->y[2], 3, 1e-9);
	figure = figure_of(&run, "coherence-anon-invalidations");
	assert_near(line_of(figure, "pin", "page")->y[2], 7, 1e-9);
	/* The whole call's median, and not what the phases' come to. */
	assert_near(pb_view_value(&run.view, &run.summary.cells[3]).total, 3, 1e-9);
	draw(&run);
	run_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(simulated_cpus_are_lines), cmocka_unit_test(contention),
		cmocka_unit_test(contention_without_cpus),  cmocka_unit_test(contention_by_one),
		cmocka_unit_test(contention_controls),      cmocka_unit_test(counters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
