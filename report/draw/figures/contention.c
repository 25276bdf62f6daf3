// SPDX-License-Identifier: GPL-2.0-only
/*
 * contention - cost by threads, one panel a strategy, for each way in which they share pages.
 * Why: a reference count costs little until another CPU wants it, and what else the threads share
 * must stand beside it: "pagetable" is the control of "page" and "apart" that of "frame"; "private"
 * is what all of it is relative to.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/contention.h"
#include "report/draw/figures/figures.h"
#include "report/draw/panels.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/stats/usl.h"

enum {
	ASIDE = PB_AXIS_BIT(SHARING),
	LOG_FROM = 8, /* threads from which on the axis is logarithmic */
};

#define ASIDE_WORDS                                                           \
	"whiskers: 80 % of the samples; pagetable and apart, the controls: " \
	"threads share no page"

/* Spread: from the sample that one in ten is below to the one that one in ten is above. */
static const double spread_low = 0.1, spread_high = 0.9;

static bool in_group(const struct pb_contention *group, const struct pb_setting *setting)
{
	return pb_setting_same_but(group->setting, setting, ASIDE | PB_SETTING_THREADS);
}

/* The cell of this strategy, sharing and number of threads; one thread alone shares nothing. */
static const struct pb_summary_cell *cell_at(const struct pb_contention *group,
					     const char *strategy, enum pb_cell_sharing sharing,
					     uint32_t nr_threads)
{
	const struct pb_view *view = group->view;

	for (size_t s = 0; s < view->nr_settings; s++) {
		const struct pb_setting *setting = &view->settings[s];

		if (in_group(group, setting) && setting->cell->nr_threads == nr_threads &&
		    setting->cell->sharing == (nr_threads == 1 ? PB_SHARING_PRIVATE : sharing))
			return pb_view_cell(view, setting, strategy, group->nr_pages);
	}
	return NULL;
}

static void threads_add(struct pb_contention *group, uint32_t nr_threads)
{
	size_t at = 0;

	while (at < group->nr_threads && group->threads[at] < nr_threads)
		at++;
	if ((at < group->nr_threads && group->threads[at] == nr_threads) ||
	    group->nr_threads == PB_CONTENTION_THREADS)
		return;
	memmove(&group->threads[at + 1], &group->threads[at],
		(group->nr_threads - at) * sizeof(*group->threads));
	group->threads[at] = nr_threads;
	group->nr_threads++;
}

/* Is there a number for more than one thread? Then the most pages that has one. */
static bool group_find(struct pb_contention *group)
{
	const struct pb_view *view = group->view;

	for (size_t i = 0; i < view->summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];
		struct pb_setting setting = { .cell = &cell->cell };

		if (!in_group(group, &setting))
			continue;
		if (cell->cell.nr_threads > 1 && cell->cell.nr_pages > group->nr_pages &&
		    !isnan(pb_view_value(view, cell).total))
			group->nr_pages = cell->cell.nr_pages;
	}
	for (size_t s = 0; s < view->nr_settings && group->nr_pages; s++)
		if (in_group(group, &view->settings[s]))
			threads_add(group, view->settings[s].cell->nr_threads);
	return group->nr_pages != 0;
}

double pb_contention_total(const struct pb_contention *group, const char *strategy,
			   enum pb_cell_sharing sharing, uint32_t nr_threads)
{
	return pb_view_value(group->view, cell_at(group, strategy, sharing, nr_threads)).total;
}

/* Where some cell with several threads has no private one beside it, all relate to one thread. */
static void reference_choose(struct pb_contention *group)
{
	const struct pb_view *view = group->view;

	for (size_t i = 0; i < view->nr_strategies; i++)
		for (size_t l = 0; l < PB_NR_SHARING_LOOKS; l++)
			for (size_t t = 0; t < group->nr_threads; t++)
				if (!isnan(pb_contention_total(group, view->strategies[i],
							       pb_sharing_looks[l].sharing,
							       group->threads[t])) &&
				    isnan(pb_contention_total(group, view->strategies[i],
							      PB_SHARING_PRIVATE,
							      group->threads[t])))
					group->by_one = true;
}

double pb_contention_reference(const struct pb_contention *group, const char *strategy,
			       uint32_t nr_threads)
{
	return pb_contention_total(group, strategy, PB_SHARING_PRIVATE,
				   group->by_one ? 1 : nr_threads);
}

static int point_add(const struct pb_contention *group, const char *strategy,
		     enum pb_cell_sharing sharing, uint32_t nr_threads, struct pb_line *line)
{
	const struct pb_summary_cell *cell = cell_at(group, strategy, sharing, nr_threads);
	double reference = pb_contention_reference(group, strategy, nr_threads), low = NAN,
	       high = NAN;
	double total = pb_view_value(group->view, cell).total;
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret;

	if (isnan(total) || !(reference > 0))
		return 0;
	ret = pb_view_samples(group->view, cell, &values, &nr);
	if (ret)
		return ret;
	if (nr > 1) {
		gsl_sort(values, 1, nr);
		low = gsl_stats_quantile_from_sorted_data(values, 1, nr, spread_low) / reference;
		high = gsl_stats_quantile_from_sorted_data(values, 1, nr, spread_high) / reference;
	}
	pb_line_point(line, nr_threads, total / reference, low, high);
	return 0;
}

static int line_fill(const struct pb_contention *group, const char *strategy, size_t look,
		     struct pb_figure *figure)
{
	enum pb_cell_sharing sharing = pb_sharing_looks[look].sharing;
	char number[PB_NUMBER_LEN];
	struct pb_line *line;
	int ret = pb_line_add(figure, pb_sharing_name(sharing),
			      pb_sharing_looks[look].grey ? pb_sharing_looks[look].grey
							  : pb_strategy_colour(strategy),
			      group->nr_threads, &line);

	if (ret)
		return ret;
	line->dashed = pb_sharing_looks[look].dashed;
	for (size_t t = 0; t < group->nr_threads && !ret; t++)
		ret = point_add(group, strategy, sharing, group->threads[t], line);
	if (ret)
		return ret;
	/* One thread alone is the same cell on every line: what has nothing else is no line. */
	if (!line->nr_points || line->x[line->nr_points - 1] < 2) {
		pb_line_drop(figure);
		return 0;
	}
	line->label = pb_format("%s %s×", pb_sharing_name(sharing),
				pb_number_short(line->y[line->nr_points - 1], number));
	return line->label ? 0 : -ENOMEM;
}

static int panels_fill(const struct pb_contention *group, struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf peaks = { 0 };
	_cleanup_free_ char *words = NULL;
	size_t most = 0;

	for (size_t i = 0; i < group->view->nr_strategies; i++) {
		const char *strategy = group->view->strategies[i];
		size_t before = figure->nr_lines;
		int ret = pb_panel_add(figure, strategy);

		for (size_t l = 0; l < PB_NR_SHARING_LOOKS && !ret; l++)
			ret = line_fill(group, strategy, l, figure);
		if (!ret && figure->nr_lines == before)
			pb_panel_drop(figure);
		else if (!ret)
			ret = pb_contention_fit(group, strategy, figure, &peaks, &most);
		if (ret)
			return ret;
	}
	if (!figure->nr_panels)
		return 0;
	words = most < PB_USL_LEAST
			? pb_format("no scalability law is fitted: it wants %d numbers of threads "
				    "with a CPU for each thread, and here %s %zu",
				    PB_USL_LEAST, most == 1 ? "is" : "are", most)
			: pb_format("thin: the scalability law 1 + σ(N−1) + κN(N−1), with standard "
				    "errors%s%s",
				    peaks.len_bytes ? "; most throughput, threads: " : "",
				    peaks.len_bytes ? peaks.data : "");
	return words ? pb_figure_note(figure, words) : -ENOMEM;
}

/* ", not measured: ..." with what the note has room for; the table below has all. */
static int refusals_note(const struct pb_contention *group, struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf words = { 0 };
	const struct pb_view *view = group->view;
	int ret = 0;

	for (size_t i = 0; i < view->summary->nr_cells && !ret; i++) {
		const struct pb_summary_cell *cell = &view->summary->cells[i];
		struct pb_setting setting = { .cell = &cell->cell };
		_cleanup_free_ char *why = NULL, *name = NULL;

		if (cell->cell.nr_threads < 2 || cell->cell.nr_pages != group->nr_pages ||
		    cell->state == PB_CELL_MEASURED || !in_group(group, &setting))
			continue;
		why = pb_figure_absence(cell);
		name = why ? pb_printable_copy(cell->cell.strategy, "") : NULL;
		ret = name ? pb_buf_printf(&words, "%s%s %s with %" PRIu32 ": %s",
					   words.len_bytes ? ", " : "not measured: ", name,
					   pb_sharing_name(cell->cell.sharing),
					   cell->cell.nr_threads, why)
			   : -ENOMEM;
	}
	return ret || !words.len_bytes ? ret : pb_figure_note(figure, words.data);
}

/*
 * The controls of system calls: what one line costs that two CPUs want, and two that they do not.
 */
static int controls_note(const struct pb_contention *group, struct pb_figure *figure)
{
	static const char *const metrics[] = { "xadd-same-line", "xadd-own-lines" };
	double least[2] = { INFINITY, INFINITY }, most[2] = { -INFINITY, -INFINITY };
	char number[4][PB_NUMBER_LEN];
	_cleanup_free_ char *words = NULL;

	for (size_t s = 0; s < group->view->nr_settings; s++) {
		const struct pb_setting *setting = &group->view->settings[s];

		for (size_t i = 0; i < group->view->nr_strategies * 2; i++) {
			const struct pb_summary_cell *cell =
				pb_view_cell(group->view, setting, group->view->strategies[i / 2],
					     group->nr_pages);
			const struct pb_summary_series *control =
				cell && in_group(group, setting)
					? pb_summary_find(cell, "control", metrics[i % 2])
					: NULL;

			if (!control || !control->nr)
				continue;
			least[i % 2] = fmin(least[i % 2], control->min);
			most[i % 2] = fmax(most[i % 2], control->max);
		}
	}
	if (most[0] < least[0] || most[1] < least[1])
		return 0;
	words = pb_format(
		"beside it an atomic addition took %s to %s ns on one line, %s to %s on two; "
		"where one line's is hardly dearer, the CPUs were two threads of a core",
		pb_number_short(least[0], number[0]), pb_number_short(most[0], number[1]),
		pb_number_short(least[1], number[2]), pb_number_short(most[1], number[3]));
	return words ? pb_figure_note(figure, words) : -ENOMEM;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	int ret = pb_buf_printf(&buf, "%s, %s, at most threads:", figure->title, figure->unit);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++) {
		const struct pb_line *line = &figure->lines[i];

		if (!line->curve)
			ret = pb_buf_printf(&buf, "%s %s %s", i ? "," : "",
					    figure->panels[line->panel], line->label);
	}
	return ret ? NULL : pb_steal(buf.data);
}

static int words_set(const struct pb_contention *group, struct pb_figure *figure)
{
	_cleanup_free_ char *words =
		pb_setting_title_but(group->setting, ASIDE | PB_SETTING_THREADS);
	char pages[PB_WORD_LEN];

	free(figure->unit);
	figure->unit = pb_format("times the cost %s",
				 group->by_one ? "of one thread alone" : "of private pages");
	figure->title = words ? pb_format("Cost of a page by threads that share: %s, %s a call",
					  words, pb_pages_words(group->nr_pages, pages))
			      : NULL;
	if (!figure->unit || !figure->title)
		return -ENOMEM;
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	struct pb_contention group = { .view = view, .setting = setting };
	struct pb_setting all = *setting;
	struct pb_figure *figure;
	struct pb_cell cell = *setting->cell;
	char number[PB_WORD_LEN];
	int ret;

	/* Of private pages nothing moves between simulated CPUs, and nothing relates to that. */
	if (pb_evidence_row(view->summary->run.evidence)->flags & PB_EVIDENCE_DRAWN)
		return 0;
	if (!pb_setting_is_first_but(view, setting, ASIDE | PB_SETTING_THREADS) ||
	    !group_find(&group))
		return 0;
	reference_choose(&group);
	/* Its name is that of the setting without what the figure spreads out. */
	cell.nr_threads = 1;
	cell.sharing = PB_SHARING_PRIVATE;
	all.cell = &cell;
	snprintf(number, sizeof(number), "%" PRIu64, group.nr_pages);
	ret = pb_figure_add(figures, kind, view, &all, number, &figure);
	if (!ret)
		ret = pb_figure_note(
			figure,
			group.by_one
				? "acquire and release together, relative to one thread alone; " ASIDE_WORDS
				: "acquire and release together, relative to as many threads with "
				  "pages of their own; " ASIDE_WORDS);
	if (!ret)
		ret = panels_fill(&group, figure);
	if (ret)
		return ret;
	if (!figure->nr_panels) {
		pb_figure_drop(figures);
		return 0;
	}
	ret = controls_note(&group, figure);
	if (!ret)
		ret = refusals_note(&group, figure);
	return ret ? ret : words_set(&group, figure);
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_panels_data(figure, "threads", "sharing", out);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	struct pb_axes axes = { .words = " (vertical), by threads" };
	double threads[PB_TICS_MOST], most = 0;
	size_t nr = 0;

	for (size_t i = 0; i < figure->nr_lines; i++) {
		const struct pb_line *line = &figure->lines[i];

		for (size_t p = 0; p < line->nr_points && !line->curve; p++) {
			bool known = false;

			for (size_t t = 0; t < nr; t++)
				known = known || threads[t] == line->x[p];
			if (!known && nr < PB_TICS_MOST)
				threads[nr++] = line->x[p];
			most = fmax(most, line->x[p]);
		}
	}
	gsl_sort(threads, 1, nr);
	for (size_t t = 0; t < nr; t++) {
		char text[PB_WORD_LEN];

		snprintf(text, sizeof(text), "%.0f", threads[t]);
		pb_axes_tic(&axes, threads[t], text);
	}
	axes.log_x = most > LOG_FROM;
	return pb_panels_script(figure, &axes, canvas, out);
}

const struct pb_figure_kind pb_figure_contention = {
	.name = "contention",
	.template = "panels.gp",
	.overview = true,
	.plan = plan,
	.data = data,
	.script = script,
};
