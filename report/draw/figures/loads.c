// SPDX-License-Identifier: GPL-2.0-only
/*
 * loads - what a page costs while the machine does something else with it, against at rest.
 * Why: what a strategy costs at rest says little about one that has to retry under fork or reclaim.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

enum { ASIDE = PB_AXIS_BIT(LOAD) };

/* What the summary knows of a cell's two phases together, a page. */
struct levels {
	double least;
	double middle;
};

static struct levels levels_of(const struct pb_view *view, const struct pb_summary_cell *cell)
{
	static const char *const phases[] = { "acquire", "release" };
	struct levels levels = { NAN, NAN };

	if (!cell || cell->state != PB_CELL_MEASURED)
		return levels;
	for (size_t i = 0; i < PB_ARRAY_SIZE(phases); i++) {
		const struct pb_summary_series *series =
			pb_summary_find(cell, phases[i], view->metric);

		if (!series)
			continue;
		levels.least = (isnan(levels.least) ? 0 : levels.least) + series->min;
		levels.middle = (isnan(levels.middle) ? 0 : levels.middle) + series->median;
	}
	return levels;
}

static const char *load_of(const struct pb_setting *setting)
{
	return pb_cell_axis(setting->cell, PB_AXIS_LOAD);
}

static const struct pb_setting *at_rest(const struct pb_view *view,
					const struct pb_setting *setting)
{
	for (size_t s = 0; s < view->nr_settings; s++)
		if (pb_cell_axis_is_default(view->settings[s].cell, PB_AXIS_LOAD) &&
		    pb_setting_same_but(&view->settings[s], setting, ASIDE))
			return &view->settings[s];
	return NULL;
}

/* "retries 12, failed-EAGAIN 3": what the calls met that a time does not say; "" for nothing. */
static int events_words(struct pb_store *store, const struct pb_summary_cell *cell,
			struct pb_buf *buf)
{
	static const char *const plain[] = { "retries", "invalidations", "partial" };
	int ret = pb_buf_printf(buf, "%s", "");

	for (size_t i = 0; i < cell->nr_series && !ret && store; i++) {
		const struct pb_summary_series *series = &cell->series[i];
		bool wanted = !strncmp(series->metric, "failed", strlen("failed"));
		_cleanup_free_ double *values = NULL;
		_cleanup_free_ char *name = NULL;
		double sum = 0;
		size_t nr = 0;

		for (size_t p = 0; p < PB_ARRAY_SIZE(plain); p++)
			wanted = wanted || pb_streq(series->metric, plain[p]);
		if (!wanted || !pb_streq(series->phase, "events"))
			continue;
		ret = pb_summary_values(store, cell, series, &values, &nr);
		for (size_t v = 0; v < nr && !ret; v++)
			sum += values[v];
		name = pb_printable_copy(series->metric, "");
		if (!ret && sum > 0)
			ret = name ? pb_buf_printf(buf, "%s%s %.0f", buf->len_bytes ? ", " : "",
						   name, sum)
				   : -ENOMEM;
	}
	return ret;
}

static char *label_make(bool exact, const struct levels *rest, const struct levels *under)
{
	char least[PB_NUMBER_LEN], middle[PB_NUMBER_LEN], before[PB_NUMBER_LEN],
		after[PB_NUMBER_LEN];

	pb_number_short(under->least / rest->least, least);
	pb_number_short(under->middle / rest->middle, middle);
	pb_number_short(exact ? rest->least : rest->middle, before);
	pb_number_short(exact ? under->least : under->middle, after);
	return exact && !pb_streq(least, middle)
		       ? pb_format("%s× to %s×  (%s → %s)", least, middle, before, after)
		       : pb_format("%s×  (%s → %s)", middle, before, after);
}

/* The row's words: how many times what, or why there is no bar. */
static char *bar_words(const struct pb_view *view, const struct pb_summary_cell *cell,
		       const struct levels *rest, struct pb_bar *bar)
{
	bool exact = pb_evidence_is_exact(view->summary->run.evidence);
	struct levels under = levels_of(view, cell);
	char number[PB_NUMBER_LEN];

	if (isnan(under.middle))
		return pb_figure_absence(cell);
	if (!(rest->middle > 0) || !(rest->least > 0))
		return pb_format("%s, and none at rest", pb_number_short(under.middle, number));
	bar->end = under.middle / rest->middle;
	bar->middle = exact ? under.least / rest->least : bar->end;
	return label_make(exact, rest, &under);
}

static int bar_add(const struct pb_view *view, const struct pb_setting *setting,
		   const char *strategy, uint64_t nr_pages, struct pb_figure *figure,
		   struct pb_buf *alt)
{
	const struct pb_summary_cell *cell = pb_view_cell(view, setting, strategy, nr_pages);
	const struct pb_setting *base = at_rest(view, setting);
	struct levels rest = { NAN, NAN };
	struct pb_bar bar = { .name = (char *)strategy, .colour = pb_strategy_colour(strategy) };
	pb_cleanup(pb_buf_done) struct pb_buf events = { 0 };
	_cleanup_free_ char *label = NULL, *met = NULL;
	int ret;

	if (!cell)
		return 0;
	if (base)
		rest = levels_of(view, pb_view_cell(view, base, strategy, nr_pages));
	bar.label = label = bar_words(view, cell, &rest, &bar);
	ret = label ? pb_bar_add(figure, &bar) : -ENOMEM;
	if (!ret)
		ret = pb_buf_printf(alt, " %s %s", figure->bars[figure->nr_bars - 1].name, label);
	if (!ret)
		ret = events_words(view->store, cell, &events);
	if (ret || !events.len_bytes)
		return ret ? ret : pb_buf_printf(alt, ";");
	met = pb_format("%s met: %s", strategy, events.data);
	bar = (struct pb_bar){ .name = met };
	ret = met ? pb_bar_add(figure, &bar) : -ENOMEM;
	return ret ? ret : pb_buf_printf(alt, " with %s;", events.data);
}

/* "under fork:100", and what it really did a second, as its cells say. */
static char *heading_make(const struct pb_view *view, const struct pb_setting *setting,
			  uint64_t nr_pages)
{
	double least = INFINITY, most = -INFINITY;
	char from[PB_NUMBER_LEN], to[PB_NUMBER_LEN];

	for (size_t i = 0; i < view->nr_strategies; i++) {
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, view->strategies[i], nr_pages);
		const struct pb_summary_series *rate =
			cell ? pb_summary_find(cell, "load", "rate") : NULL;

		if (rate && rate->nr) {
			least = fmin(least, rate->median);
			most = fmax(most, rate->median);
		}
	}
	if (most < least)
		return pb_format("under %s", load_of(setting));
	pb_number_short(least, from);
	pb_number_short(most, to);
	return pb_streq(from, to)
		       ? pb_format("under %s, %s a second", load_of(setting), from)
		       : pb_format("under %s, %s to %s a second", load_of(setting), from, to);
}

/* Of a load that was measured with no strategy, why: where all say the same, a row. Else NULL. */
static char *absence_make(const struct pb_view *view, const struct pb_setting *setting,
			  uint64_t nr_pages)
{
	_cleanup_free_ char *why = NULL;

	for (size_t i = 0; i < view->nr_strategies; i++) {
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, view->strategies[i], nr_pages);
		_cleanup_free_ char *own = NULL;

		if (!cell)
			continue;
		own = cell->state == PB_CELL_MEASURED ? NULL : pb_figure_absence(cell);
		if (!own || (why && !pb_streq(why, own)))
			return NULL;
		free(why);
		why = pb_steal(own);
	}
	return why ? pb_format("under %s: %s", load_of(setting), why) : NULL;
}

/* A load's heading and its strategies. */
static int load_add(const struct pb_view *view, const struct pb_setting *setting, uint64_t nr_pages,
		    struct pb_figure *figure, struct pb_buf *alt)
{
	_cleanup_free_ char *absence = absence_make(view, setting, nr_pages);
	_cleanup_free_ char *name = absence ? NULL : heading_make(view, setting, nr_pages);
	struct pb_bar heading = { .name = absence ? absence : name };
	int ret = heading.name ? pb_bar_add(figure, &heading) : -ENOMEM;

	if (!ret)
		ret = pb_buf_printf(
			alt, absence ? " %s." : " %s:", figure->bars[figure->nr_bars - 1].name);
	for (size_t i = 0; i < view->nr_strategies && !ret && !absence; i++)
		ret = bar_add(view, setting, view->strategies[i], nr_pages, figure, alt);
	return ret;
}

/* The most pages a call that have both. */
static uint64_t pages_of(const struct pb_view *view, const struct pb_setting *setting)
{
	uint64_t most = 0;

	for (size_t s = 0; s < view->nr_settings; s++) {
		const struct pb_setting *other = &view->settings[s];

		if (other->nr_pages && !pb_cell_axis_is_default(other->cell, PB_AXIS_LOAD) &&
		    pb_setting_same_but(setting, other, ASIDE) && at_rest(view, other) &&
		    other->pages[other->nr_pages - 1] > most)
			most = other->pages[other->nr_pages - 1];
	}
	return most;
}

static int bars_fill(const struct pb_view *view, const struct pb_setting *setting,
		     uint64_t nr_pages, struct pb_figure *figure, struct pb_buf *alt)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_settings && !ret; s++) {
		const struct pb_setting *other = &view->settings[s];

		if (!pb_cell_axis_is_default(other->cell, PB_AXIS_LOAD) &&
		    pb_setting_same_but(setting, other, ASIDE))
			ret = load_add(view, other, nr_pages, figure, alt);
	}
	return ret;
}

static int words_set(const struct pb_setting *setting, uint64_t nr_pages, const struct pb_buf *alt,
		     struct pb_figure *figure)
{
	_cleanup_free_ char *words = pb_setting_title_but(setting, ASIDE);
	char pages[PB_WORD_LEN];

	free(figure->unit);
	figure->unit = strdup("cost of a page, times what it is at rest");
	figure->title = words ? pb_format("Cost of a page under load: %s, %s a call", words,
					  pb_pages_words(nr_pages, pages))
			      : NULL;
	figure->alt = figure->title ? pb_format("%s, times what it is at rest.%s", figure->title,
						alt->data)
				    : NULL;
	return figure->unit && figure->alt ? 0 : -ENOMEM;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	uint64_t nr_pages = pages_of(view, setting);
	struct pb_setting all = *setting;
	struct pb_cell cell = *setting->cell;
	char number[PB_WORD_LEN];
	struct pb_figure *figure;
	int ret;

	if (!nr_pages || !pb_setting_is_first_but(view, setting, ASIDE))
		return 0;
	cell.load = PB_LOAD_none;
	all.cell = &cell;
	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = pb_figure_add(figures, kind, view, &all, number, &figure);
	if (!ret)
		ret = pb_figure_note(
			figure,
			pb_evidence_is_exact(view->summary->run.evidence)
				? "strong, first number: by min, the least sample, what the path "
				  "itself costs; faint, second number where it differs: by median, "
				  "the middle sample, with what else ran in it; in brackets: min at "
				  "rest → under load"
				: "acquire and release together; in brackets: at rest → under "
				  "load");
	if (!ret)
		ret = bars_fill(view, setting, nr_pages, figure, &alt);
	return ret ? ret : words_set(setting, nr_pages, &alt, figure);
}

/* Bars, and a line where nothing changes. */
static int script(const struct pb_figure *figure, struct pb_canvas *canvas, FILE *out)
{
	pb_gp_number(out, "LEVEL", 1);
	return pb_bars_script(figure, canvas, out);
}

const struct pb_figure_kind pb_figure_loads = {
	.name = "loads",
	.template = "bars.gp",
	.overview = true,
	.plan = plan,
	.data = pb_bars_data,
	.script = script,
};
