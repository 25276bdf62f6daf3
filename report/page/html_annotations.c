// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_annotations - under a setting's table: the slow calls, events, and what noop is of the cheapest.
 * Why: the numbers are of the usual call; who waits for the unusual one finds it next to them.
 */
#include <errno.h>

#include "report/page/html_parts.h"
#include "report/runs/annotations.h"

struct tails {
	FILE *out;
	const struct pb_view *view;
	const char *title;
	size_t nr;
};

static void head_write(const struct tails *tails)
{
	pb_html_printf(
		tails->out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Slow calls "
		"of %s\">\n<table>\n<caption>%s, of all calls: %s a page</caption>\n<thead><tr>",
		tails->title, tails->title, tails->view->metric);
	for (size_t i = 0; i < PB_TAIL_WORDS; i++)
		pb_html_printf(tails->out,
			       i == 0 || i == 2 ? "<th scope=\"col\">%s</th>"
						: "<th scope=\"col\" class=\"n\">%s</th>",
			       pb_tail_heads[i]);
	fputs("</tr></thead>\n<tbody>\n", tails->out);
}

static int tail_write(void *data, const char *const words[PB_TAIL_WORDS])
{
	struct tails *tails = data;

	if (!tails->nr++)
		head_write(tails);
	pb_html_printf(tails->out, "<tr><th scope=\"row\">%s</th>", words[0]);
	for (size_t i = 1; i < PB_TAIL_WORDS; i++)
		pb_html_printf(tails->out, i == 2 ? "<td>%s</td>" : "<td class=\"n\">%s</td>",
			       words[i]);
	fputs("</tr>\n", tails->out);
	return 0;
}

static int event_write(void *data, const char *cell, const char *events)
{
	struct tails *list = data;

	if (!list->nr++)
		pb_html_printf(list->out, "<p>%s, while it was measured:</p>\n<ul>\n", list->title);
	pb_html_printf(list->out, "<li><strong>%s</strong>: %s</li>\n", cell, events);
	return 0;
}

int pb_html_beside(FILE *out, const struct pb_view *view, const struct pb_setting *setting)
{
	_cleanup_free_ char *title = pb_setting_title(setting), *noop = NULL;
	struct tails tails = { out, view, title, 0 }, events = { out, view, title, 0 };
	int ret;

	if (!title)
		return -ENOMEM;
	if (pb_harness_is_known(view, setting))
		noop = pb_noop_words(view, setting);
	if (noop)
		pb_html_printf(out, "<p class=\"meta\">%s: %s.</p>\n", title, noop);
	ret = pb_tails_tell(view, setting, tail_write, &tails);
	if (!ret && tails.nr)
		fputs("</tbody>\n</table>\n</div>\n", out);
	if (!ret)
		ret = pb_events_tell(view, setting, event_write, &events);
	if (!ret && events.nr)
		fputs("</ul>\n", out);
	return ret;
}
