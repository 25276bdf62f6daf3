// SPDX-License-Identifier: GPL-2.0-only
/*
 * adds - what each strategy adds to the one that it builds on, kernel by kernel.
 * Why: a longterm pin that grows dearer than a plain pin hides among steps that both of them take.
 */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

enum { NAME_WIDTH = 32, VALUE_WIDTH = 9 };

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

/* printf() pads by bytes; a minus sign is three, and a label may hold anything. */
static void padded_print(FILE *out, const char *text, int width)
{
	int blanks = width - pb_text_columns(text);

	pb_term_printf(out, "%*s%s", blanks > 1 ? blanks : 1, "", text);
}

static void row_print(const struct pb_history *h, const struct pb_history_cell *cell,
		      const struct pb_history_cell *floor, FILE *out)
{
	char name[2 * PB_WORD_LEN + 8], number[PB_NUMBER_LEN];

	snprintf(name, sizeof(name), "%s over %s", cell->cell->strategy, floor->cell->strategy);
	pb_term_printf(out, "  %-*s", NAME_WIDTH - 2, name);
	for (size_t k = 0; k < h->nr_kernels; k++) {
		double added = pb_history_total(h, cell, k) - pb_history_total(h, floor, k);

		padded_print(out, fabs(added) < 1e-9 ? "0" : pb_number_change(added, number),
			     VALUE_WIDTH);
	}
	fputc('\n', out);
}

static int heading_print(const struct pb_cell *cell, FILE *out)
{
	_cleanup_free_ char *title = pb_cell_title(cell);
	char pages[PB_WORD_LEN];

	if (!title)
		return -ENOMEM;
	pb_term_printf(out, "%s, %s a call\n", title, pb_pages_words(cell->nr_pages, pages));
	return 0;
}

int pb_history_adds(const struct pb_history *h, FILE *out)
{
	const struct pb_cell *last = NULL;

	if (!h->nr_kernels || !pb_evidence_stacks(h->kernels[0].summary.run.evidence))
		return 0;
	for (size_t i = 0; i < h->nr_cells; i++) {
		const struct pb_history_cell *cell = &h->cells[i];
		const struct pb_history_cell *floor = pb_history_floor(h, cell);
		int ret = 0;

		if (!floor)
			continue;
		if (!last) {
			pb_term_printf(out,
				       "\nWhat each adds to the one it builds on, %s a page, both "
				       "phases:\n%-*s",
				       h->metric, NAME_WIDTH, "");
			for (size_t k = 0; k < h->nr_kernels; k++)
				padded_print(out, h->kernels[k].label, VALUE_WIDTH);
			fputc('\n', out);
		}
		if (!last || !pb_cell_same_but_strategy(last, cell->cell))
			ret = heading_print(cell->cell, out);
		if (ret)
			return ret;
		last = cell->cell;
		row_print(h, cell, floor, out);
	}
	return 0;
}
