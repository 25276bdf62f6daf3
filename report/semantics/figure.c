// SPDX-License-Identifier: GPL-2.0-only
/*
 * figure - which rows the picture has: events on memories, those that agree together.
 * Why: eleven memories by forty events are no picture; what says the same is said once, and what says
 * nothing of any strategy is left to the table.
 */
#include "report/semantics/figure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"

static size_t kernel_index(const struct pb_semantics_figure *figure, const char *name)
{
	for (size_t i = 0; i < figure->nr_kernels; i++)
		if (pb_streq(figure->kernels[i], name))
			return i;
	return figure->nr_kernels;
}

/* Rows are by kernel. Of too many kernels the newest are drawn. */
static void kernels_list(const struct pb_semantics *semantics, struct pb_semantics_figure *figure)
{
	const char *last = "";

	for (size_t i = 0; i < semantics->nr; i++) {
		if (pb_streq(semantics->rows[i].kernel, last))
			continue;
		last = semantics->rows[i].kernel;
		if (figure->nr_kernels == PB_FIGURE_KERNELS) {
			memmove(figure->kernels, figure->kernels + 1,
				(PB_FIGURE_KERNELS - 1) * sizeof(*figure->kernels));
			figure->nr_kernels--;
		}
		figure->kernels[figure->nr_kernels++] = last;
	}
}

static int row_find(struct pb_semantics_figure *figure, const struct pb_cell *cell,
		    struct pb_figure_row **ret_row)
{
	struct pb_figure_row *rows;

	/* The last ones first: of one kernel, rows of a case stand together. */
	for (size_t i = figure->nr; i-- > 0;)
		if (pb_streq(figure->rows[i].event, cell->event) &&
		    figure->rows[i].memory == cell->memory) {
			*ret_row = &figure->rows[i];
			return 0;
		}
	rows = reallocarray(figure->rows, figure->nr + 1, sizeof(*rows));
	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	figure->rows = rows;
	*ret_row = &rows[figure->nr++];
	**ret_row = (struct pb_figure_row){ .event = cell->event, .memory = cell->memory };
	snprintf((*ret_row)->memories, sizeof((*ret_row)->memories), "%s",
		 pb_memory_name(cell->memory));
	return 0;
}

static int cells_place(const struct pb_semantics *semantics, struct pb_semantics_figure *figure)
{
	for (size_t i = 0; i < semantics->nr; i++) {
		const struct pb_semantics_row *row = &semantics->rows[i];
		size_t kernel = kernel_index(figure, row->kernel);
		size_t strategy = pb_observe_rank(row->result.cell.strategy);
		size_t intent = row->result.cell.intent == PB_INTENT_READ;
		struct pb_figure_row *to = NULL;
		int ret;

		if (kernel == figure->nr_kernels || strategy >= PB_FIGURE_STRATEGIES)
			continue;
		ret = row_find(figure, &row->result.cell, &to);
		if (ret)
			return ret;
		to->cells[kernel][intent][strategy] = row;
		/* What is said of a pin says most, and of a refusal nothing of the event. */
		if (row->why && strncmp(row->verdict.result, "refused:", 8) != 0 &&
		    (!to->why || pb_streq(row->result.cell.strategy, "pin")))
			to->why = row->why;
	}
	return 0;
}

static bool cells_same(const struct pb_semantics_row *a, const struct pb_semantics_row *b)
{
	return a && b ? pb_verdict_same(&a->verdict, &b->verdict, true) : a == b;
}

static bool rows_same(const struct pb_figure_row *a, const struct pb_figure_row *b)
{
	for (size_t k = 0; k < PB_FIGURE_KERNELS; k++)
		for (size_t i = 0; i < PB_FIGURE_INTENTS; i++)
			for (size_t s = 0; s < PB_FIGURE_STRATEGIES; s++)
				if (!cells_same(a->cells[k][i][s], b->cells[k][i][s]))
					return false;
	return pb_streq(a->event, b->event);
}

/* Is there a verdict at all? */
static bool cell_speaks(const struct pb_semantics_row *cell)
{
	return cell && !pb_streq(cell->verdict.result, "absent") &&
	       !pb_streq(cell->verdict.result, "failed") &&
	       !pb_streq(cell->verdict.result, "missing");
}

/* Is anything here not as its control is, or not as expected? */
static bool row_shows(const struct pb_figure_row *row)
{
	for (size_t k = 0; k < PB_FIGURE_KERNELS; k++)
		for (size_t i = 0; i < PB_FIGURE_INTENTS; i++)
			for (size_t s = 0; s < PB_FIGURE_STRATEGIES; s++) {
				const struct pb_semantics_row *cell = row->cells[k][i][s];

				if (cell_speaks(cell) && (pb_streq(cell->control, "differs") ||
							  cell->expected == PB_EXPECTED_OTHER))
					return true;
			}
	return false;
}

static void memory_join(struct pb_figure_row *row, const char *memory)
{
	size_t len = strlen(row->memories);

	snprintf(row->memories + len, sizeof(row->memories) - len, ", %s", memory);
}

static void rows_merge(struct pb_semantics_figure *figure)
{
	size_t kept = 0;

	for (size_t i = 0; i < figure->nr; i++) {
		struct pb_figure_row *row = &figure->rows[i];
		size_t same = 0;

		if (!row_shows(row)) {
			figure->nr_left_out++;
			continue;
		}
		while (same < kept && !rows_same(&figure->rows[same], row))
			same++;
		if (same == kept) {
			if (kept++ != i)
				figure->rows[same] = *row;
			continue;
		}
		memory_join(&figure->rows[same], row->memories);
		if (!figure->rows[same].why)
			figure->rows[same].why = row->why;
	}
	figure->nr = kept;
}

static int rows_compare(const void *a, const void *b)
{
	const struct pb_figure_row *x = a, *y = b;
	size_t i = pb_event_rank(x->event), j = pb_event_rank(y->event);
	int order;

	if (i != j)
		return i < j ? -1 : 1;
	order = strcmp(x->event, y->event);
	return order ? order : strcmp(x->memories, y->memories);
}

int pb_semantics_figure(const struct pb_semantics *semantics,
			struct pb_semantics_figure *ret_figure)
{
	pb_cleanup(pb_semantics_figure_done) struct pb_semantics_figure figure = { 0 };
	int ret;

	kernels_list(semantics, &figure);
	ret = cells_place(semantics, &figure);
	if (ret)
		return ret;
	rows_merge(&figure);
	if (figure.nr)
		qsort(figure.rows, figure.nr, sizeof(*figure.rows), rows_compare);
	*ret_figure = figure;
	figure = (struct pb_semantics_figure){ 0 };
	return 0;
}

void pb_semantics_figure_done(struct pb_semantics_figure *figure)
{
	free(figure->rows);
	*figure = (struct pb_semantics_figure){ 0 };
}
