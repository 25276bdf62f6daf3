// SPDX-License-Identifier: GPL-2.0-only
/*
 * distribution - what share of the calls cost no more than how much: one panel a family.
 * Why: a median hides what one call in a thousand costs, and that one is somebody's deadline.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_sort.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/draw/panels.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

enum { SAMPLES_LEAST = 20 };

/* The distribution of one phase of a cell: @share[i] of the calls cost @cost[i] a page or less. */
struct shares {
	size_t nr;
	double *share;
	double *cost;
	double nr_calls;
	bool counted; /* from a histogram */
};

static void shares_done(struct shares *shares)
{
	free(shares->share);
	free(shares->cost);
	*shares = (struct shares){ 0 };
}

static int shares_alloc(struct shares *shares, size_t nr)
{
	shares->share = calloc(nr + 1, sizeof(double));
	shares->cost = calloc(nr + 1, sizeof(double));
	return shares->share && shares->cost ? 0 : pb_fail(-ENOMEM, "out of memory");
}

/* Buckets hold raw calls: what the empty window cost comes off, as it does off a sample. */
static int shares_of_histogram(const struct pb_histogram *histogram,
			       const struct pb_summary_series *series, uint64_t nr_pages,
			       struct shares *shares)
{
	double before = 0;
	int ret = shares_alloc(shares, histogram->nr_buckets);

	if (ret)
		return ret;
	shares->counted = true;
	shares->nr_calls = (double)pb_histogram_count(histogram);
	for (size_t i = 0; i < histogram->nr_buckets; i++) {
		const struct pb_histogram_bucket *bucket = &histogram->buckets[i];

		before += (double)bucket->count;
		shares->share[i] = before / shares->nr_calls;
		shares->cost[i] = ((double)(bucket->low + bucket->width - 1) - series->empty) /
				  (double)nr_pages;
	}
	shares->nr = histogram->nr_buckets;
	return 0;
}

static int shares_of_samples(const struct pb_view *view, const struct pb_summary_cell *cell,
			     const struct pb_summary_series *series, struct shares *shares)
{
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret = pb_summary_values(view->store, cell, series, &values, &nr);

	if (ret || nr < SAMPLES_LEAST)
		return ret;
	ret = shares_alloc(shares, nr);
	if (ret)
		return ret;
	gsl_sort(values, 1, nr);
	for (size_t i = 0; i < nr; i++) {
		shares->share[i] = (double)(i + 1) / (double)nr;
		shares->cost[i] = values[i];
	}
	shares->nr = nr;
	shares->nr_calls = (double)nr;
	return 0;
}

/* Nothing where there is neither; samples that are all the same call are no distribution. */
static int shares_load(const struct pb_view *view, const struct pb_summary_cell *cell,
		       const char *phase, struct shares *shares)
{
	const struct pb_summary_series *series;

	if (!cell || cell->state != PB_CELL_MEASURED)
		return 0;
	series = pb_summary_find(cell, phase, view->metric);
	if (!series)
		return 0;
	for (size_t i = 0; i < cell->nr_histograms; i++)
		if (pb_streq(cell->histograms[i].phase, phase) &&
		    pb_streq(cell->histograms[i].metric, view->metric))
			return shares_of_histogram(&cell->histograms[i], series,
						   cell->cell.nr_pages, shares);
	/* Exact samples differ by who else ran: that is not what calls cost. */
	if (!view->store || pb_evidence_is_exact(view->summary->run.evidence))
		return 0;
	return shares_of_samples(view, cell, series, shares);
}

/* On this axis 90 %, 99 % and 99.9 % are equally far apart; all calls are beyond the last one. */
static double position_of(double share, double nr_calls)
{
	double rest = 1 - share, least = 1 / (2 * nr_calls);

	return -log10(rest > least ? rest : least);
}

static int line_fill(const struct shares *shares, const char *strategy, const char *phase,
		     struct pb_figure *figure)
{
	bool is_release = pb_streq(phase, "release");
	char number[PB_NUMBER_LEN];
	struct pb_line *line;
	int ret =
		pb_line_add(figure, strategy, pb_strategy_colour(strategy), 2 * shares->nr, &line);
	double before = 0;

	if (ret)
		return ret;
	line->plain = true;
	line->pale = is_release;
	line->dashed = pb_strategy_is_fast(strategy);
	/* In steps: nothing is known between a bucket and the next. A logarithm knows no zero. */
	for (size_t i = 0; i < shares->nr; i++) {
		double here = position_of(shares->share[i], shares->nr_calls);

		if (shares->cost[i] > 0) {
			pb_line_point(line, before, shares->cost[i], NAN, NAN);
			pb_line_point(line, here, shares->cost[i], NAN, NAN);
		}
		before = here;
	}
	if (!line->nr_points) {
		pb_line_drop(figure);
		return 0;
	}
	line->label = pb_format("%s%s %s", strategy, is_release ? " release" : "",
				pb_number_short(line->y[line->nr_points - 1], number));
	return line->label ? 0 : -ENOMEM;
}

/* What a figure is made of, as it comes in. */
struct sums {
	double least_calls, most_calls;
	bool counted, sampled;
};

static int strategy_add(const struct pb_view *view, const struct pb_setting *setting,
			const char *strategy, struct sums *sums, struct pb_figure *figure)
{
	static const char *const phases[] = { "acquire", "release" };
	const struct pb_summary_cell *cell =
		pb_view_cell(view, setting, strategy, setting->pages[setting->nr_pages - 1]);
	int ret = 0;

	for (size_t i = 0; i < PB_ARRAY_SIZE(phases) && !ret; i++) {
		pb_cleanup(shares_done) struct shares shares = { 0 };

		ret = shares_load(view, cell, phases[i], &shares);
		if (ret || !shares.nr)
			continue;
		sums->counted = sums->counted || shares.counted;
		sums->sampled = sums->sampled || !shares.counted;
		sums->most_calls = fmax(sums->most_calls, shares.nr_calls);
		sums->least_calls = sums->least_calls ? fmin(sums->least_calls, shares.nr_calls)
						      : shares.nr_calls;
		ret = line_fill(&shares, strategy, phases[i], figure);
	}
	return ret;
}

static int panel_fill(const struct pb_view *view, const struct pb_setting *setting,
		      const char *panel, struct sums *sums, struct pb_figure *figure)
{
	size_t before = figure->nr_lines;
	int ret = pb_panel_add(figure, panel);

	for (size_t i = 0; i < view->nr_strategies && !ret; i++) {
		const char *of = pb_strategy_panel(view->strategies[i]);

		if (of && pb_streq(of, panel))
			ret = strategy_add(view, setting, view->strategies[i], sums, figure);
	}
	if (!ret && figure->nr_lines == before)
		pb_panel_drop(figure);
	return ret;
}

/* "from 100000 calls each, counted in histograms" */
static int note_add(const struct pb_view *view, const struct sums *sums, struct pb_figure *figure)
{
	_cleanup_free_ char *calls =
		sums->least_calls < sums->most_calls
			? pb_format("%.0f to %.0f", sums->least_calls, sums->most_calls)
			: pb_format("%.0f", sums->most_calls);
	/* A system call is timed many times for a sample (docs/syscall.md). */
	const char *each = view->summary->run.evidence == PB_EVIDENCE_SYSCALL
				   ? " (each the middle of many calls' times)"
				   : ", since no histogram was asked for (--ops)";
	_cleanup_free_ char *words =
		calls ? pb_format(
				"strong: acquire, faint: release; dashed: fast path; numbers: the "
				"dearest call; from %s %s each%s",
				calls, sums->counted ? "calls" : "samples",
				!sums->counted  ? each
				: sums->sampled ? ", some of them samples alone"
						: "")
		      : NULL;

	return words ? pb_figure_note(figure, words) : -ENOMEM;
}

static char *alt_make(const struct pb_figure *figure)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };
	char least[PB_NUMBER_LEN];
	int ret = pb_buf_printf(&buf, "%s, %s, the cheapest call and the dearest:", figure->title,
				figure->unit);

	for (size_t i = 0; i < figure->nr_lines && !ret; i++)
		ret = pb_buf_printf(&buf, "%s %s from %s", i ? "," : "", figure->lines[i].label,
				    pb_number_short(figure->lines[i].y[0], least));
	return ret ? NULL : pb_steal(buf.data);
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	_cleanup_free_ char *words = pb_setting_title(setting);
	char pages[PB_WORD_LEN], number[PB_WORD_LEN];
	uint64_t nr_pages = setting->pages[setting->nr_pages - 1];
	struct sums sums = { 0 };
	struct pb_figure *figure;
	int ret;

	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = words ? pb_figure_add(figures, kind, view, setting, number, &figure) : -ENOMEM;
	for (size_t i = 0; i < view->nr_strategies && !ret; i++)
		if (pb_view_panel_is_new(view, i))
			ret = panel_fill(view, setting, pb_strategy_panel(view->strategies[i]),
					 &sums, figure);
	if (ret)
		return ret;
	if (!figure->nr_panels) {
		pb_figure_drop(figures);
		return 0;
	}
	ret = note_add(view, &sums, figure);
	if (ret)
		return ret;
	figure->title = pb_format("What part of the calls costs how much: %s, %s a call", words,
				  pb_pages_words(nr_pages, pages));
	if (!figure->title)
		return -ENOMEM;
	figure->alt = alt_make(figure);
	return figure->alt ? 0 : -ENOMEM;
}

static void data(const struct pb_figure *figure, FILE *out)
{
	pb_panels_data(figure, "-log10(1 - share of the calls)", "strategy", out);
}

static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	static const struct {
		double share;
		const char *text;
	} tics[] = { { 0.5, "50 %" },       { 0.9, "90 %" },       { 0.99, "99 %" },
		     { 0.999, "99.9 %" },   { 0.9999, "99.99 %" }, { 0.99999, "99.999 %" },
		     { 0.999999, "1−10⁻⁶" } };
	struct pb_axes axes = { .words = " (vertical), by the share of calls that cost no more",
				.log_y = true };
	double most = 0;

	for (size_t i = 0; i < figure->nr_lines; i++)
		most = fmax(most, figure->lines[i].x[figure->lines[i].nr_points - 1]);
	for (size_t i = 0; i < PB_ARRAY_SIZE(tics); i++)
		if (-log10(1 - tics[i].share) < most - 0.15)
			pb_axes_tic(&axes, -log10(1 - tics[i].share), tics[i].text);
	pb_axes_tic(&axes, most, "all");
	axes.x_max = most;
	return pb_panels_script(figure, &axes, canvas, out);
}

const struct pb_figure_kind pb_figure_distribution = {
	.name = "distribution",
	.template = "panels.gp",
	.overview = true,
	.one_by_one = true,
	.all_calls = true,
	/* Under load, tails are news. */
	.usual_but = PB_AXIS_BIT(LOAD) | PB_AXIS_BIT(INTENT),
	.plan = plan,
	.data = data,
	.script = script,
};
