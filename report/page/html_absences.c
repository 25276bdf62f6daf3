// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_absences - every cell that has no number, with its reason.
 * Why: what was refused is a result, too; a hundred refusals for one reason are one.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/page/html_parts.h"
#include "report/runs/figure_selection.h"
#include "report/runs/reasons.h"

/* Do they say the same, so that one sentence serves both? */
static bool absence_same(const struct pb_summary_cell *a, const struct pb_summary_cell *b)
{
	return a->state == b->state && a->error == b->error &&
	       pb_streq(a->cell.strategy, b->cell.strategy) &&
	       pb_cell_setting_same(&a->cell, &b->cell) &&
	       pb_streq(a->reason ? a->reason : "", b->reason ? b->reason : "") &&
	       pb_streq(a->detail ? a->detail : "", b->detail ? b->detail : "");
}

/* "pin on anon, 1, 8 and 64 pages a call": @nr cells from @cell on, which say the same. */
static int cells_write(FILE *out, const struct pb_summary_cell *cell, size_t nr)
{
	_cleanup_free_ char *title = pb_cell_title(&cell->cell);

	if (!title)
		return -ENOMEM;
	pb_html_printf(out, "<li><strong>%s</strong> on %s, ", cell->cell.strategy, title);
	for (size_t i = 0; i < nr; i++)
		pb_html_printf(out, "%s%" PRIu64,
			       !i           ? ""
			       : i + 1 < nr ? ", "
					    : " and ",
			       cell[i].cell.nr_pages);
	pb_html_printf(out, " %s a call", nr == 1 && cell->cell.nr_pages == 1 ? "page" : "pages");
	return 0;
}

static void console_write(FILE *out, const struct pb_summary_cell *cell)
{
	if (cell->detail && *cell->detail)
		pb_html_printf(out,
			       "<details><summary>what the console said</summary><pre "
			       "tabindex=\"0\">%s</pre></details>",
			       cell->detail);
}

static int absence_write(FILE *out, const struct pb_summary_cell *cell, size_t nr)
{
	char name[PB_ERROR_NAME_LEN];
	int ret = cells_write(out, cell, nr);

	if (ret)
		return ret;
	pb_html_printf(out, ": %s%s%s: %s", pb_cell_state_name(cell->state),
		       cell->error ? " with " : "",
		       cell->error ? pb_error_name(cell->error, name, sizeof(name)) : "",
		       cell->reason ? cell->reason : "no reason was given");
	console_write(out, cell);
	fputs("</li>\n", out);
	return 0;
}

static bool is_refused(const struct pb_summary_cell *cell)
{
	return cell->state == PB_CELL_REFUSED;
}

/* One by one, in the plan's order; of a large run only what was not refused. */
static int list_write(FILE *out, const struct pb_summary *summary, bool refusals, bool *any)
{
	size_t nr;
	int ret = 0;

	for (size_t i = 0; i < summary->nr_cells && !ret; i += nr) {
		const struct pb_summary_cell *cell = &summary->cells[i];

		nr = 1;
		if (cell->state == PB_CELL_MEASURED || (is_refused(cell) && !refusals))
			continue;
		while (i + nr < summary->nr_cells && absence_same(cell, cell + nr))
			nr++;
		if (!*any)
			fputs("<ul class=\"absences\">\n", out);
		*any = true;
		ret = absence_write(out, cell, nr);
	}
	if (*any)
		fputs("</ul>\n", out);
	return ret;
}

/* The refusals of a run. */
struct refusals {
	size_t nr;
	const struct pb_summary_cell **cells;
	char **reasons;
};

static void refusals_done(struct refusals *refusals)
{
	for (size_t i = 0; i < refusals->nr; i++)
		free(refusals->reasons[i]);
	free(refusals->cells);
	free(refusals->reasons);
}

static int refusals_find(const struct pb_summary *summary, struct refusals *refusals)
{
	refusals->cells = calloc(summary->nr_cells + 1, sizeof(void *));
	refusals->reasons = calloc(summary->nr_cells + 1, sizeof(*refusals->reasons));
	if (!refusals->cells || !refusals->reasons)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &summary->cells[i];

		if (!is_refused(cell))
			continue;
		refusals->cells[refusals->nr] = cell;
		refusals->reasons[refusals->nr] = pb_cell_why(cell);
		if (!refusals->reasons[refusals->nr])
			return -ENOMEM;
		refusals->nr++;
	}
	return 0;
}

/* All cells that were refused for one reason. */
static int reason_write(FILE *out, const struct refusals *refusals, const struct pb_reason *reason)
{
	size_t nr;
	int ret = 0;

	pb_html_printf(out, "<details><summary>%zu %s: %s</summary>\n<ul class=\"absences\">\n",
		       reason->nr, reason->nr == 1 ? "cell" : "cells", reason->text);
	for (size_t i = 0; i < reason->nr && !ret; i += nr) {
		const struct pb_summary_cell *cell = refusals->cells[reason->members[i]];

		/* Neighbours in the plan are neighbours in the summary. */
		for (nr = 1; i + nr < reason->nr; nr++)
			if (refusals->cells[reason->members[i + nr]] != cell + nr ||
			    !absence_same(cell, cell + nr))
				break;
		ret = cells_write(out, cell, nr);
		console_write(out, cell);
		fputs("</li>\n", out);
	}
	fputs("</ul>\n</details>\n", out);
	return ret;
}

static int refusals_write(FILE *out, const struct pb_summary *summary)
{
	pb_cleanup(refusals_done) struct refusals refusals = { 0 };
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };
	int ret = refusals_find(summary, &refusals);

	if (!ret)
		ret = pb_reasons_group((const char *const *)refusals.reasons, refusals.nr,
				       &reasons);
	if (ret || !refusals.nr)
		return ret;
	pb_html_printf(out, "<p>%zu cells were refused, for %zu %s:</p>\n", refusals.nr, reasons.nr,
		       reasons.nr == 1 ? "reason" : "reasons");
	for (size_t i = 0; i < reasons.nr && !ret; i++)
		ret = reason_write(out, &refusals, &reasons.items[i]);
	return ret;
}

int pb_html_absences(FILE *out, const struct pb_view *view)
{
	bool large = pb_view_is_large(view), any = false;
	int ret = list_write(out, view->summary, !large, &any);

	for (size_t i = 0; i < view->summary->nr_cells; i++)
		any = any || view->summary->cells[i].state != PB_CELL_MEASURED;
	if (!any)
		pb_html_printf(out, view->summary->nr_cells
					    ? "<p>Every cell of the plan was measured.</p>\n"
					    : "<p>The run ended before its first cell.</p>\n");
	return ret || !large ? ret : refusals_write(out, view->summary);
}
