/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figure - the picture of what becomes of a held page: events by who acts, strategies side by side.
 * Why: a table of a thousand verdicts is looked up; which strategy is safe where is seen.
 */
#ifndef REPORT_SEMANTICS_FIGURE_H
#define REPORT_SEMANTICS_FIGURE_H

#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "report/semantics/rows.h"

enum { PB_FIGURE_KERNELS = 12, PB_FIGURE_STRATEGIES = 16, PB_FIGURE_INTENTS = 2 };

/* One event on memories that agree in every word: what each kernel, intent and strategy says. */
struct pb_figure_row {
	const char *event;
	enum pb_cell_memory memory; /* the first of them */
	char memories[128];
	const char *why; /* what makes it so; NULL: no expectation speaks of it */
	const struct pb_semantics_row
		*cells[PB_FIGURE_KERNELS][PB_FIGURE_INTENTS][PB_FIGURE_STRATEGIES];
};

struct pb_semantics_figure {
	size_t nr_kernels;
	const char *kernels[PB_FIGURE_KERNELS]; /* as they were released; the last ones of many */
	size_t nr;
	struct pb_figure_row *rows;
	size_t nr_left_out; /* rows that show nothing of any strategy */
};

/* Rows point into @semantics, and hold no longer than that. */
int pb_semantics_figure(const struct pb_semantics *semantics,
			struct pb_semantics_figure *ret_figure) pb_must_check;
void pb_semantics_figure_done(struct pb_semantics_figure *figure);

/* Writes it as SVG, to stand on a page or alone. */
int pb_semantics_svg(const struct pb_semantics *semantics, FILE *out) pb_must_check;

#endif
