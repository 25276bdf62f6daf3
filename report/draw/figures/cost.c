// SPDX-License-Identifier: GPL-2.0-only
/*
 * cost - what a page costs by strategy: acquire and release stacked, at one and at most pages a
 * call. Why: the first question of everyone, answered in one picture a memory type.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "common/err.h"
#include "common/str.h"
#include "report/draw/figures/figures.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

/* Of medians over interleavings, those of the phases do not add up to the call's. */
static bool is_drawn(const struct pb_view *view)
{
	return pb_evidence_row(view->summary->run.evidence)->flags & PB_EVIDENCE_DRAWN;
}

static char *label_make(struct pb_value value, bool drawn)
{
	char total[PB_NUMBER_LEN], acquire[PB_NUMBER_LEN], release[PB_NUMBER_LEN];

	/* A call that does both at once is one number. */
	if (isnan(value.release))
		return pb_format("%s", pb_number_short(value.total, total));
	return pb_format("%s  (%s%s%s)", pb_number_short(value.total, total),
			 pb_number_short(value.acquire, acquire), drawn ? ", " : " + ",
			 pb_number_short(value.release, release));
}

static int bars_add(const struct pb_view *view, const struct pb_setting *setting, uint64_t nr_pages,
		    struct pb_figure *figure, struct pb_buf *alt)
{
	for (size_t i = 0; i < view->nr_strategies; i++) {
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, view->strategies[i], nr_pages);
		struct pb_value value = pb_view_value(view, cell);
		bool known = !isnan(value.total);
		_cleanup_free_ char *label =
			known ? label_make(value, is_drawn(view)) : pb_figure_absence(cell);
		struct pb_bar bar = { .name = (char *)view->strategies[i],
				      .label = label,
				      .middle = known ? value.acquire : 0,
				      .end = known ? value.total : 0,
				      .colour = pb_strategy_colour(view->strategies[i]) };
		int ret = label ? pb_bar_add(figure, &bar) : -ENOMEM;

		if (!ret)
			ret = pb_buf_printf(alt, "%s%s %s", i ? ", " : "",
					    figure->bars[figure->nr_bars - 1].name, label);
		if (ret)
			return ret;
	}
	return 0;
}

static int plan_one(const struct pb_figure_kind *kind, const struct pb_view *view,
		    const struct pb_setting *setting, uint64_t nr_pages, struct pb_figures *figures)
{
	pb_cleanup(pb_buf_done) struct pb_buf alt = { 0 };
	_cleanup_free_ char *words = pb_setting_title(setting);
	char pages[PB_WORD_LEN], number[PB_WORD_LEN];
	bool drawn = is_drawn(view);
	struct pb_figure *figure;
	int ret;

	snprintf(number, sizeof(number), "%" PRIu64, nr_pages);
	ret = words ? pb_figure_add(figures, kind, view, setting, number, &figure) : -ENOMEM;
	if (!ret)
		ret = pb_figure_note(
			figure,
			drawn ? "strong: acquire, faint: the rest of the call; numbers: whole "
				"calls (acquire, release), medians, which do not add up"
			      : "strong: acquire, faint: release; numbers: both (acquire + "
				"release)");
	if (!ret)
		ret = pb_buf_printf(&alt, drawn ? "Bars, whole calls (acquire, release): "
						: "Bars, total (acquire + release): ");
	if (!ret)
		ret = bars_add(view, setting, nr_pages, figure, &alt);
	if (ret)
		return ret;
	figure->title =
		pb_format("Cost of a page: %s, %s a call", words, pb_pages_words(nr_pages, pages));
	figure->alt =
		pb_format("%s. %s %s.", figure->title ? figure->title : "", alt.data, figure->unit);
	return figure->title && figure->alt ? 0 : -ENOMEM;
}

static int plan(const struct pb_figure_kind *kind, const struct pb_view *view,
		const struct pb_setting *setting, struct pb_figures *figures)
{
	int ret = plan_one(kind, view, setting, setting->pages[setting->nr_pages - 1], figures);

	if (!ret && setting->nr_pages > 1)
		ret = plan_one(kind, view, setting, setting->pages[0], figures);
	return ret;
}

const struct pb_figure_kind pb_figure_cost = {
	.name = "cost",
	.template = "bars.gp",
	.one_by_one = true,
	.plan = plan,
	.data = pb_bars_data,
	.script = pb_bars_script,
};
