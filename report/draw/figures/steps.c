// SPDX-License-Identifier: GPL-2.0-only
/*
 * steps - what each step adds: ref, get, pin, longterm, by the slow path and the fast; follow, odp.
 * Why: a strategy's price is what it adds to the one it builds on.
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

enum { CHAIN_MAX = 16 };

/* From the harness's own cost up to the strategy that nothing builds on. */
struct chain {
	size_t nr;
	const struct pb_strategy_row *links[CHAIN_MAX];
};

static bool is_leaf(const struct pb_strategy_row *strategy)
{
	for (size_t i = 0; i < pb_nr_strategy_rows; i++)
		if (&pb_strategy_rows[i] != strategy &&
		    pb_streq(pb_strategy_rows[i].floor, strategy->name))
			return false;
	return true;
}

static struct chain chain_of(const struct pb_strategy_row *leaf)
{
	const struct pb_strategy_row *up[CHAIN_MAX];
	struct chain chain = { 0 };
	size_t nr = 0;

	for (const struct pb_strategy_row *s = leaf; s && nr < CHAIN_MAX;
	     s = pb_strategy_find(s->floor)) {
		up[nr++] = s;
		if (pb_streq(s->floor, s->name))
			break;
	}
	while (nr)
		chain.links[chain.nr++] = up[--nr];
	return chain;
}

static const char *chain_words(const struct chain *chain)
{
	if (pb_strategy_is_fast(chain->links[chain->nr - 1]->name))
		return "fast path";
	if (chain->nr > 1 && pb_streq(chain->links[1]->name, "ref"))
		return "slow path";
	return "no reference";
}

static struct pb_value value_of(const struct pb_view *view, const struct pb_setting *setting,
				const struct pb_strategy_row *strategy, uint64_t nr_pages)
{
	return pb_view_value(view, pb_view_cell(view, setting, strategy->name, nr_pages));
}

static int step_add(const struct pb_view *view, const struct pb_setting *setting, uint64_t nr_pages,
		    const struct chain *chain, size_t at, struct pb_figure *figure)
{
	const struct pb_strategy_row *strategy = chain->links[at];
	struct pb_value below = value_of(view, setting, chain->links[at - 1], nr_pages);
	struct pb_value here = value_of(view, setting, strategy, nr_pages);
	char change[PB_NUMBER_LEN], total[PB_NUMBER_LEN];
	struct pb_bar bar = { .name = (char *)strategy->name,
			      .colour = pb_strategy_colour(strategy->name) };
	_cleanup_free_ char *label = NULL;

	if (isnan(here.total)) {
		label = pb_figure_absence(pb_view_cell(view, setting, strategy->name, nr_pages));
	} else if (isnan(below.total)) {
		label = pb_format("%s: %s was not measured", pb_number_short(here.total, total),
				  chain->links[at - 1]->name);
		bar.start = bar.middle = bar.end = here.total;
	} else {
		double by = here.total - below.total;

		bar.start = below.total;
		bar.middle = bar.end = here.total;
		bar.linked = at + 1 < chain->nr;
		label = pb_format("%s%s  (%s)", by >= 0.005 ? "+" : "", pb_number_short(by, change),
				  pb_number_short(here.total, total));
	}
	bar.label = label;
	return label ? pb_bar_add(figure, &bar) : -ENOMEM;
}

static int chain_add(const struct pb_view *view, const struct pb_setting *setting,
		     uint64_t nr_pages, const struct chain *chain, struct pb_figure *figure,
		     struct pb_buf *alt)
{
	struct pb_bar heading = { .name = (char *)chain_words(chain) };
	int ret = pb_bar_add(figure, &heading);

	if (!ret)
		ret = pb_buf_printf(alt, " %s:", heading.name);
	for (size_t i = 1; i < chain->nr && !ret; i++) {
		ret = step_add(view, setting, nr_pages, chain, i, figure);
		if (!ret)
			ret = pb_buf_printf(alt, "%s %s %s", i > 1 ? "," : "",
					    chain->links[i]->name,
					    figure->bars[figure->nr_bars - 1].label);
	}
	return ret ? ret : pb_buf_printf(alt, ".");
}

/* A chain is drawn where the run has at least two of its steps. */
static bool chain_has_data(const struct pb_view *view, const struct pb_setting *setting,
			   uint64_t nr_pages, const struct chain *chain)
{
	size_t nr = 0;

	for (size_t i = 1; i < chain->nr; i++)
		nr += !isnan(value_of(view, setting, chain->links[i], nr_pages).total);
	return nr >= 2;
}

static int chains_add(const struct pb_view *view, const struct pb_setting *setting,
		      uint64_t nr_pages, struct pb_figure *figure, struct pb_buf *alt)
{
	for (size_t i = 0; i < pb_nr_strategy_rows; i++) {
		struct chain chain = chain_of(&pb_strategy_rows[i]);
		int ret;

		if (!is_leaf(&pb_strategy_rows[i]) ||
		    !chain_has_data(view, setting, nr_pages, &chain))
			continue;
		ret = chain_add(view, setting, nr_pages, &chain, figure, alt);
		if (ret)
			return ret;
	}
	return 0;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	_cleanup_free_ char *words = pb_setting_title(setting);
	uint64_t nr_pages = setting->pages[setting->nr_pages - 1];
	char pages[PB_WORD_LEN], number[PB_WORD_LEN];
	struct pb_figure *figure;
	int ret;

	if (!pb_evidence_stacks(view->summary->run.evidence))
		return 0;
	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = words ? pb_figure_add(figures, kind, view, setting, number, &figure) : -ENOMEM;
	if (!ret)
		ret = pb_figure_note(
			figure, "a bar is what the step adds to the one above it; in brackets: "
				"the cost so far");
	if (!ret)
		ret = chains_add(view, setting, nr_pages, figure, &alt);
	if (ret)
		return ret;
	if (!figure->nr_bars) {
		pb_figure_drop(figures);
		return 0;
	}
	figure->title = pb_format("What a step adds: %s, %s a call", words,
				  pb_pages_words(nr_pages, pages));
	figure->alt = pb_format("%s, and in brackets the cost so far, %s.%s",
				figure->title ? figure->title : "", figure->unit, alt.data);
	return figure->title && figure->alt ? 0 : -ENOMEM;
}

const struct pb_figure_kind pb_figure_steps = {
	.name = "steps",
	.template = "bars.gp",
	.one_by_one = true,
	.plan = plan,
	.data = pb_bars_data,
	.script = pb_bars_script,
};
