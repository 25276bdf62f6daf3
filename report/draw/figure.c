// SPDX-License-Identifier: GPL-2.0-only
/*
 * figure - what all figures need: words and room for text.
 * Why: every figure names its conditions in the same place and the same words.
 */
#include "report/draw/figure.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

/* What holds for the whole run; a figure adds what its own marks mean. */
static char *note_make(const struct pb_figure_kind *kind, const struct pb_view *view)
{
	const struct pb_summary *summary = view->summary;
	_cleanup_free_ char *title = pb_run_title(summary), *note = NULL;
	_cleanup_free_ char *evidence = pb_run_evidence(summary);

	if (!title || !evidence)
		return NULL;
	note = pb_format("%s, %s: %s, %s", title, evidence,
			 pb_evidence_words(summary->run.evidence),
			 kind->all_calls                               ? "all calls"
			 : pb_evidence_is_exact(summary->run.evidence) ? "least sample"
								       : "median");
	return note ? pb_printable_copy(note, "") : NULL;
}

/* File names are made of what cannot surprise a shell or a browser. */
void pb_figure_name_tame(char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && *name != '-')
			*name = '-';
}

static char *name_make(const struct pb_figure_kind *kind, const struct pb_setting *setting,
		       const char *detail)
{
	_cleanup_free_ char *words = pb_setting_title(setting);
	char *name;

	if (!words)
		return NULL;
	name = pb_format("%s-%s%s%s", kind->name, words, *detail ? "-" : "", detail);
	if (name)
		pb_figure_name_tame(name);
	return name;
}

int pb_figure_add(struct pb_figures *figures, const struct pb_figure_kind *kind,
		  const struct pb_view *view, const struct pb_setting *setting, const char *detail,
		  struct pb_figure **ret_figure)
{
	struct pb_figure *items = reallocarray(figures->items, figures->nr + 1, sizeof(*items));
	struct pb_figure *figure;

	if (!items)
		return pb_fail(-ENOMEM, "out of memory");
	figures->items = items;
	figure = &items[figures->nr++];
	*figure = (struct pb_figure){ .kind = kind };
	figure->name = name_make(kind, setting, detail);
	figure->note = note_make(kind, view);
	figure->unit = pb_format("%s a page", view->metric);
	if (!figure->name || !figure->note || !figure->unit)
		return -ENOMEM;
	*ret_figure = figure;
	return 0;
}

int pb_figure_note(struct pb_figure *figure, const char *words)
{
	char *note = pb_format("%s\n%s", figure->note, words);

	if (!note)
		return -ENOMEM;
	free(figure->note);
	figure->note = note;
	return 0;
}

void pb_figure_head(const struct pb_figure *figure, FILE *out)
{
	pb_gp_data_printf(out, "# %s\n", figure->title);
	for (const char *line = figure->note; line;) {
		const char *end = strchr(line, '\n');

		pb_gp_data_printf(out, "# %.*s\n", end ? (int)(end - line) : (int)strlen(line),
				  line);
		line = end ? end + 1 : NULL;
	}
}

void pb_line_done(struct pb_line *line)
{
	free(line->name);
	free(line->label);
	free(line->x);
	free(line->y);
	free(line->low);
	free(line->high);
}

static void figure_done(struct pb_figure *figure)
{
	for (size_t i = 0; i < figure->nr_bars; i++) {
		free(figure->bars[i].name);
		free(figure->bars[i].label);
	}
	for (size_t i = 0; i < figure->nr_panels; i++)
		free(figure->panels[i]);
	for (size_t i = 0; i < figure->nr_lines; i++)
		pb_line_done(&figure->lines[i]);
	for (size_t i = 0; i < figure->nr_places; i++)
		free(figure->places[i]);
	for (size_t i = 0; i < figure->nr_marks; i++)
		free(figure->marks[i].text);
	for (size_t i = 0; i < figure->nr_tiles; i++)
		free(figure->tiles[i].text);
	free(figure->tiles);
	free(figure->places);
	free(figure->marks);
	free(figure->bars);
	free(figure->panels);
	free(figure->lines);
	free(figure->name);
	free(figure->title);
	free(figure->note);
	free(figure->alt);
	free(figure->unit);
}

void pb_figure_drop(struct pb_figures *figures)
{
	figure_done(&figures->items[--figures->nr]);
}

void pb_figures_done(struct pb_figures *figures)
{
	while (figures->nr)
		pb_figure_drop(figures);
	free(figures->items);
	*figures = (struct pb_figures){ 0 };
}

int pb_bar_add(struct pb_figure *figure, const struct pb_bar *bar)
{
	struct pb_bar *bars = reallocarray(figure->bars, figure->nr_bars + 1, sizeof(*bars));

	if (!bars)
		return pb_fail(-ENOMEM, "out of memory");
	figure->bars = bars;
	bars[figure->nr_bars] = *bar;
	bars[figure->nr_bars].name = pb_printable_copy(bar->name, "");
	bars[figure->nr_bars].label = bar->label ? strdup(bar->label) : NULL;
	figure->nr_bars++;
	if (!bars[figure->nr_bars - 1].name || (bar->label && !bars[figure->nr_bars - 1].label))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

char *pb_figure_absence(const struct pb_summary_cell *cell)
{
	char name[PB_ERROR_NAME_LEN];

	if (!cell)
		return pb_format("not planned");
	if (cell->error)
		return pb_format("%s (%s)", pb_cell_state_name(cell->state),
				 pb_error_name(cell->error, name, sizeof(name)));
	return pb_format("%s", pb_cell_state_name(cell->state));
}

int pb_text_pixels(const char *text, int font_px)
{
	/* Helvetica's mean is about half its size, DejaVu's three fifths. */
	return (int)ceil(pb_text_columns(text) * font_px * 0.6);
}

double pb_tic_step(double span, int most)
{
	double raw = span / (most > 1 ? most : 1), power;

	if (!(raw > 0))
		return 1;
	power = pow(10, floor(log10(raw)));
	for (int i = 0; i < 3; i++) {
		static const int steps[] = { 1, 2, 5 };

		if (steps[i] * power >= raw * (1 - 1e-9))
			return steps[i] * power;
	}
	return 10 * power;
}
