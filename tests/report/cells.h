/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cells - a run of invented cells, planned as figures.
 * Why: tests of figures choose what was measured in a line a cell, and look at what is drawn of it.
 */
#ifndef TESTS_REPORT_CELLS_H
#define TESTS_REPORT_CELLS_H

#include <stdint.h>

#include "report/draw/figure.h"
#include "tests/report/fixture.h"

enum { NR_SAMPLES = 20, PAGES = 4 };

struct run {
	struct fixture fixture;
	int64_t id;
	const char *metric;
	uint32_t nr_cells;
	struct pb_summary summary;
	struct pb_view view;
	struct pb_figures figures;
};

/* All of these fail the test that calls them when something goes wrong. */
void must(int ret);
void run_begin(struct run *run, const char *evidence);

/* Begins a cell with the usual words: PAGES pages of anon, one thread. */
struct pb_cell_result cell_begin(struct run *run, const char *strategy);

/* A series of NR_SAMPLES values from @least on, each @step more than the one before. */
void series_add(struct pb_cell_result *result, const char *phase, const char *metric, double least,
		double step);

/* Acquire and release: half of @cost a page each, and a few samples above it. */
void costs_add(struct run *run, struct pb_cell_result *result, double cost);
void cell_end(struct run *run, struct pb_cell_result *result);

/* Ends the run and plans all its figures. */
void run_plan(struct run *run);
void run_done(struct run *run);

/* The only figure whose name begins so, NULL: there is none. */
const struct pb_figure *figure_of(const struct run *run, const char *begin);

/* The line of this name in the panel whose title begins so. */
const struct pb_line *line_of(const struct pb_figure *figure, const char *panel, const char *name);

void assert_says(const char *text, const char *words);
void assert_near(double value, double want, double by);

/* gnuplot takes all of it, and each picture has its title. */
void draw(struct run *run);

#endif
