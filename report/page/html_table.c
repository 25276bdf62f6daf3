// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_table - every cell of a run in numbers, and every cell that has none with its reason.
 * Why: a figure shows the shape; whoever doubts it wants the number, its spread and the function.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/page/html_parts.h"
#include "report/runs/annotations.h"
#include "report/runs/figure_selection.h"
#include "report/runs/text.h"

static void number_cell(FILE *out, double value)
{
	char number[PB_NUMBER_LEN];

	pb_html_printf(out, "<td class=\"n\">%s</td>", pb_number(value, number));
}

/* Shares are for judging, not for calculating: a tenth of a percent is enough. */
static void share_cell(FILE *out, double share)
{
	if (isnan(share) || isinf(share))
		fputs("<td class=\"n\">\xE2\x80\x93</td>", out);
	else
		pb_html_printf(out, "<td class=\"n\">%.1f\xC2\xA0%%</td>", 100 * share);
}

/* Who has no numbers leaves as many columns empty as the others fill. */
enum { COLUMNS = 7 };

static void measured_cells(FILE *out, const struct pb_view *view, const struct pb_setting *setting,
			   const struct pb_summary_cell *cell)
{
	struct pb_value value = pb_view_value(view, cell);
	struct pb_value noop =
		pb_view_value(view, pb_view_cell(view, setting, "noop", cell->cell.nr_pages));
	char number[PB_NUMBER_LEN], words[2 * PB_WORD_LEN];

	number_cell(out, value.acquire);
	number_cell(out, value.release);
	pb_html_printf(out, "<td class=\"n total\">%s</td>", pb_number(value.total, number));
	pb_html_printf(out, "<td class=\"n\">%s</td>",
		       value.spread == 0 ? "0" : pb_number_change(value.spread, number));
	share_cell(out, value.window_share);
	share_cell(out, value.total > 0 ? noop.total / value.total : NAN);
	if (pb_harness_is_known(view, setting))
		pb_html_printf(out, "<td class=\"n\">%s</td>",
			       *pb_harness_words(view, cell, words) ? words : "\xE2\x80\x93");
	pb_html_printf(out, "<td><code>%s</code></td>",
		       cell->symbol ? cell->symbol : "\xE2\x80\x93");
}

static void absent_cells(FILE *out, const struct pb_summary_cell *cell, unsigned int columns)
{
	char name[PB_ERROR_NAME_LEN];

	if (!cell) {
		pb_html_printf(out, "<td colspan=\"%u\" class=\"absent\">not planned</td>",
			       columns);
		return;
	}
	pb_html_printf(out, "<td colspan=\"%u\" class=\"absent\">%s%s%s</td>", columns,
		       pb_cell_state_name(cell->state), cell->error ? " " : "",
		       cell->error ? pb_error_name(cell->error, name, sizeof(name)) : "");
}

static void row_write(FILE *out, const struct pb_view *view, const struct pb_setting *setting,
		      const char *strategy, uint64_t nr_pages)
{
	const struct pb_summary_cell *cell = pb_view_cell(view, setting, strategy, nr_pages);

	pb_html_printf(out, "<td class=\"n\">%" PRIu64 "</td>", nr_pages);
	if (cell && cell->state == PB_CELL_MEASURED)
		measured_cells(out, view, setting, cell);
	else
		absent_cells(out, cell, COLUMNS + pb_harness_is_known(view, setting));
	fputs("</tr>\n", out);
}

static int table_write(FILE *out, const struct pb_view *view, const struct pb_setting *setting)
{
	_cleanup_free_ char *title = pb_setting_title(setting);

	if (!title)
		return -ENOMEM;
	pb_html_printf(
		out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers for "
		"%s\">\n<table>\n<caption>%s: %s a page</caption>\n<thead><tr>",
		title, title, view->metric);
	fputs("<th scope=\"col\">strategy</th><th scope=\"col\" class=\"n\">pages</th>"
	      "<th scope=\"col\" class=\"n\">acquire</th><th scope=\"col\" class=\"n\">release</th>"
	      "<th scope=\"col\" class=\"n\">both</th><th scope=\"col\" class=\"n\">spread</th>"
	      "<th scope=\"col\" class=\"n\">window</th><th scope=\"col\" class=\"n\">noop</th>",
	      out);
	if (pb_harness_is_known(view, setting))
		fputs("<th scope=\"col\" class=\"n\">harness</th>", out);
	fputs("<th scope=\"col\">function that ran</th></tr></thead>\n", out);
	for (size_t s = 0; s < view->nr_strategies; s++) {
		if (!pb_view_has(view, setting, view->strategies[s]))
			continue;
		fputs("<tbody>", out);
		for (size_t p = 0; p < setting->nr_pages; p++) {
			fputs("<tr>", out);
			if (!p)
				pb_html_printf(out,
					       "<th scope=\"rowgroup\" rowspan=\"%zu\">%s</th>",
					       setting->nr_pages, view->strategies[s]);
			row_write(out, view, setting, view->strategies[s], setting->pages[p]);
		}
		fputs("</tbody>\n", out);
	}
	fputs("</table>\n</div>\n", out);
	return 0;
}

static int setting_write(FILE *out, const struct pb_view *view, const struct pb_setting *setting)
{
	int ret = table_write(out, view, setting);

	if (!ret)
		ret = pb_html_beside(out, view, setting);
	if (!ret)
		ret = pb_html_counters(out, view, setting);
	return ret;
}

/* Of many settings each is folded up; the line says whether it is worth opening. */
static int summary_write(FILE *out, const struct pb_view *view, const struct pb_setting *setting)
{
	struct pb_setting_counts counts = pb_setting_count(view, setting);
	size_t nr_other = counts.nr_cells - counts.nr_measured - counts.nr_refused;
	_cleanup_free_ char *title = pb_setting_title(setting);

	if (!title)
		return -ENOMEM;
	pb_html_printf(out, "<details><summary>%s: %zu measured", title, counts.nr_measured);
	if (counts.nr_refused)
		pb_html_printf(out, ", %zu refused", counts.nr_refused);
	if (nr_other)
		pb_html_printf(out, ", %zu failed or missing", nr_other);
	fputs("</summary>\n", out);
	return 0;
}

static int folded_write(void *data, const struct pb_folded *folded)
{
	FILE *out = data;

	pb_html_printf(out, "<p>refused: %s (%zu %s, %zu %s: ", folded->reason, folded->nr_settings,
		       folded->nr_settings == 1 ? "setting" : "settings", folded->nr_cells,
		       folded->nr_cells == 1 ? "cell" : "cells");
	for (size_t i = 0; i < folded->nr_settings; i++)
		pb_html_printf(out, "%s%s", i ? "; " : "", folded->titles[i]);
	fputs(")</p>\n", out);
	return 0;
}

/* Those that are drawn come first, as their figures do. */
static int many_write(FILE *out, const struct pb_view *view)
{
	for (int plain = 1; plain >= 0; plain--) {
		for (size_t i = 0; i < view->nr_settings; i++) {
			const struct pb_setting *setting = &view->settings[i];
			int ret;

			if (pb_setting_is_plain(setting, 0) != (plain == 1) ||
			    pb_setting_is_folded(view, setting))
				continue;
			ret = summary_write(out, view, setting);
			if (!ret)
				ret = setting_write(out, view, setting);
			if (ret)
				return ret;
			fputs("</details>\n", out);
		}
	}
	return pb_folded_tell(view, folded_write, out);
}

int pb_html_tables(FILE *out, const struct pb_view *view)
{
	if (pb_view_is_large(view))
		return many_write(out, view);
	fputs("<div class=\"tables\">\n", out);
	for (size_t i = 0; i < view->nr_settings; i++) {
		int ret;

		fputs("<div>\n", out);
		ret = setting_write(out, view, &view->settings[i]);
		if (ret)
			return ret;
		fputs("</div>\n", out);
	}
	fputs("</div>\n", out);
	return 0;
}
