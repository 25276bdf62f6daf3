// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_html - the part of the page that runs of several kernels have in common.
 * Why: what changed between kernels is read before what each of them costs.
 */
#include <errno.h>
#include <inttypes.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/draw/history_figures.h"
#include "report/judge/history/history.h"
#include "report/page/history_html.h"
#include "report/page/html_parts.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

enum { STEPS_SHOWN = 40 };

static const double least_share = 0.01;

static void number_cell(FILE *out, const char *text)
{
	pb_html_printf(out, "<td class=\"n\">%s</td>", text);
}

static int step_write(FILE *out, const struct pb_history *h, const struct pb_history_step *step)
{
	const struct pb_cell *cell = step->cell->cell;
	_cleanup_free_ char *title = pb_cell_title(cell);
	char text[PB_NUMBER_LEN];

	if (!title)
		return -ENOMEM;
	pb_html_printf(out, "<tr><th scope=\"row\">%s</th><td>%s</td>", cell->strategy, title);
	pb_html_printf(out, "<td class=\"n\">%" PRIu64 "</td>", cell->nr_pages);
	pb_html_printf(out, "<td>%s</td><td>%s \xE2\x86\x92 %s</td>", step->phase,
		       h->kernels[step->from].label, h->kernels[step->to].label);
	number_cell(out, pb_number(step->before, text));
	number_cell(out, pb_number(step->after, text));
	number_cell(out, pb_number_change(step->change, text));
	number_cell(out, pb_percent_change(step->before, step->after, text));
	pb_html_printf(out,
		       "<td><code>pinbench compare %s %s --where --strategy %s --memory %s "
		       "--pages ",
		       h->kernels[step->from].name, h->kernels[step->to].name, cell->strategy,
		       pb_memory_name(cell->memory));
	pb_html_printf(out, "%" PRIu64 "</code></td></tr>\n", cell->nr_pages);
	return 0;
}

static int steps_write(FILE *out, const struct pb_history *h)
{
	size_t nr = 0, more = 0;
	int ret = 0;

	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Steps\">\n"
	      "<table>\n<caption>Steps of 1 % or more",
	      out);
	pb_html_printf(out, ", %s a page, biggest first</caption>\n", h->metric);
	fputs("<thead><tr><th>strategy</th><th>setting</th><th class=\"n\">pages</th><th>phase</th>"
	      "<th>kernels</th><th class=\"n\">before</th><th class=\"n\">after</th>"
	      "<th class=\"n\">change</th><th class=\"n\">%</th><th>which functions, of runs with --profile</th></tr>"
	      "</thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < h->nr_steps && !ret; i++) {
		if (pb_history_share(&h->steps[i]) < least_share || nr == STEPS_SHOWN) {
			more++;
			continue;
		}
		nr++;
		ret = step_write(out, h, &h->steps[i]);
	}
	fputs("</tbody>\n</table>\n</div>\n", out);
	if (more)
		pb_html_printf(
			out,
			"<p class=\"meta\">%zu more, smaller or at fewer pages a call: <code>pinbench history "
			"--all</code></p>\n",
			more);
	return ret;
}

static int figures_write(FILE *out, const struct pb_history *h, const char *page_dir,
			 const struct pb_report_options *options, unsigned int *serial)
{
	pb_cleanup(pb_figures_done) struct pb_figures figures = { 0 };
	_cleanup_free_ char *dir = pb_format("%s/figures/history", page_dir);
	int ret = dir ? pb_dir_make(dir) : -ENOMEM;

	if (!ret)
		ret = pb_history_figures(h, options->figures, &figures);
	if (!ret)
		ret = pb_draw(&figures, dir, options->png);
	if (ret)
		return ret;
	fputs("<div class=\"figures\">\n", out);
	for (size_t i = 0; i < figures.nr && !ret; i++) {
		const char *name = figures.items[i].name;

		fputs("<figure>\n", out);
		ret = pb_draw_inline(&figures.items[i], dir, (*serial)++, out);
		pb_html_printf(out, "<figcaption>%s.svg, %s.tsv</figcaption>\n</figure>\n", name,
			       name);
	}
	fputs("</div>\n", out);
	return ret;
}

int pb_history_html(const struct pb_history_run *runs, size_t nr_runs, const char *dir,
		    const struct pb_report_options *options, unsigned int *serial, FILE *out)
{
	static const struct pb_history_filter all;
	pb_cleanup(pb_history_done) struct pb_history h = { 0 };
	_cleanup_free_ char *quote = NULL;
	int ret = pb_history_load(runs, nr_runs, &all, &h);

	if (ret)
		return ret;
	quote = pb_history_quote(&h);
	if (!quote)
		return -ENOMEM;
	pb_html_printf(out,
		       "<section aria-labelledby=\"history\">\n<h2 id=\"history\">From kernel to "
		       "kernel</h2>\n<p class=\"lead\">%s.</p>\n",
		       quote);
	ret = h.nr_steps ? steps_write(out, &h) : 0;
	if (!ret)
		ret = figures_write(out, &h, dir, options, serial);
	if (!ret)
		ret = pb_history_pairs(&h, dir, out);
	fputs("</section>\n", out);
	return ret;
}
