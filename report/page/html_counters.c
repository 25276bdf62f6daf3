// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_counters - under a setting's table: what counters said of whole calls, and what they lack.
 * Why: cycles and cache lines are read beside the numbers that they explain.
 */
#include <errno.h>

#include "report/page/html_parts.h"
#include "report/runs/counters.h"

struct part {
	FILE *out;
	const struct pb_view *view;
	const struct pb_setting *setting;
	const char *title;
	struct pb_notes notes;
	bool scaled;
};

static int row_write(struct part *part, const char *strategy, uint64_t nr_pages,
		     const char *const *names, size_t nr)
{
	const struct pb_summary_cell *cell =
		pb_view_cell(part->view, part->setting, strategy, nr_pages);
	char text[PB_COUNTER_TEXT_LEN];
	int ret = 0;

	if (!cell || cell->state != PB_CELL_MEASURED)
		return 0;
	pb_html_printf(part->out, "<tr><th scope=\"row\">%s</th>", strategy);
	for (size_t i = 0; i < nr && !ret; i++) {
		ret = pb_counter_text(part->view, cell, names[i], &part->notes, text);
		pb_html_printf(part->out, "<td class=\"n\">%s</td>", text);
		part->scaled |= text[0] == '~';
	}
	fputs("</tr>\n", part->out);
	return ret;
}

static int table_write(struct part *part, uint64_t nr_pages)
{
	_cleanup_free_ const char **names = NULL;
	char words[PB_WORD_LEN];
	size_t nr = 0;
	int ret = pb_counters_names(part->view, part->setting, nr_pages, &names, &nr);

	if (ret || !nr)
		return ret;
	pb_pages_words(nr_pages, words);
	pb_html_printf(
		part->out,
		"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Counters of "
		"%s, %s\">\n<table>\n<caption>%s, %s a call, counted around whole calls, a "
		"page</caption>\n<thead><tr><th scope=\"col\">strategy</th>",
		part->title, words, part->title, words);
	for (size_t i = 0; i < nr; i++)
		pb_html_printf(part->out, "<th scope=\"col\" class=\"n\">%s</th>", names[i]);
	fputs("</tr></thead>\n<tbody>\n", part->out);
	for (size_t s = 0; s < part->view->nr_strategies && !ret; s++)
		ret = row_write(part, part->view->strategies[s], nr_pages, names, nr);
	fputs("</tbody>\n</table>\n</div>\n", part->out);
	return ret;
}

int pb_html_counters(FILE *out, const struct pb_view *view, const struct pb_setting *setting)
{
	_cleanup_free_ char *title = pb_setting_title(setting);
	struct part part = { .out = out, .view = view, .setting = setting, .title = title };
	int ret = title ? 0 : -ENOMEM;

	for (size_t p = 0; p < setting->nr_pages && !ret; p++)
		ret = table_write(&part, setting->pages[p]);
	if (part.scaled)
		pb_html_printf(out, "<p class=\"meta\">%s</p>\n", pb_counters_scaled);
	for (size_t i = 0; i < part.notes.nr && !ret; i++)
		pb_html_printf(out, "<p class=\"meta\">[%zu] %s</p>\n", i + 1,
			       part.notes.reasons[i]);
	pb_notes_done(&part.notes);
	return ret;
}
