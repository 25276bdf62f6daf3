// SPDX-License-Identifier: GPL-2.0-only
/*
 * render_tables - semantics for people: text, Markdown and HTML.
 * Why: a row of a table is an event on some memory; kernels and strategies that agree share it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/encode/html.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"
#include "report/semantics/figure.h"
#include "report/semantics/render.h"

/* One line of such a table. */
struct line {
	const struct pb_semantics_row *first;
	struct pb_buf kernels;
	char *words;
	bool bad; /* holds a deviation */
};

struct lines {
	size_t nr, nr_kernels;
	struct line *lines;
};

static void lines_done(struct lines *lines)
{
	for (size_t i = 0; i < lines->nr; i++) {
		free(lines->lines[i].words);
		pb_buf_done(&lines->lines[i].kernels);
	}
	free(lines->lines);
}

static bool same_event(const struct pb_semantics_row *a, const struct pb_semantics_row *b)
{
	return a->result.cell.memory == b->result.cell.memory &&
	       pb_streq(a->result.cell.event, b->result.cell.event);
}

static bool group_is_bad(const struct pb_semantics_row *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (rows[i].expected == PB_EXPECTED_OTHER)
			return true;
	return false;
}

/* Adds a kernel to the line that says the same, or a line. */
static int group_add(struct lines *lines, const struct pb_semantics_row *rows, size_t nr)
{
	_cleanup_free_ char *words = pb_semantics_line(rows, nr);
	struct line *grown;

	if (!words)
		return -ENOMEM;
	for (size_t i = 0; i < lines->nr; i++) {
		struct line *line = &lines->lines[i];

		if (same_event(line->first, rows) && pb_streq(line->words, words) &&
		    line->first->result.cell.intent == rows->result.cell.intent)
			return pb_buf_printf(&line->kernels, " %s", rows->kernel);
	}
	grown = reallocarray(lines->lines, lines->nr + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	lines->lines = grown;
	grown[lines->nr] = (struct line){
		.first = rows,
		.bad = group_is_bad(rows, nr),
	};
	grown[lines->nr].words = pb_steal(words);
	lines->nr++;
	return pb_buf_printf(&grown[lines->nr - 1].kernels, "%s", rows->kernel);
}

static int lines_compare(const void *a, const void *b)
{
	const struct line *x = a, *y = b;
	const struct pb_cell *c = &x->first->result.cell, *d = &y->first->result.cell;
	int order = pb_word_compare(PB_WORDS_MEMORY, c->memory, d->memory);
	size_t i = pb_event_rank(c->event), j = pb_event_rank(d->event);

	if (order)
		return order;
	if (i != j)
		return i < j ? -1 : 1;
	order = strcmp(c->event, d->event);
	if (!order)
		order = -pb_word_compare(PB_WORDS_INTENT, c->intent, d->intent);
	if (!order)
		order = strverscmp(x->first->release, y->first->release);
	return order;
}

static int lines_make(const struct pb_semantics *semantics, struct lines *lines)
{
	const char *last = "";
	int ret = 0;

	for (size_t at = 0; at < semantics->nr && !ret;) {
		size_t nr = pb_semantics_group(semantics, at);

		lines->nr_kernels += !pb_streq(semantics->rows[at].kernel, last);
		last = semantics->rows[at].kernel;
		ret = group_add(lines, &semantics->rows[at], nr);
		at += nr;
	}
	if (!ret && lines->nr)
		qsort(lines->lines, lines->nr, sizeof(*lines->lines), lines_compare);
	return ret;
}

/* Where only one kernel is shown its name stands in the heading. */
static const char *kernels_shown(const struct lines *lines, const struct line *line)
{
	return lines->nr_kernels > 1 ? line->kernels.data : "";
}

int pb_semantics_text(const struct pb_semantics *semantics, FILE *out)
{
	pb_cleanup(lines_done) struct lines lines = { 0 };
	bool colours = isatty(fileno(out));
	enum pb_cell_memory memory = PB_MEMORY_NONE;
	int ret = lines_make(semantics, &lines);

	if (ret)
		return ret;
	pb_term_printf(out, "What becomes of a held page: data/frame for each strategy%s%s\n",
		       lines.nr_kernels == 1 ? " on " : "",
		       lines.nr_kernels == 1 ? semantics->rows[0].kernel : "");
	for (size_t i = 0; i < lines.nr; i++) {
		const struct line *line = &lines.lines[i];
		const struct pb_cell *cell = &line->first->result.cell;

		if (memory != cell->memory)
			pb_term_printf(out, "\n%s%s%s\n", colours ? pb_term_bold : "",
				       pb_memory_name(cell->memory), colours ? pb_term_plain : "");
		memory = cell->memory;
		pb_term_printf(out, "  %-18s %-5s  %s%s%s%s\n", cell->event,
			       pb_intent_name(cell->intent), kernels_shown(&lines, line),
			       lines.nr_kernels > 1 ? "  " : "", line->words,
			       line->bad ? "   <-- not as expected" : "");
	}
	return pb_semantics_written(out);
}

/* A bar would end the column. Words are ours; names of kernels need not be. */
static void markdown_text(FILE *out, const char *text)
{
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "|<>\\`*_");

		pb_term_printf(out, "%.*s", (int)len, at);
		at += len;
		if (*at)
			pb_term_printf(out, "\\%c", *at++);
	}
}

int pb_semantics_markdown(const struct pb_semantics *semantics, FILE *out)
{
	pb_cleanup(lines_done) struct lines lines = { 0 };
	int ret = lines_make(semantics, &lines);

	if (ret)
		return ret;
	pb_term_printf(out, "| memory | event | intent | kernels | data/frame by strategy |\n"
			    "|---|---|---|---|---|\n");
	for (size_t i = 0; i < lines.nr; i++) {
		const struct line *line = &lines.lines[i];
		const struct pb_cell *cell = &line->first->result.cell;
		const char *const fields[] = { pb_memory_name(cell->memory), cell->event,
					       pb_intent_name(cell->intent), line->kernels.data,
					       line->words };

		for (size_t j = 0; j < PB_ARRAY_SIZE(fields); j++) {
			pb_term_printf(out, "%s| ", j ? " " : "");
			markdown_text(out, fields[j]);
		}
		pb_term_printf(out, " %s|\n", line->bad ? "**not as expected** " : "");
	}
	return pb_semantics_written(out);
}

int pb_semantics_html(const struct pb_semantics *semantics, FILE *out)
{
	pb_cleanup(lines_done) struct lines lines = { 0 };
	enum pb_cell_memory memory = PB_MEMORY_NONE;
	int ret = lines_make(semantics, &lines);

	if (ret)
		return ret;
	pb_html_markup(out,
		       "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		       "<title>What becomes of a held page</title><style>"
		       "body{font:15px/1.45 sans-serif;margin:2em auto;max-width:75em}"
		       "svg{max-width:100%;height:auto}"
		       "table{border-collapse:collapse}th,td{text-align:left;padding:.2em .7em;"
		       "border-bottom:1px solid #ddd;vertical-align:top}"
		       "tr.bad{background:#fbe3d6}tr.bad td:last-child::after{content:\" not as "
		       "expected\";font-weight:bold}</style></head><body>"
		       "<h1>What becomes of a held page</h1><p>For each strategy: what process and "
		       "device still see of one another, and what became of the frame.</p>");
	ret = pb_semantics_svg(semantics, out);
	if (ret)
		return ret;
	for (size_t i = 0; i < lines.nr; i++) {
		const struct line *line = &lines.lines[i];
		const struct pb_cell *cell = &line->first->result.cell;
		const struct pb_event_words *words = pb_event_words_find(cell->event);

		if (memory != cell->memory)
			pb_html_printf(out,
				       "<h2>%s</h2>\n<table><tr><th>event</th><th>intent</th>"
				       "<th>kernels</th><th>data/frame</th></tr>\n",
				       pb_memory_name(cell->memory));
		pb_html_printf(out,
			       "<tr class=\"%s\"><td title=\"%s\">%s</td><td>%s</td><td>%s</td>"
			       "<td>%s</td></tr>\n",
			       line->bad ? "bad" : "ok", words ? words->summary : "", cell->event,
			       pb_intent_name(line->first->result.cell.intent), line->kernels.data,
			       line->words);
		memory = cell->memory;
		if (i + 1 == lines.nr || lines.lines[i + 1].first->result.cell.memory != memory)
			pb_html_markup(out, "</table>\n");
	}
	pb_html_markup(out, "</body></html>\n");
	return pb_semantics_written(out);
}
