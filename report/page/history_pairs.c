// SPDX-License-Identifier: GPL-2.0-only
/*
 * history_pairs - a page for each two kernels that follow each other: all that changed between
 * them. Why: a step that is to be reported upstream wants every cell, the fingerprints and the
 * functions.
 */
#include <errno.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/judge/attribution/runs.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"
#include "report/page/attribution_html.h"
#include "report/page/history_html.h"
#include "report/page/html_parts.h"

/* The comparison as the terminal shows it: it can be copied into a mail as it stands. */
static int changes_write(FILE *out, const struct pb_comparison *comparison)
{
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *stream = open_memstream(&text, &len);
	int ret;

	if (!stream)
		return pb_fail(-ENOMEM, "out of memory");
	ret = pb_compare_print(comparison, 0, stream);
	if (fclose(stream) && !ret)
		ret = pb_fail(-ENOMEM, "out of memory");
	if (!ret)
		pb_html_printf(out, "<pre style=\"max-height:none\" tabindex=\"0\">%s</pre>\n",
			       text);
	return ret;
}

static int functions_write(FILE *out, const struct pb_history_kernel *base,
			   const struct pb_history_kernel *head,
			   const struct pb_comparison *comparison)
{
	static const struct pb_where_filter all;
	pb_cleanup(pb_where_pairs_done) struct pb_where_pairs pairs = { 0 };
	int ret = pb_where_runs(base->store, &comparison->base, head->store, &comparison->head,
				&all, &pairs);

	fputs("<h2>Which functions</h2>\n", out);
	if (ret == -ENODATA) {
		pb_html_printf(out, "<p>%s.</p>\n", pb_fail_message(ret));
		pb_fail_clear();
		return 0;
	}
	if (ret)
		return ret;
	for (size_t i = 0; i < pairs.nr && !ret; i++)
		ret = pb_html_where_pair(out, &pairs.pairs[i]);
	if (!pairs.nr)
		fputs("<p>What was profiled does not differ.</p>\n", out);
	return ret;
}

struct pair {
	const struct pb_history_kernel *base;
	const struct pb_history_kernel *head;
};

static int page_write(FILE *out, void *data)
{
	const struct pair *pair = data;
	const struct pb_history_kernel *base = pair->base, *head = pair->head;
	struct pb_comparison comparison = { 0 };
	_cleanup_free_ char *quote = NULL;
	int ret = pb_compare(base->store, base->summary.run_id, head->store, head->summary.run_id,
			     &comparison);

	if (ret)
		return ret;
	quote = pb_compare_quote(&comparison);
	ret = quote ? 0 : -ENOMEM;
	pb_html_printf(out,
		       "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		       "<meta name=\"color-scheme\" content=\"light dark\">\n"
		       "<title>pinbench: %s to %s</title>\n<style>\n",
		       base->label, head->label);
	pb_html_markup(out, pb_embedded_text("page.css"));
	pb_html_printf(out,
		       "</style>\n</head>\n<body>\n<header>\n<p class=\"eyebrow\">"
		       "<a href=\"index.html\">pinbench: all kernels</a></p>\n"
		       "<h1>From %s to %s</h1>\n<p class=\"lead\">%s.</p>\n</header>\n<main>\n"
		       "<h2>What changed</h2>\n",
		       base->label, head->label, quote ? quote : "");
	if (!ret)
		ret = changes_write(out, &comparison);
	if (!ret)
		ret = functions_write(out, base, head, &comparison);
	fputs("</main>\n</body>\n</html>\n", out);
	pb_comparison_done(&comparison);
	return ret;
}

int pb_history_pairs(const struct pb_history *history, const char *dir, FILE *out)
{
	if (history->nr_kernels < 2)
		return 0;
	fputs("<p>Every cell, with the fingerprints:</p>\n<ul>\n", out);
	for (size_t k = 1; k < history->nr_kernels; k++) {
		const struct pb_history_kernel *base = &history->kernels[k - 1];
		const struct pb_history_kernel *head = &history->kernels[k];
		_cleanup_free_ char *name = pb_format("%s-to-%s", base->label, head->label);
		_cleanup_free_ char *path = NULL;
		int ret;

		if (!name)
			return -ENOMEM;
		pb_figure_name_tame(name);
		path = pb_format("%s/%s.html", dir, name);
		if (!path)
			return -ENOMEM;
		ret = pb_html_save(path, page_write, &(struct pair){ base, head });
		if (ret)
			return ret;
		pb_html_printf(out, "<li><a href=\"%s.html\">%s to %s</a></li>\n", name,
			       base->label, head->label);
	}
	fputs("</ul>\n", out);
	return 0;
}
