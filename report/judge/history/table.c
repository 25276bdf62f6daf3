// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - strategies down, kernels across, one table a memory type and pages a call.
 * Why: a row read from left to right is the history of one strategy's cost.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/judge/history/history.h"
#include "report/runs/notes.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

enum { VALUES = 3 }; /* numbers under one kernel: acquire, release, both */

struct table {
	const struct pb_history *history;
	struct pb_document *document;
	struct pb_grid *grid;
	size_t first; /* its cells, which are neighbours */
	size_t nr;
	struct pb_notes notes;
};

/* Medians of acquire and of release do not add up to that of a call. */
static const char *title_of(const struct pb_history *h, const char *title)
{
	return h->drawn && pb_streq(title, "both") ? "call" : title;
}

/* All numbers of a table have the same decimals, so that the eye compares them. */
static int columns_add(const struct table *table)
{
	static const struct {
		const char *key, *title;
		enum pb_grid_tint tint;
	} values[VALUES] = { { "acquire", "acq", PB_GRID_DIM },
			     { "release", "rel", PB_GRID_DIM },
			     { "both", "both", PB_GRID_BOLD } };
	const struct pb_history *h = table->history;
	/* Lines that move are counted in parts of one. */
	int whole = h->drawn ? 2 : 0;
	int precision = whole + (h->cells[table->first].cell->nr_pages == 1 ? 0 : 1);

	pb_grid_column(table->grid,
		       &(struct pb_grid_column){ "strategy", "strategy", .flags = PB_GRID_KEY });
	pb_grid_column(table->grid,
		       &(struct pb_grid_column){ "memory", "memory", .flags = PB_GRID_ASIDE });
	pb_grid_column(table->grid,
		       &(struct pb_grid_column){ "pages", "pages a call", .align = PB_GRID_RIGHT,
						 .flags = PB_GRID_ASIDE });
	for (size_t k = 0; k < h->nr_kernels; k++) {
		for (size_t v = 0; v < VALUES; v++) {
			_cleanup_free_ char *key =
				pb_format("%s.%s", h->kernels[k].label, values[v].key);

			if (!key)
				return -ENOMEM;
			pb_grid_column(table->grid, &(struct pb_grid_column){
							    .key = key,
							    .title = title_of(h, values[v].title),
							    .group = h->kernels[k].label,
							    .unit = h->metric,
							    .align = PB_GRID_RIGHT,
							    .precision = precision,
							    .tint = values[v].tint });
		}
	}
	return 0;
}

static int cell_add(struct table *table, const struct pb_history_cell *cell, size_t k)
{
	const struct pb_history *h = table->history;

	if (!cell->at[k] || cell->at[k]->state != PB_CELL_MEASURED)
		return pb_notes_absent(&table->notes, cell->at[k], VALUES, table->grid);
	pb_grid_number(table->grid, pb_history_value(h, cell, k, "acquire"), NULL);
	pb_grid_number(table->grid, pb_history_value(h, cell, k, "release"), NULL);
	pb_grid_number(table->grid, pb_history_total(h, cell, k), NULL);
	return 0;
}

static int one_add(struct table *table)
{
	const struct pb_history *h = table->history;
	const struct pb_cell *first = h->cells[table->first].cell;
	_cleanup_free_ char *title = pb_cell_title(first);
	char pages[PB_WORD_LEN];
	int ret;

	if (!title)
		return -ENOMEM;
	table->grid = pb_document_grid(table->document, 0, "costs",
				       "%s, %s a call: %s a page to acquire, to release, %s", title,
				       pb_pages_words(first->nr_pages, pages), h->metric,
				       h->drawn ? "of a whole call" : "both");
	ret = columns_add(table);
	for (size_t i = table->first; i < table->first + table->nr && !ret; i++) {
		pb_grid_text(table->grid, h->cells[i].cell->strategy);
		pb_grid_text(table->grid, title);
		pb_grid_count(table->grid, first->nr_pages);
		for (size_t k = 0; k < h->nr_kernels && !ret; k++)
			ret = cell_add(table, &h->cells[i], k);
	}
	return ret;
}

static void notes_free(struct table *table)
{
	pb_notes_done(&table->notes);
}

int pb_history_table(const struct pb_history *history, struct pb_document *document)
{
	pb_cleanup(notes_free) struct table table = { .history = history, .document = document };
	int ret = 0;

	while (table.first < history->nr_cells && !ret) {
		table.nr = 1;
		while (table.first + table.nr < history->nr_cells &&
		       pb_cell_same_but_strategy(history->cells[table.first].cell,
						 history->cells[table.first + table.nr].cell))
			table.nr++;
		ret = one_add(&table);
		table.first += table.nr;
	}
	return ret ? ret : pb_notes_add_to(&table.notes, document);
}
