// SPDX-License-Identifier: GPL-2.0-only
/*
 * tracking - runs held against one base, as a page: verdicts first, then the cells behind them.
 * Why: who follows a kernel wants the answer in one line, and its evidence one step below.
 */
#include "report/page/tracking.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/judge/intervals.h"
#include "report/page/html_parts.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

/* One run and what was found. */
struct head {
	struct pb_summary summary;
	char *title;
	bool judged;
	struct pb_gate gate; /* where judged */
	char *quote;         /* the verdict's sentence, or why there is none */
};

struct page {
	struct pb_summary base;
	char *title;
	size_t nr;
	struct head *heads;
};

/* Beside page.css: a verdict is told by its word and its edge, not by colour alone. */
static const char style[] =
	".verdict{font-weight:600}.worse{border-left:4px solid var(--warn);padding-left:.5rem;"
	"color:var(--warn)}.unknown{border-left:4px dashed var(--muted);padding-left:.5rem}"
	".better,.same{border-left:4px solid transparent;padding-left:.5rem}"
	"td.why{white-space:normal;min-width:14rem;max-width:34rem}";

static void page_done(struct page *page)
{
	for (size_t i = 0; page->heads && i < page->nr; i++) {
		struct head *head = &page->heads[i];

		if (head->judged)
			pb_gate_done(&head->gate);
		pb_summary_done(&head->summary);
		free(head->title);
		free(head->quote);
	}
	pb_summary_done(&page->base);
	free(page->heads);
	free(page->title);
}

static enum pb_verdict verdict_of(const struct head *head)
{
	return head->judged ? head->gate.verdict : PB_VERDICT_UNKNOWN;
}

static const char *verdict_class(enum pb_verdict verdict)
{
	static const char *const classes[] = { [PB_VERDICT_SAME] = "same",
					       [PB_VERDICT_BETTER] = "better",
					       [PB_VERDICT_WORSE] = "worse",
					       [PB_VERDICT_UNKNOWN] = "unknown" };

	return classes[verdict];
}

static int head_judge(struct head *head, const struct pb_report_run *base,
		      const struct pb_report_run *run, const struct pb_gate_options *options)
{
	int ret = pb_summary_load(run->store, run->run_id, &head->summary);

	if (ret)
		return ret;
	head->title = pb_run_title(&head->summary);
	if (!head->title)
		return -ENOMEM;
	ret = pb_gate_judge(base->store, base->run_id, run->store, run->run_id, options,
			    &head->gate);
	head->judged = !ret;
	if (ret && ret != -EINVAL)
		return ret;
	/* Two runs that cannot be compared are a finding of the page, not its end. */
	head->quote = ret ? pb_format("cannot tell: %s", pb_fail_message(ret))
			  : pb_gate_quote(&head->gate);
	pb_fail_clear();
	return head->quote ? 0 : -ENOMEM;
}

static void verdicts_write(FILE *out, const struct page *page)
{
	fputs("<div class=\"scroll\"><table>\n<thead><tr><th>verdict</th><th>run</th><th>measured</th>"
	      "<th class=\"n\">cells</th><th class=\"n\">worse</th><th class=\"n\">better</th>"
	      "<th class=\"n\">cannot tell</th><th>in a sentence</th></tr></thead>\n<tbody>\n",
	      out);
	for (size_t i = 0; i < page->nr; i++) {
		const struct head *head = &page->heads[i];
		enum pb_verdict verdict = verdict_of(head);

		pb_html_printf(
			out,
			"<tr><td class=\"verdict %s\">%s</td><th><a href=\"#run%zu\">%s</a></th>"
			"<td>%s</td>",
			verdict_class(verdict), pb_verdict_name(verdict), i, head->title,
			head->summary.run.created);
		if (head->judged)
			pb_html_printf(out,
				       "<td class=\"n\">%zu</td><td class=\"n\">%zu</td>"
				       "<td class=\"n\">%zu</td><td class=\"n\">%zu</td>",
				       head->gate.nr_cells, head->gate.nr_worse,
				       head->gate.nr_better, head->gate.nr_unknown);
		else
			fputs("<td colspan=\"4\" class=\"absent\">not compared</td>", out);
		pb_html_printf(out, "<td class=\"why\">%s</td></tr>\n", head->quote);
	}
	fputs("</tbody></table></div>\n", out);
}

static void number_write(FILE *out, double value)
{
	char number[PB_NUMBER_LEN];

	pb_html_printf(out, "<td class=\"n\">%s</td>", pb_number(value, number));
}

/* The interval where there is one, then the reason where there is one. */
static void why_write(FILE *out, const struct pb_gate_row *row)
{
	char lower[PB_WORD_LEN], upper[PB_WORD_LEN];
	bool interval = !isnan(row->lower) && row->lower != row->upper;

	fputs("<td class=\"why\">", out);
	if (interval)
		pb_html_printf(out, "%s to %s%s", pb_relative_words(row->lower, lower),
			       pb_relative_words(row->upper, upper), row->reason ? "; " : "");
	pb_html_printf(out, "%s</td></tr>\n", row->reason ? row->reason : "");
}

static int row_write(FILE *out, const struct pb_gate_row *row)
{
	_cleanup_free_ char *memory = pb_cell_title(&row->cell);
	char change[PB_WORD_LEN], pages[24];

	if (!memory)
		return -ENOMEM;
	snprintf(pages, sizeof(pages), "%" PRIu64, row->cell.nr_pages);
	pb_html_printf(out,
		       "<tr><td class=\"verdict %s\">%s</td><th>%s</th><td>%s</td>"
		       "<td class=\"n\">%s</td><td>%s</td>",
		       verdict_class(row->verdict), pb_verdict_name(row->verdict),
		       row->cell.strategy, memory, pages, row->phase ? row->phase : "");
	number_write(out, row->base);
	number_write(out, row->head);
	pb_html_printf(out, "<td class=\"n\">%s</td>",
		       isnan(row->change) ? "\xE2\x80\x93"
					  : pb_relative_words(row->change, change));
	why_write(out, row);
	return 0;
}

static bool is_open(const struct pb_gate_row *row)
{
	return row->verdict == PB_VERDICT_WORSE || row->verdict == PB_VERDICT_UNKNOWN;
}

/* What decided the verdict, or (@open false) the rest. */
static int rows_write(FILE *out, const struct head *head, bool open)
{
	int ret = 0;

	pb_html_printf(out,
		       "<div class=\"scroll\"><table>\n<caption>%s a page</caption>\n<thead><tr>"
		       "<th>verdict</th><th>strategy</th><th>memory</th><th class=\"n\">pages</th>"
		       "<th>phase</th><th class=\"n\">base</th><th class=\"n\">this run</th>"
		       "<th class=\"n\">change</th><th>interval, or why there is none</th></tr>"
		       "</thead>\n<tbody>\n",
		       head->gate.comparison.metric);
	for (size_t i = 0; i < head->gate.nr_rows && !ret; i++)
		if (is_open(&head->gate.rows[i]) == open)
			ret = row_write(out, &head->gate.rows[i]);
	fputs("</tbody></table></div>\n", out);
	return ret;
}

static int head_write(FILE *out, const struct head *head, size_t number)
{
	size_t nr_open = 0, nr_rest;
	int ret = 0;

	pb_html_printf(out, "<h2 id=\"run%zu\">%s</h2>\n<p class=\"lead %s\">%s</p>\n", number,
		       head->title, verdict_class(verdict_of(head)), head->quote);
	pb_html_printf(out, "<p class=\"meta\">%s evidence \xC2\xB7 %s \xC2\xB7 run %s of %s</p>\n",
		       pb_evidence_name(head->summary.run.evidence),
		       pb_run_state_name(head->summary.state), head->summary.run.uuid,
		       head->summary.run.created);
	if (!head->judged)
		return 0;
	for (size_t i = 0; i < head->gate.nr_rows; i++)
		nr_open += is_open(&head->gate.rows[i]);
	nr_rest = head->gate.nr_rows - nr_open;
	if (nr_open)
		ret = rows_write(out, head, true);
	if (nr_rest && !ret) {
		pb_html_printf(out, "<details><summary>%zu that %s</summary>\n", nr_rest,
			       nr_rest == 1 ? "passes" : "pass");
		ret = rows_write(out, head, false);
		fputs("</details>\n", out);
	}
	return ret;
}

static int page_write(FILE *out, void *data)
{
	const struct page *page = data;
	int ret = 0;

	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n",
	      out);
	pb_html_printf(out, "<title>pinbench: held against %s</title>\n", page->title);
	fputs("<style>\n", out);
	pb_html_markup(out, pb_embedded_text("page.css"));
	pb_html_markup(out, style);
	fputs("</style>\n</head>\n<body>\n<header>\n", out);
	fputs("<p class=\"eyebrow\">pinbench: how the Linux kernel holds on to user pages</p>\n",
	      out);
	pb_html_printf(out,
		       "<h1>Held against %s</h1>\n<p class=\"meta\">base: run %s of %s, %s evidence"
		       "</p>\n</header>\n<main>\n<h2>Verdicts</h2>\n",
		       page->title, page->base.run.uuid, page->base.run.created,
		       pb_evidence_name(page->base.run.evidence));
	verdicts_write(out, page);
	for (size_t i = 0; i < page->nr && !ret; i++)
		ret = head_write(out, &page->heads[i], i);
	fputs("<h2>How a verdict comes about</h2>\n<p>Each phase of each cell is judged by itself, as "
	      "<code>pinbench gate</code> does. Exact numbers have no noise: every growth beyond what is "
	      "allowed is one. Noisy numbers are worse when their whole interval is. What was refused, "
	      "failed, never reached or never counted on either side has not passed: its verdict is "
	      "that nobody can tell.</p>\n</main>\n</body>\n</html>\n",
	      out);
	return ret;
}

int pb_tracking_write(const struct pb_report_run *base, const struct pb_report_run *heads,
		      size_t nr_heads, const struct pb_gate_options *options, const char *dir,
		      char **ret_path)
{
	pb_cleanup(page_done) struct page page = { .nr = nr_heads };
	_cleanup_free_ char *path = pb_format("%s/tracking.html", dir);
	int ret;

	if (!nr_heads)
		return pb_fail(-EINVAL, "tracking: no run is held against the base");
	page.heads = calloc(nr_heads, sizeof(*page.heads));
	if (!path || !page.heads)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_summary_load(base->store, base->run_id, &page.base);
	if (ret)
		return ret;
	page.title = pb_run_title(&page.base);
	if (!page.title)
		return -ENOMEM;
	for (size_t i = 0; i < nr_heads && !ret; i++)
		ret = head_judge(&page.heads[i], base, &heads[i], options);
	if (!ret)
		ret = pb_dir_make(dir);
	if (!ret)
		ret = pb_html_save(path, page_write, &page);
	if (!ret)
		*ret_path = pb_steal(path);
	return ret;
}
