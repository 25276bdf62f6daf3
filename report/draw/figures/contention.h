/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * contention - what the figure of threads and its scalability law have in common.
 * Why: which cells belong to it, and what they are relative to, is decided in one place.
 */
#ifndef REPORT_DRAW_FIGURES_CONTENTION_H
#define REPORT_DRAW_FIGURES_CONTENTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"
#include "common/str.h"
#include "report/draw/figure.h"

enum { PB_CONTENTION_THREADS = 64 }; /* different numbers of threads in one figure */

/* One strategy's cells of all sharings and threads: what a figure is drawn from. */
struct pb_contention {
	const struct pb_view *view;
	const struct pb_setting *setting; /* the first of its settings */
	uint64_t nr_pages;
	size_t nr_threads;
	uint32_t threads[PB_CONTENTION_THREADS]; /* rising */
	bool by_one; /* relative to one thread: not all have a private cell */
};

/* A page's cost in the run's metric, NaN where there is none; one thread alone shares nothing. */
double pb_contention_total(const struct pb_contention *group, const char *strategy,
			   enum pb_cell_sharing sharing, uint32_t nr_threads);

/* What it is drawn relative to. */
double pb_contention_reference(const struct pb_contention *group, const char *strategy,
			       uint32_t nr_threads);

/*
 * Fits the strategy's `page`, or else `folio`: adds the law's line to the last panel and its
 * parameters to the panel's title, the number of threads with the most throughput to @peaks. Does
 * nothing where there are too few points; raises *most to how many there are.
 */
int pb_contention_fit(const struct pb_contention *group, const char *strategy,
		      struct pb_figure *figure, struct pb_buf *peaks, size_t *most) pb_must_check;

#endif
