// SPDX-License-Identifier: GPL-2.0-only
/*
 * pairs - matched pairs of system calls: what they differ by, as a share of the one that does more.
 * Why: a system call holds more than its pages; where two do the same but for one thing, that thing
 * has a cost of its own. Which pairs there are is data/pairs.tsv.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>

#include "collect/store/read.h"
#include "common/embed.h"
#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/draw/figures/pairs.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

static const double spread_low = 0.1, spread_high = 0.9;

/* Cuts the next field off *rest; an empty one where there is none. */
static char *field_take(char **rest)
{
	char *field = strsep(rest, "\t");

	return field ? field : (char *)"";
}

static int row_parse(char *line, struct pb_pair *pair)
{
	pair->what = field_take(&line);
	for (int i = 0; i < 2; i++) {
		pair->sides[i].strategy = field_take(&line);
		pair->sides[i].phases = field_take(&line);
		pair->sides[i].baselines = field_take(&line);
	}
	pair->is = field_take(&line);
	if (*pair->is && !line)
		return 0;
	return pb_fail(-EBADMSG, "data/pairs.tsv: the row of '%s' does not have 8 fields",
		       pair->what);
}

int pb_pairs_load(struct pb_pairs *ret_pairs)
{
	pb_cleanup(pb_pairs_done) struct pb_pairs pairs = { 0 };
	char *rest, *line;

	pairs.text = strdup(pb_embedded_pairs[0].text);
	if (!pairs.text)
		return pb_fail(-ENOMEM, "out of memory");
	rest = pairs.text;
	while ((line = strsep(&rest, "\n"))) {
		int ret;

		if (!*line || *line == '#')
			continue;
		if (pairs.nr == PB_PAIRS_MOST)
			return pb_fail(-E2BIG, "data/pairs.tsv: more than %d rows", PB_PAIRS_MOST);
		ret = row_parse(line, &pairs.rows[pairs.nr++]);
		if (ret)
			return ret;
	}
	*ret_pairs = pairs;
	pairs = (struct pb_pairs){ 0 };
	return 0;
}

void pb_pairs_done(struct pb_pairs *pairs)
{
	free(pairs->text);
	*pairs = (struct pb_pairs){ 0 };
}

/* One side's samples: what its phases cost a call, less the baselines of the same visits. */
struct terms {
	double *values; /* NULL: not measured */
	size_t nr;
};

static void terms_done(struct terms *terms)
{
	free(terms->values);
}

static int phase_add(const struct pb_view *view, const struct pb_summary_cell *cell,
		     const char *phase, double sign, struct terms *terms)
{
	bool is_baseline = !strncmp(phase, "harness", strlen("harness"));
	const struct pb_summary_series *series =
		pb_summary_find(cell, phase, is_baseline ? "baseline" : view->metric);
	_cleanup_free_ double *values = NULL;
	size_t nr = 0;
	int ret = series ? pb_store_values(view->store, series->id, &values, &nr) : 0;

	if (ret)
		return ret;
	/* A phase that this cell lacks leaves no sum. */
	terms->nr = terms->values && nr > terms->nr ? terms->nr : nr;
	if (!terms->values) {
		terms->values = calloc(nr + 1, sizeof(double));
		if (!terms->values)
			return pb_fail(-ENOMEM, "out of memory");
	}
	for (size_t i = 0; i < terms->nr; i++)
		terms->values[i] += sign * values[i];
	return 0;
}

/* @phases are joined by +; "-" is none. */
static int phases_add(const struct pb_view *view, const struct pb_summary_cell *cell,
		      const char *phases, double sign, struct terms *terms)
{
	_cleanup_free_ char *copy = strdup(phases);
	char *rest = copy, *phase;
	int ret = copy ? 0 : pb_fail(-ENOMEM, "out of memory");

	while (!ret && !pb_streq(phases, "-") && (phase = strsep(&rest, "+")))
		ret = phase_add(view, cell, phase, sign, terms);
	return ret;
}

static int terms_load(const struct pb_view *view, const struct pb_setting *setting,
		      const struct pb_pair_side *side, uint64_t nr_pages, struct terms *terms)
{
	const struct pb_summary_cell *cell = pb_view_cell(view, setting, side->strategy, nr_pages);
	int ret;

	if (!cell || cell->state != PB_CELL_MEASURED)
		return 0;
	ret = phases_add(view, cell, side->phases, 1, terms);
	return ret ? ret : phases_add(view, cell, side->baselines, -1, terms);
}

/* A page's cost on one side, what the other leaves of it, and that as a share with its spread. */
struct difference {
	double of, by;
	double share, low, high;
};

/* Sample by sample: both of a pair were taken in the same visit, or at least in the same round. */
static int difference_make(const struct terms *of, const struct terms *less, uint64_t nr_pages,
			   struct difference *ret_difference)
{
	size_t nr = of->nr < less->nr ? of->nr : less->nr, known = 0;
	_cleanup_free_ double *of_page = calloc(nr + 1, sizeof(double));
	_cleanup_free_ double *by_page = calloc(nr + 1, sizeof(double));
	_cleanup_free_ double *shares = calloc(nr + 1, sizeof(double));
	struct difference d;

	if (!of_page || !by_page || !shares)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < nr; i++) {
		if (isnan(of->values[i]) || isnan(less->values[i]) || !(of->values[i] > 0))
			continue;
		of_page[known] = of->values[i] / (double)nr_pages;
		by_page[known] = (of->values[i] - less->values[i]) / (double)nr_pages;
		shares[known] = by_page[known] / of_page[known];
		known++;
	}
	if (!known)
		return -ENODATA;
	gsl_sort(of_page, 1, known);
	gsl_sort(by_page, 1, known);
	gsl_sort(shares, 1, known);
	d.of = gsl_stats_median_from_sorted_data(of_page, 1, known);
	d.by = gsl_stats_median_from_sorted_data(by_page, 1, known);
	d.share = gsl_stats_median_from_sorted_data(shares, 1, known);
	d.low = gsl_stats_quantile_from_sorted_data(shares, 1, known, spread_low);
	d.high = gsl_stats_quantile_from_sorted_data(shares, 1, known, spread_high);
	*ret_difference = d;
	return 0;
}

/* Whole per cent, with a true minus sign. */
static const char *percent(double share, char buf[PB_NUMBER_LEN])
{
	double whole = round(100 * share);

	snprintf(buf, PB_NUMBER_LEN, "%s%.0f", whole < 0 ? "−" : "", fabs(whole));
	return buf;
}

static int bar_add(const struct pb_pair *pair, uint64_t nr_pages, const struct difference *d,
		   struct pb_figure *figure, struct pb_buf *alt)
{
	char name[PB_WORD_LEN], by[PB_NUMBER_LEN], of[PB_NUMBER_LEN];
	char share[PB_NUMBER_LEN], low[PB_NUMBER_LEN], high[PB_NUMBER_LEN];
	_cleanup_free_ char *label =
		pb_format("%s of %s: %s %%  (%s to %s)", pb_number_short(d->by, by),
			  pb_number_short(d->of, of), percent(d->share, share),
			  percent(d->low, low), percent(d->high, high));
	/* Strong is the end of the bar, faint what both calls have in common. */
	struct pb_bar bar = { .name = name,
			      .label = label,
			      .start = d->of,
			      .middle = d->of - d->by,
			      .colour = pb_strategy_colour(pair->sides[0].strategy) };
	int ret;

	pb_pages_words(nr_pages, name);
	ret = label ? pb_bar_add(figure, &bar) : -ENOMEM;
	return ret ? ret : pb_buf_printf(alt, " %s %s;", name, label);
}

static int pair_add(const struct pb_view *view, const struct pb_setting *setting,
		    const struct pb_pair *pair, struct pb_figure *figure, struct pb_buf *alt)
{
	/* Two lines, so that a narrow picture has room for them. */
	struct pb_bar what = { .name = (char *)pair->what }, is = { .name = (char *)pair->is };
	bool begun = false;
	int ret = 0;

	for (size_t i = 0; i < setting->nr_pages && !ret; i++) {
		pb_cleanup(terms_done) struct terms of = { 0 }, less = { 0 };
		struct difference d = { 0 };

		ret = terms_load(view, setting, &pair->sides[0], setting->pages[i], &of);
		if (!ret)
			ret = terms_load(view, setting, &pair->sides[1], setting->pages[i], &less);
		if (ret)
			return ret;
		ret = difference_make(&of, &less, setting->pages[i], &d);
		if (ret == -ENODATA) {
			ret = 0;
			continue;
		}
		if (!ret && !begun)
			ret = pb_bar_add(figure, &what);
		if (!ret && !begun)
			ret = pb_bar_add(figure, &is);
		if (!ret && !begun)
			ret = pb_buf_printf(alt, " %s: %s:", pair->what, pair->is);
		begun = true;
		if (!ret)
			ret = bar_add(pair, setting->pages[i], &d, figure, alt);
	}
	return ret;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	pb_cleanup(pb_pairs_done) struct pb_pairs pairs = { 0 };
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	_cleanup_free_ char *words = pb_setting_title(setting);
	struct pb_figure *figure;
	int ret;

	/* Elsewhere strategies stand on one another, and the figure `steps` says by how much. */
	if (!view->store || pb_evidence_stacks(view->summary->run.evidence))
		return 0;
	ret = words ? pb_pairs_load(&pairs) : -ENOMEM;
	if (!ret)
		ret = pb_figure_add(figures, kind, view, setting, "", &figure);
	if (!ret)
		ret = pb_figure_note(figure,
				     "strong: what the second call lacks; faint: what both have in "
				     "common; each less its own baseline; in brackets: 80 % of the "
				     "samples");
	for (size_t i = 0; i < pairs.nr && !ret; i++)
		ret = pair_add(view, setting, &pairs.rows[i], figure, &alt);
	if (ret)
		return ret;
	if (!figure->nr_bars) {
		pb_figure_drop(figures);
		return 0;
	}
	figure->title = pb_format("What matched calls differ by: %s", words);
	figure->alt = figure->title ? pb_format("%s, %s.%s", figure->title, figure->unit, alt.data)
				    : NULL;
	return figure->alt ? 0 : -ENOMEM;
}

const struct pb_figure_kind pb_figure_pairs = {
	.name = "pairs",
	.template = "bars.gp",
	.one_by_one = true,
	.plan = plan,
	.data = pb_bars_data,
	.script = pb_bars_script,
};
