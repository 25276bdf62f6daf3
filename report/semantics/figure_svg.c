// SPDX-License-Identifier: GPL-2.0-only
/*
 * figure_svg - the picture of what becomes of a held page, drawn as SVG.
 * Why: colour says whether the data are right, a mark what became of the frame, an hourglass who waits;
 * each is said in words, too, so that it reads in grey.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "collect/event_word.h"
#include "common/encode/html.h"
#include "common/err.h"
#include "common/str.h"
#include "report/semantics/events.h"
#include "report/semantics/figure.h"
#include "report/semantics/render.h"

/* In pixels. A name and its reason stand left of the cells; strips of kernels stand under one. */
enum {
	LEFT = 384,
	CELL_W = 92,
	CELL_H = 34,
	GAP = 4,
	STRIP_H = 11,
	ROW_H = CELL_H + STRIP_H + 5,
	GROUP_H = 26,
	HEAD_H = 98,
	FOOT_H = 128,
	WHY_LEN = 70,
	TITLE_LEN = 58,
};

/* How the data fare: the worst comes last. */
static const struct look {
	const char *words[5];
	const char *fill, *ink;
	char letter; /* where there is no room for a word */
	const char *legend;
} looks[] = {
	{ { "-" }, "#ececec", "#333333", '.', "nothing is held, or nobody sees the page" },
	{ { "coherent", "persisted", "tracked" }, "#009e73", "#ffffff", 'c', "both sides agree" },
	{ { "revoked" }, "#56b4e9", "#000000", 'r', "told to stop (revoked)" },
	{ { "one-way:c2d", "one-way:d2c", "file-only", "untracked" },
	  "#e69f00",
	  "#000000",
	  '1',
	  "one way, by the file only, or untracked" },
	{ { "stale", "lost" }, "#d55e00", "#ffffff", 's', "stale or lost" },
	{ { "corrupts", "reads-other" },
	  "#5b2a86",
	  "#ffffff",
	  '!',
	  "a frame or block that is somebody else's" },
};

enum { LOOK_FREED = 5 };

static const struct {
	const char *word, *mark;
} marks[] = {
	{ "stayed", "=" }, { "copied", "+" }, { "moved", "→" },
	{ "kept", "●" },   { "freed", "○" },  { "same-frame-back", "↺" },
	{ "split", "÷" },  { "whole", "□" },  { "in-thp", "▣" },
};

static const char *mark_of(const char *frame)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(marks); i++)
		if (pb_streq(marks[i].word, frame))
			return marks[i].mark;
	return "";
}

/* As it fits into a cell. */
static const char *frame_word(const char *frame)
{
	return pb_streq(frame, "same-frame-back") ? "same back" : frame;
}

/* What has let go of the frame and goes on with it is worse than stale: it is somebody else's soon. */
static const struct look *look_of(const struct pb_semantics_row *row)
{
	const struct pb_observed_verdict *v = &row->verdict;
	const char *strategy = row->result.cell.strategy;
	bool bad = pb_streq(v->data, "stale") || pb_streq(v->data, "lost");

	if (bad && pb_streq(v->frame, "freed") &&
	    (pb_streq(strategy, "follow") || pb_streq(strategy, "odp-ignored")))
		return &looks[LOOK_FREED];
	for (size_t i = 0; i < PB_ARRAY_SIZE(looks); i++)
		for (size_t j = 0; j < PB_ARRAY_SIZE(looks[i].words) && looks[i].words[j]; j++)
			if (pb_streq(looks[i].words[j], v->data))
				return &looks[i];
	return &looks[0];
}

static bool is_refused(const struct pb_semantics_row *row)
{
	return strncmp(row->verdict.result, "refused:", strlen("refused:")) == 0;
}

/* The event could not be had, or came to no end: there is no verdict. */
static bool is_empty(const struct pb_semantics_row *row)
{
	const char *result = row->verdict.result;

	return pb_streq(result, "absent") || pb_streq(result, "failed") ||
	       pb_streq(result, "missing");
}

static void hourglass(FILE *out, int x, int y, const char *ink)
{
	pb_html_printf(out,
		       "<path d=\"M%d %dh9l-9 12h9z\" fill=\"none\" stroke=\"%s\" "
		       "stroke-width=\"1.4\" stroke-linejoin=\"round\"/>",
		       x, y, ink);
}

static void tooltip(FILE *out, const struct pb_semantics_row *row)
{
	const struct pb_observed_verdict *v = &row->verdict;

	pb_html_printf(out, "<title>%s: %s to %s: %s, data %s, frame %s%s%s</title>", row->kernel,
		       row->result.cell.strategy, pb_intent_name(row->result.cell.intent),
		       v->result, v->data, v->frame, row->deviation ? "; NOT AS EXPECTED: " : "",
		       row->deviation ? row->deviation : "");
}

/* Dashed, with the reason: the kernel refused the hold, or there is no such event here. */
static void cell_outline(FILE *out, const struct pb_semantics_row *row, int x, int y, int h)
{
	const char *word = row->verdict.result;

	if (is_refused(row))
		word += strlen("refused:");
	pb_html_printf(out, "<g>");
	tooltip(out, row);
	pb_html_printf(out,
		       "<rect x=\"%d.5\" y=\"%d.5\" width=\"%d\" height=\"%d\" rx=\"2\" "
		       "fill=\"#ffffff\" stroke=\"#999999\" stroke-dasharray=\"3 2\"/>"
		       "<text x=\"%d\" y=\"%d\" font-size=\"10\" style=\"fill:#555555\" "
		       "text-anchor=\"middle\">%s</text></g>\n",
		       x, y, CELL_W - 1, h - 1, x + CELL_W / 2, y + h / 2 + 4, word);
}

/* @intent: "w" or "r" where the two differ, else "". */
static void cell_draw(FILE *out, const struct pb_semantics_row *row, int x, int y, int h,
		      const char *intent)
{
	const struct pb_observed_verdict *v = &row->verdict;
	const struct look *look = look_of(row);
	bool tall = h > CELL_H / 2, waits = pb_streq(v->result, "blocked");
	bool plain = waits || pb_streq(v->result, "ok");
	const char *word = pb_streq(v->data, "-") ? frame_word(v->frame) : v->data;

	if (is_refused(row) || is_empty(row)) {
		cell_outline(out, row, x, y, h);
		return;
	}
	pb_html_printf(out, "<g>");
	tooltip(out, row);
	pb_html_printf(out,
		       "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\" fill=\"%s\"", x,
		       y, CELL_W, h, look->fill);
	pb_html_markup(out, row->expected == PB_EXPECTED_OTHER
				    ? " stroke=\"#ff0000\" stroke-width=\"3\"/>"
				    : "/>");
	pb_html_printf(out,
		       "<text x=\"%d\" y=\"%d\" font-size=\"13\" style=\"fill:%s\">%s</text>"
		       "<text x=\"%d\" y=\"%d\" font-size=\"%s\" style=\"fill:%s\">%s</text>",
		       x + 4, y + (tall ? 16 : 12), look->ink, mark_of(v->frame), x + 18,
		       y + (tall ? 15 : 12), tall ? "11" : "10", look->ink, word);
	if (*intent)
		pb_html_printf(out,
			       "<text x=\"%d\" y=\"%d\" font-size=\"8\" style=\"fill:%s\" "
			       "text-anchor=\"end\">%s</text>",
			       x + CELL_W - 3, y + h - 3, look->ink, intent);
	/* In half a cell there is no room: its title says it. */
	if (!plain && tall)
		pb_html_printf(
			out, "<text x=\"%d\" y=\"%d\" font-size=\"8\" style=\"fill:%s\">%s</text>",
			x + 18, y + 28, look->ink, v->result);
	if (waits)
		hourglass(out, x + CELL_W - 15, y + (tall ? 10 : 2), look->ink);
	pb_html_printf(out, "</g>\n");
}

/* A segment a kernel, with the letter of its look. */
static void strip_draw(FILE *out, const struct pb_semantics_figure *figure,
		       const struct pb_figure_row *line, size_t intent, size_t strategy, int x,
		       int y)
{
	int width = CELL_W / (int)figure->nr_kernels;

	for (size_t k = 0; k < figure->nr_kernels; k++) {
		const struct pb_semantics_row *row = line->cells[k][intent][strategy];
		const struct look *look = row ? look_of(row) : &looks[0];
		bool drawn = row && !is_refused(row) && !is_empty(row);
		bool waits = drawn && pb_streq(row->verdict.result, "blocked");
		int at = x + (int)k * width;

		if (!row)
			continue;
		pb_html_printf(out, "<g>");
		tooltip(out, row);
		pb_html_printf(out,
			       "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\" "
			       "stroke=\"#777777\" stroke-width=\"0.5\"/>"
			       "<text x=\"%d\" y=\"%d\" font-size=\"8\" style=\"fill:%s\" "
			       "text-anchor=\"middle\">%s%c</text></g>",
			       at, y, width - 1, STRIP_H - 2, drawn ? look->fill : "#ffffff",
			       at + width / 2, y + STRIP_H - 4, drawn ? look->ink : "#555555",
			       drawn && !waits ? mark_of(row->verdict.frame) : "",
			       waits   ? 'w'
			       : drawn ? look->letter
				       : 'x');
	}
	pb_html_printf(out, "\n");
}

static bool kernels_differ(const struct pb_semantics_figure *figure,
			   const struct pb_figure_row *line, size_t intent, size_t strategy)
{
	const struct pb_semantics_row *first = NULL;

	for (size_t k = 0; k < figure->nr_kernels; k++) {
		const struct pb_semantics_row *row = line->cells[k][intent][strategy];

		if (!row)
			continue;
		if (first && !pb_verdict_same(&first->verdict, &row->verdict, true))
			return true;
		first = first ? first : row;
	}
	return false;
}

/* The newest kernel that has it. */
static const struct pb_semantics_row *newest(const struct pb_semantics_figure *figure,
					     const struct pb_figure_row *line, size_t intent,
					     size_t strategy)
{
	for (size_t k = figure->nr_kernels; k-- > 0;)
		if (line->cells[k][intent][strategy])
			return line->cells[k][intent][strategy];
	return NULL;
}

static void place_draw(FILE *out, const struct pb_semantics_figure *figure,
		       const struct pb_figure_row *line, size_t strategy, int x, int y)
{
	const struct pb_semantics_row *writes = newest(figure, line, 0, strategy);
	const struct pb_semantics_row *reads = newest(figure, line, 1, strategy);
	size_t shown = writes ? 0 : 1;

	if (!writes && !reads)
		return;
	if (writes && reads && !is_empty(reads) &&
	    !pb_verdict_same(&writes->verdict, &reads->verdict, true)) {
		cell_draw(out, writes, x, y, CELL_H / 2, "w");
		cell_draw(out, reads, x, y + CELL_H / 2 + 1, CELL_H / 2, "r");
		/* To read is where they differ, if to write does not. */
		shown = !kernels_differ(figure, line, 0, strategy);
	} else {
		cell_draw(out, writes ? writes : reads, x, y, CELL_H, "");
	}
	if (kernels_differ(figure, line, shown, strategy))
		strip_draw(out, figure, line, shown, strategy, x, y + CELL_H + 2);
}

/* At most @most characters of UTF-8, with the mark of what is missing. */
static char *text_cut(const char *text, size_t most)
{
	size_t nr = 0, at = 0;

	while (text[at] && nr < most)
		nr += (text[++at] & 0xc0) != 0x80;
	return text[at] ? pb_format("%.*s…", (int)at, text) : strdup(text);
}

static int line_draw(FILE *out, const struct pb_semantics_figure *figure,
		     const struct pb_figure_row *line, int y)
{
	const struct pb_event_words *words = pb_event_words_find(line->event);
	const char *why = line->why ? line->why : words ? words->summary : "";
	_cleanup_free_ char *title = pb_format("%s · %s", line->event, line->memories);
	_cleanup_free_ char *short_title = title ? text_cut(title, TITLE_LEN) : NULL;
	_cleanup_free_ char *short_why = text_cut(why, WHY_LEN);

	if (!short_title || !short_why)
		return pb_fail(-ENOMEM, "out of memory");
	pb_html_printf(out,
		       "<g><title>%s: %s (%s)</title><text x=\"16\" y=\"%d\" font-size=\"12\" "
		       "style=\"fill:#111111\">%s</text><text x=\"16\" y=\"%d\" font-size=\"9.5\" "
		       "style=\"fill:#555555\">%s</text></g>\n",
		       title, why, words ? words->summary : "", y + 14, short_title, y + 28,
		       short_why);
	for (size_t s = 0; s < PB_FIGURE_STRATEGIES; s++)
		place_draw(out, figure, line, s, LEFT + (int)s * (CELL_W + GAP), y);
	return 0;
}

static const char *actor_of(const struct pb_figure_row *line)
{
	const struct pb_event_words *words = pb_event_words_find(line->event);

	return words ? words->actor : "others";
}

static int rows_draw(FILE *out, const struct pb_semantics_figure *figure, int y)
{
	const char *actor = "";
	int ret = 0;

	for (size_t i = 0; i < figure->nr && !ret; i++) {
		if (!pb_streq(actor, actor_of(&figure->rows[i]))) {
			actor = actor_of(&figure->rows[i]);
			y += GROUP_H;
			pb_html_printf(
				out,
				"<text x=\"8\" y=\"%d\" font-size=\"13\" font-weight=\"bold\" "
				"style=\"fill:#333333\">%s</text>\n",
				y - 7, actor);
		}
		ret = line_draw(out, figure, &figure->rows[i], y);
		y += ROW_H;
	}
	return ret;
}

static void legend_draw(FILE *out, const struct pb_semantics_figure *figure, int y)
{
	int x = 10;

	for (size_t i = 0; i < PB_ARRAY_SIZE(looks); i++) {
		pb_html_printf(
			out,
			"<rect x=\"%d\" y=\"%d\" width=\"14\" height=\"14\" rx=\"2\" "
			"fill=\"%s\"/><text x=\"%d\" y=\"%d\" font-size=\"9\" style=\"fill:%s\" "
			"text-anchor=\"middle\">%c</text><text x=\"%d\" y=\"%d\" "
			"font-size=\"11\" style=\"fill:#333333\">%s</text>\n",
			x, y, looks[i].fill, x + 7, y + 11, looks[i].ink, looks[i].letter, x + 19,
			y + 11, looks[i].legend);
		x += 40 + 6 * (int)strlen(looks[i].legend);
	}
	x = 10;
	for (size_t i = 0; i < PB_ARRAY_SIZE(marks); i++) {
		pb_html_printf(
			out,
			"<text x=\"%d\" y=\"%d\" font-size=\"13\" style=\"fill:#111111\">%s</text>"
			"<text x=\"%d\" y=\"%d\" font-size=\"11\" style=\"fill:#333333\">%s</text>\n",
			x, y + 36, marks[i].mark, x + 16, y + 35, marks[i].word);
		x += 40 + 7 * (int)strlen(marks[i].word);
	}
	hourglass(out, 10, y + 48, "#111111");
	pb_html_printf(
		out,
		"<text x=\"26\" y=\"%d\" font-size=\"11\" style=\"fill:#333333\">the event waits "
		"until the hold is released (w in a strip) · dashed (x): the hold is refused, "
		"or there is no such event here · two halves: w held to write, r held to "
		"read · red edge: not as expected</text>\n",
		y + 59);
	pb_html_printf(
		out,
		"<text x=\"10\" y=\"%d\" font-size=\"11\" style=\"fill:#333333\">Left out: %zu "
		"pairs of event and memory in which every strategy is as its control is. The "
		"tables have them.</text>\n",
		y + 80, figure->nr_left_out);
}

static void head_draw(FILE *out, const struct pb_semantics_figure *figure, const char *const *names,
		      size_t nr_names)
{
	pb_html_printf(
		out,
		"<text x=\"8\" y=\"28\" font-size=\"18\" font-weight=\"bold\">What becomes of "
		"a held page</text><text x=\"8\" y=\"48\" font-size=\"12\" style=\"fill:#444444\">"
		"Observed on %s%s",
		figure->nr_kernels ? figure->kernels[figure->nr_kernels - 1] : "nothing",
		figure->nr_kernels > 1 ? "; where kernels differ a strip shows " : ".");
	for (size_t i = 0; figure->nr_kernels > 1 && i < figure->nr_kernels; i++)
		pb_html_printf(out, "%s%s", i ? ", " : "", figure->kernels[i]);
	pb_html_printf(out, "</text>\n");
	for (size_t i = 0; i < nr_names; i++)
		pb_html_printf(out,
			       "<text x=\"%d\" y=\"%d\" font-size=\"12\" font-weight=\"bold\" "
			       "text-anchor=\"middle\">%s</text>\n",
			       LEFT + (int)i * (CELL_W + GAP) + CELL_W / 2, HEAD_H - 20, names[i]);
}

static int groups_count(const struct pb_semantics_figure *figure)
{
	const char *actor = "";
	int nr = 0;

	for (size_t i = 0; i < figure->nr; i++) {
		nr += !pb_streq(actor, actor_of(&figure->rows[i]));
		actor = actor_of(&figure->rows[i]);
	}
	return nr;
}

int pb_semantics_svg(const struct pb_semantics *semantics, FILE *out)
{
	static const char *const names[] = {
#define PB_OBSERVE(id, ident, name, control, owned, seen, summary) name,
#include "kmods/uapi/observe.def"
#undef PB_OBSERVE
	};
	pb_cleanup(pb_semantics_figure_done) struct pb_semantics_figure figure = { 0 };
	int ret = pb_semantics_figure(semantics, &figure), height, width;

	if (ret)
		return ret;
	height = HEAD_H + groups_count(&figure) * GROUP_H + (int)figure.nr * ROW_H;
	width = LEFT + (int)PB_ARRAY_SIZE(names) * (CELL_W + GAP) + 8;
	pb_html_printf(out,
		       "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		       "viewBox=\"0 0 %d %d\" font-family=\"DejaVu Sans, sans-serif\" role=\"img\" "
		       "aria-label=\"What becomes of a held page\">"
		       "<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n",
		       width, height + FOOT_H, width, height + FOOT_H);
	head_draw(out, &figure, names, PB_ARRAY_SIZE(names));
	ret = rows_draw(out, &figure, HEAD_H - GROUP_H + 16);
	legend_draw(out, &figure, height + 24);
	pb_html_printf(out, "</svg>\n");
	return ret ? ret : pb_semantics_written(out);
}
