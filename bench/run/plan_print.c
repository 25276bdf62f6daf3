// SPDX-License-Identifier: GPL-2.0-only
/*
 * plan_print - the cells of a plan, for `run --dry-run`.
 * Why: what is about to be measured can be looked at first.
 */
#include "bench/run/plan_print.h"

#include "collect/axes.h"
#include "common/encode/terminal.h"

/* What is usual of a cell is left out, but for sharing and load, which have a column each. */
static void cell_print(const struct pb_cell *c, FILE *out)
{
	char words[2 * PB_WORD_LEN];

	pb_term_printf(out, "%5u  %-14s %-12s %6llu pages  %u threads  %-9s %-13s  %u samples",
		       c->index, c->strategy, pb_memory_name(c->memory),
		       (unsigned long long)c->nr_pages, c->nr_threads, pb_sharing_name(c->sharing),
		       pb_load_name(c->load), c->nr_samples);
	if (c->nr_ops)
		pb_term_printf(out, " of %u", c->nr_ops);
	for (enum pb_axis_id id = PB_AXIS_LOAD + 1; id < PB_NR_AXES; id++)
		if (!pb_cell_axis_is_default(c, id))
			pb_term_printf(out, ", %s", pb_axis_words(c, id, words, sizeof(words)));
	fputc('\n', out);
}

void pb_plan_print(const struct pb_plan *plan, FILE *out)
{
	pb_term_printf(out, "plan %s: %zu cells\n", plan->name, plan->nr_cells);
	for (size_t i = 0; i < plan->nr_cells; i++)
		cell_print(&plan->cells[i], out);
}
