// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_figures - maps, distributions, loads and pairs say of invented cells what was invented.
 * Why: a picture is believed; what it draws and what it leaves out is held against the truth here.
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

#include "collect/histogram.h"
#include "collect/result.h"
#include "common/str.h"
#include "report/draw/figures/pairs.h"
#include "report/runs/strategy.h"
#include "tests/report/cells.h"

/* 9,900 calls of 10 instructions a page, 99 of 100 and one of 1,000. */
static void tail_add(struct run *run, struct pb_cell_result *result)
{
	struct pb_histogram histogram = { .phase = "acquire" };
	double least = FIXTURE_EMPTY + 10 * PAGES;

	snprintf(histogram.metric, PB_WORD_LEN, "%s", run->metric);
	snprintf(histogram.unit, PB_WORD_LEN, "%s", run->metric);
	must(pb_histogram_add(&histogram, (uint64_t)least, 1, 9900));
	must(pb_histogram_add(&histogram, FIXTURE_EMPTY + 100 * PAGES, 1, 99));
	must(pb_histogram_add(&histogram, FIXTURE_EMPTY + 1000 * PAGES, 1, 1));
	series_add(result, "acquire", run->metric, least, 0);
	must(pb_cell_result_add(result, "harness", run->metric, "unit", &(double){ FIXTURE_EMPTY },
				1));
	must(pb_cell_result_histogram(result, &histogram));
}

static void distribution(void **state)
{
	const struct pb_figure *figure;
	struct pb_cell_result result;
	const struct pb_line *line;
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	result = cell_begin(&run, "pin");
	tail_add(&run, &result);
	cell_end(&run, &result);
	result = cell_begin(&run, "get");
	costs_add(&run, &result, 40); /* no histogram: exact samples are no distribution */
	cell_end(&run, &result);
	run_plan(&run);
	figure = figure_of(&run, "distribution");
	assert_non_null(figure);
	assert_int_equal(figure->nr_lines, 1);
	assert_says(figure->note, "from 10000 calls each");
	assert_says(figure->note, "icount, all calls");
	assert_string_equal(figure->lines[0].label, "pin 1000");
	line = &figure->lines[0];
	/* In steps: up to 99 %, up to 99.99 %, and all. */
	assert_int_equal(line->nr_points, 6);
	assert_near(line->x[1], 2, 1e-9);
	assert_near(line->y[1], 10, 1e-9);
	assert_near(line->x[3], 4, 1e-9);
	assert_near(line->y[3], 100, 1e-9);
	assert_true(line->x[5] > 4 && line->x[5] < 5);
	assert_near(line->y[5], 1000, 1e-9);
	draw(&run);
	run_done(&run);
}

static void distribution_of_samples(void **state)
{
	const struct pb_figure *figure;
	struct pb_cell_result result;
	struct run run;

	(void)state;
	run_begin(&run, "hardware");
	result = cell_begin(&run, "get-fast");
	costs_add(&run, &result, 40);
	cell_end(&run, &result);
	run_plan(&run);
	figure = figure_of(&run, "distribution");
	assert_says(figure->note, "from 20 samples each, since no histogram was asked for (--ops)");
	assert_int_equal(figure->nr_lines, 2);
	assert_near(figure->lines[0].y[0], 20, 1e-9);
	assert_says(figure->lines[1].label, "get-fast release");
	assert_true(figure->lines[1].pale);
	run_done(&run);
}

static void loaded_add(struct run *run, const char *strategy, const char *load, double cost,
		       double retries)
{
	struct pb_cell_result result = cell_begin(run, strategy);
	const double rate = 97.5, none = 0;

	must(pb_cell_axis_take(&result.cell, PB_AXIS_LOAD, load));
	costs_add(run, &result, cost);
	if (retries > 0) {
		must(pb_cell_result_add(&result, "events", "retries", "count", &retries, 1));
		must(pb_cell_result_add(&result, "events", "partial", "count", &none, 1));
		must(pb_cell_result_add(&result, "load", "rate", "1/s", &rate, 1));
	}
	cell_end(run, &result);
}

static const struct pb_bar *bar_of(const struct pb_figure *figure, const char *name)
{
	for (size_t i = 0; i < figure->nr_bars; i++)
		if (pb_streq(figure->bars[i].name, name))
			return &figure->bars[i];
	fail_msg("there is no row '%s'", name);
	return NULL;
}

static void loads(void **state)
{
	const struct pb_figure *figure;
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	loaded_add(&run, "odp", "none", 200, 0);
	loaded_add(&run, "odp", "fork:100", 500, 12);
	loaded_add(&run, "pin", "fork:100", 500, 0);
	run_plan(&run);
	figure = figure_of(&run, "loads");
	assert_non_null(figure);
	assert_string_equal(figure->name, "loads-anon-4");
	assert_int_equal(figure->nr_bars, 4); /* the load, pin, odp, what odp met */
	assert_null(bar_of(figure, "under fork:100, 97.5 a second")->label);
	assert_near(bar_of(figure, "odp")->middle, 2.5, 1e-9);
	assert_near(bar_of(figure, "odp")->end, 2.5, 1e-3);
	assert_says(bar_of(figure, "odp")->label, "2.50×  (200 → 500)");
	assert_null(bar_of(figure, "odp met: retries 12")->label);
	assert_says(bar_of(figure, "pin")->label, "and none at rest");
	draw(&run);
	run_done(&run);

	/* At rest only there is nothing to compare. */
	run_begin(&run, "hardware");
	loaded_add(&run, "odp", "none", 200, 0);
	run_plan(&run);
	assert_null(figure_of(&run, "loads"));
	run_done(&run);
}

static void pairs(void **state)
{
	const struct pb_figure *figure;
	struct pb_cell_result result;
	struct run run;

	(void)state;
	run_begin(&run, "syscall");
	result = cell_begin(&run, "pin");
	/* A call of 1,000 over a baseline of 200, its pair of 700 over one of 60: 160 of 800. */
	series_add(&result, "acquire", "ns", 1000, 0);
	series_add(&result, "harness", "baseline", 200, 0);
	series_add(&result, "pair", "ns", 700, 0);
	series_add(&result, "harness-pair", "baseline", 60, 0);
	cell_end(&run, &result);
	result = cell_begin(&run, "get-fast");
	series_add(&result, "pair", "ns", 400, 1);
	series_add(&result, "harness-pair", "baseline", 500, 1); /* the other way round */
	series_add(&result, "acquire", "ns", 1, 0);
	cell_end(&run, &result);
	run_plan(&run);
	figure = figure_of(&run, "pairs");
	assert_non_null(figure);
	/* Two lines of words and a bar each; io_uring was not asked for. */
	assert_int_equal(figure->nr_bars, 6);
	assert_string_equal(figure->bars[2].label, "40.0 of 200: 20 %  (20 to 20)");
	assert_near(figure->bars[2].start, 200, 1e-9);
	assert_near(figure->bars[2].middle, 160, 1e-9);
	assert_near(figure->bars[2].end, 0, 0);
	assert_says(figure->bars[5].label, "−25.0 of 102: −24 %");
	draw(&run);
	run_done(&run);
}

/* Every row is whole, and of strategies and phases that there are. */
static void pairs_table(void **state)
{
	static const char *const phases[] = { "acquire",         "release",      "pair", "harness",
					      "harness-release", "harness-pair", "-" };
	struct pb_pairs table = { 0 };

	(void)state;
	must(pb_pairs_load(&table));
	assert_true(table.nr >= 3);
	for (size_t i = 0; i < table.nr * 2; i++) {
		const struct pb_pair_side *side = &table.rows[i / 2].sides[i % 2];
		const char *const lists[] = { side->phases, side->baselines };

		assert_non_null(pb_strategy_find(side->strategy));
		for (size_t l = 0; l < 2; l++) {
			_cleanup_free_ char *copy = strdup(lists[l]);
			char *rest = copy, *phase;

			while ((phase = strsep(&rest, "+"))) {
				bool known = false;

				for (size_t p = 0; p < PB_ARRAY_SIZE(phases); p++)
					known = known || pb_streq(phases[p], phase);
				if (!known)
					fail_msg("'%s' is no phase", phase);
			}
		}
	}
	pb_pairs_done(&table);
}

/* A map for each way of holding pages; a refusal is a field with its error. */
static void heat_by_intent(void **state)
{
	static const char *const memories[] = { "anon", "thp", "file-shared" };
	const struct pb_figure *reads, *writes;
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	for (size_t i = 0; i < 6; i++) {
		struct pb_cell_result result = cell_begin(&run, "longterm");

		must(pb_memory_take(memories[i / 2], &result.cell.memory));
		result.cell.intent = i % 2 ? PB_INTENT_WRITE : PB_INTENT_READ;
		if (i == 5) {
			result.state = PB_CELL_REFUSED;
			result.error = EFAULT;
			result.reason = strdup("shared files are not held for writing for long");
		} else {
			costs_add(&run, &result, i % 2 ? 300 : 100);
		}
		cell_end(&run, &result);
	}
	run_plan(&run);
	reads = figure_of(&run, "heat-memory-4");
	writes = figure_of(&run, "heat-memory--to-write-4");
	assert_non_null(reads);
	assert_non_null(writes);
	assert_int_equal(reads->nr_tiles, 3);
	assert_int_equal(writes->nr_tiles, 3);
	assert_says(writes->title, "to write");
	assert_near(reads->tiles[2].value, 100, 1e-9);
	assert_near(writes->tiles[0].value, 300, 1e-9);
	assert_true(isnan(writes->tiles[2].value));
	assert_string_equal(writes->tiles[2].text, "EFAULT");
	run_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distribution), cmocka_unit_test(distribution_of_samples),
		cmocka_unit_test(loads),        cmocka_unit_test(pairs),
		cmocka_unit_test(pairs_table),  cmocka_unit_test(heat_by_intent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
