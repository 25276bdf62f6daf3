// SPDX-License-Identifier: GPL-2.0-only
/*
 * cells - a run of invented cells, planned as figures.
 * Why: tests of figures choose what was measured in a line a cell, and look at what is drawn of it.
 */
#include "tests/report/cells.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "collect/axes.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/draw/kinds.h"

void must(int ret)
{
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
}

void run_begin(struct run *run, const char *evidence)
{
	struct fixture_run row = { .uuid = "aaaa0000-0000-4000-8000-000000000001",
				   .created = "2026-01-01T00:00:00Z",
				   .evidence = evidence,
				   .release = "6.12.0" };

	enum pb_evidence class = PB_EVIDENCE_NONE;

	must(pb_evidence_take(evidence, &class));
	*run = (struct run){ .metric = pb_summary_metric(class) };
	fixture_init(&run->fixture);
	run->id = fixture_begin(run->fixture.store, &row);
}

struct pb_cell_result cell_begin(struct run *run, const char *strategy)
{
	struct pb_cell_result result = { .state = PB_CELL_MEASURED };

	result.cell.index = run->nr_cells++;
	result.cell.nr_pages = PAGES;
	result.cell.nr_threads = 1;
	result.cell.nr_samples = NR_SAMPLES;
	snprintf(result.cell.strategy, PB_WORD_LEN, "%s", strategy);
	result.cell.memory = PB_MEMORY_anon;
	return result;
}

void series_add(struct pb_cell_result *result, const char *phase, const char *metric, double least,
		double step)
{
	size_t nr = NR_SAMPLES * (size_t)result->cell.nr_threads; /* worker by worker */
	_cleanup_free_ double *values = calloc(nr, sizeof(*values));

	assert_non_null(values);
	for (size_t i = 0; i < nr; i++)
		values[i] = least + step * (double)(i % NR_SAMPLES);
	must(pb_cell_result_add(result, phase, metric, "unit", values, nr));
}

void costs_add(struct run *run, struct pb_cell_result *result, double cost)
{
	double half = cost * PAGES / 2;

	series_add(result, "acquire", run->metric, FIXTURE_EMPTY + half, half / 1000);
	series_add(result, "release", run->metric, FIXTURE_EMPTY + half, half / 1000);
	must(pb_cell_result_add(result, "harness", run->metric, "unit", &(double){ FIXTURE_EMPTY },
				1));
}

void cell_end(struct run *run, struct pb_cell_result *result)
{
	must(pb_store_cell_add(run->fixture.store, run->id, result));
	pb_cell_result_done(result);
}

void run_plan(struct run *run)
{
	must(pb_store_run_end(run->fixture.store, run->id, PB_RUN_STATE_COMPLETE));
	must(pb_summary_load(run->fixture.store, run->id, &run->summary));
	must(pb_view_init(&run->view, &run->summary));
	run->view.store = run->fixture.store;
	must(pb_figures_plan(&run->view, PB_FIGURES_OVERVIEW, &run->figures));
}

void run_done(struct run *run)
{
	pb_figures_done(&run->figures);
	pb_view_done(&run->view);
	pb_summary_done(&run->summary);
	fixture_done(&run->fixture);
}

const struct pb_figure *figure_of(const struct run *run, const char *begin)
{
	const struct pb_figure *found = NULL;

	for (size_t i = 0; i < run->figures.nr; i++) {
		if (strncmp(run->figures.items[i].name, begin, strlen(begin)) != 0)
			continue;
		assert_null(found);
		found = &run->figures.items[i];
	}
	return found;
}

const struct pb_line *line_of(const struct pb_figure *figure, const char *panel, const char *name)
{
	for (size_t i = 0; i < figure->nr_lines; i++)
		if (pb_streq(figure->lines[i].name, name) &&
		    !strncmp(figure->panels[figure->lines[i].panel], panel, strlen(panel)))
			return &figure->lines[i];
	return NULL;
}

void assert_says(const char *text, const char *words)
{
	if (!text || !strstr(text, words))
		fail_msg("'%s' does not say '%s'", text ? text : "(nothing)", words);
}

void assert_near(double value, double want, double by)
{
	if (!(fabs(value - want) <= by))
		fail_msg("%g, not %g", value, want);
}

void draw(struct run *run)
{
	char path[200];

	must(pb_draw(&run->figures, run->fixture.dir, true));
	for (size_t i = 0; i < run->figures.nr; i++) {
		_cleanup_free_ char *text = NULL;

		snprintf(path, sizeof(path), "%s/%s.narrow.svg", run->fixture.dir,
			 run->figures.items[i].name);
		must(pb_file_read(path, &text, NULL));
		assert_says(text, "<title>");
		snprintf(path, sizeof(path), "%s/%s.png", run->fixture.dir,
			 run->figures.items[i].name);
		assert_true(pb_file_exists(path));
	}
}
