// SPDX-License-Identifier: GPL-2.0-only
/*
 * words - the words of the catalogue, each with what it means.
 * Why: made from the tables that parse them, so it cannot be out of date.
 */
#include "bench/cli/lists/lists.h"
#include "bench/load/load.h"
#include "bench/run/plan.h"
#include "common/str.h"

struct pb_grid *pb_list_words(struct pb_document *document, const char *key)
{
	struct pb_grid *grid = pb_document_grid(document, 0, key, "%s", "");

	grid->bare = true;
	pb_grid_column(grid, &(struct pb_grid_column){ "word", "word", .flags = PB_GRID_KEY });
	pb_grid_column(grid,
		       &(struct pb_grid_column){ "summary", "what it is", .flags = PB_GRID_WRAPS });
	return grid;
}

void pb_list_word(struct pb_grid *grid, const char *word, const char *summary)
{
	pb_grid_text(grid, word);
	pb_grid_text(grid, summary);
}

int pb_list_catalogue(struct pb_document *document, const char *key, enum pb_word_kind kind)
{
	struct pb_grid *grid = pb_list_words(document, key);

	for (const struct pb_word_row *row = pb_catalogue_rows(kind); row->name; row++)
		pb_list_word(grid, row->name, row->summary);
	return 0;
}

int pb_list_loads(struct pb_document *document)
{
	struct pb_grid *grid = pb_list_words(document, "loads");

	for (const struct pb_load_row *row = pb_load_rows; row->name; row++) {
		pb_grid_text(grid, row->name);
		if (row->default_rate)
			pb_grid_format(grid, "%s (%u a second, or %s:RATE)", row->summary,
				       row->default_rate, row->name);
		else
			pb_grid_text(grid, row->summary);
	}
	return 0;
}

static int plan_add(void *data, const char *name, const char *summary)
{
	pb_list_word(data, name, summary);
	return 0;
}

int pb_list_plans(struct pb_document *document)
{
	return pb_plan_list(plan_add, pb_list_words(document, "plans"));
}
