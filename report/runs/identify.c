// SPDX-License-Identifier: GPL-2.0-only
/*
 * identify - which runs an answer is about, for programs.
 * Why: date, host, kernel and plan stand beside every table, under names of their own.
 */
#include "report/runs/identify.h"

#include "common/str.h"

void pb_runs_grid_hidden(struct pb_document *document, const struct pb_summary *const *runs,
			 size_t nr)
{
	static const char *const keys[] = { "run",     "created",  "cpu",  "kernel", "release",
					    "backend", "evidence", "plan", "state",  "revision" };
	struct pb_grid *grid = pb_document_grid(document, PB_ITEM_HIDDEN, "runs", "Runs");

	for (size_t i = 0; i < PB_ARRAY_SIZE(keys); i++)
		pb_grid_column(grid, &(struct pb_grid_column){ keys[i], keys[i] });
	for (size_t i = 0; i < nr; i++) {
		const struct pb_summary *run = runs[i];

		pb_grid_text(grid, run->run.uuid);
		pb_grid_text(grid, run->run.created);
		pb_grid_text(grid, pb_summary_fact(run, "host.cpu"));
		pb_grid_text(grid, pb_summary_fact(run, "kernel.name"));
		pb_grid_text(grid, pb_summary_fact(run, "kernel.release"));
		pb_grid_text(grid, run->run.backend);
		pb_grid_text(grid, pb_evidence_name(run->run.evidence));
		pb_grid_text(grid, run->run.plan);
		pb_grid_text(grid, pb_run_state_name(run->state));
		pb_grid_text(grid, run->run.revision);
	}
}
