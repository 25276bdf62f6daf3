// SPDX-License-Identifier: GPL-2.0-only
/*
 * adds - what each strategy adds to the one that it builds on, kernel by kernel.
 * Why: a longterm pin that grows dearer than a plain pin hides among steps that both of them take.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

const struct pb_history_cell *pb_history_floor(const struct pb_history *h,
					       const struct pb_history_cell *cell)
{
	const struct pb_strategy_row *strategy = pb_strategy_find(cell->cell->strategy);

	/* Above the harness itself everything is what a strategy costs, not what it adds. */
	if (!strategy || pb_streq(strategy->floor, strategy->name) ||
	    pb_streq(strategy->floor, "noop"))
		return NULL;
	for (size_t i = 0; i < h->nr_cells; i++)
		if (pb_streq(h->cells[i].cell->strategy, strategy->floor) &&
		    pb_cell_same_but_strategy(h->cells[i].cell, cell->cell))
			return &h->cells[i];
	return NULL;
}

static void row_add(const struct pb_history *h, const struct pb_history_cell *cell,
		    const struct pb_history_cell *floor, const char *memory, struct pb_grid *grid)
{
	char number[PB_NUMBER_LEN];

	pb_grid_format(grid, "%s over %s", cell->cell->strategy, floor->cell->strategy);
	pb_grid_text(grid, memory);
	pb_grid_count(grid, cell->cell->nr_pages);
	for (size_t k = 0; k < h->nr_kernels; k++) {
		double added = pb_history_total(h, cell, k) - pb_history_total(h, floor, k);

		pb_grid_number(grid, added,
			       fabs(added) < 1e-9 ? "0" : pb_number_change(added, number));
	}
}

static struct pb_grid *grid_begin(const struct pb_history *h, struct pb_document *document)
{
	struct pb_grid *grid = pb_document_grid(
		document, 0, "adds",
		"What each adds to the one it builds on, %s a page, both phases", h->metric);

	grid->indent = 2;
	pb_grid_column(grid,
		       &(struct pb_grid_column){ "strategy", "strategy", .flags = PB_GRID_KEY });
	pb_grid_column(grid, &(struct pb_grid_column){ "memory", "memory",
						       .flags = PB_GRID_KEY | PB_GRID_MOVES });
	pb_grid_column(grid, &(struct pb_grid_column){ "pages", "pages", .align = PB_GRID_RIGHT,
						       .flags = PB_GRID_KEY | PB_GRID_MOVES });
	for (size_t k = 0; k < h->nr_kernels; k++)
		pb_grid_column(grid, &(struct pb_grid_column){ .key = h->kernels[k].label,
							       .title = h->kernels[k].label,
							       .unit = h->metric,
							       .align = PB_GRID_POINT });
	return grid;
}

int pb_history_adds(const struct pb_history *h, struct pb_document *document)
{
	struct pb_grid *grid = NULL;

	if (!h->nr_kernels || !pb_evidence_stacks(h->kernels[0].summary.run.evidence))
		return 0;
	for (size_t i = 0; i < h->nr_cells; i++) {
		const struct pb_history_cell *cell = &h->cells[i];
		const struct pb_history_cell *floor = pb_history_floor(h, cell);
		_cleanup_free_ char *title = floor ? pb_cell_title(cell->cell) : NULL;

		if (!floor)
			continue;
		if (!title)
			return -ENOMEM;
		if (!grid)
			grid = grid_begin(h, document);
		row_add(h, cell, floor, title, grid);
	}
	return 0;
}
