// SPDX-License-Identifier: GPL-2.0-only
/*
 * kinds - the table of figures, in the order in which a page shows them.
 * Why: which figures a run has is decided once, for the page and for whoever wants the files.
 */
#include "report/draw/kinds.h"

#include "report/draw/figures/figures.h"

static const struct pb_figure_kind *const kinds[] = {
	&pb_figure_heat,  &pb_figure_contention,   &pb_figure_coherence, &pb_figure_transfers,
	&pb_figure_loads, &pb_figure_distribution, &pb_figure_cost,      &pb_figure_pages,
	&pb_figure_steps, &pb_figure_pairs,        &pb_figure_counters,  NULL,
};

static bool is_wanted(const struct pb_figure_kind *kind, const struct pb_view *view,
		      const struct pb_setting *setting, enum pb_figures_wanted wanted)
{
	if (wanted == PB_FIGURES_OVERVIEW && pb_view_is_large(view) &&
	    setting->nr_pages < kind->least_pages)
		return false;
	return !kind->one_by_one || pb_setting_is_drawn(view, setting, kind->usual_but, wanted);
}

/* A kind's figures stand together, the plain setting's first. */
static int overview_plan(const struct pb_view *view, enum pb_figures_wanted wanted,
			 struct pb_figures *figures)
{
	int ret = 0;

	for (size_t k = 0; kinds[k] && !ret; k++) {
		const struct pb_figure_kind *kind = kinds[k];

		for (size_t i = 0; kind->overview && i < 2 * view->nr_settings && !ret; i++) {
			const struct pb_setting *setting = &view->settings[i % view->nr_settings];

			if (pb_setting_is_plain(setting, 0) == (i < view->nr_settings) &&
			    is_wanted(kind, view, setting, wanted))
				ret = kind->plan(kind, view, setting, figures);
		}
	}
	return ret;
}

/* A setting's figures stand together. */
static int settings_plan(const struct pb_view *view, enum pb_figures_wanted wanted,
			 struct pb_figures *figures)
{
	int ret = 0;

	for (size_t s = 0; s < view->nr_settings; s++) {
		for (size_t k = 0; kinds[k] && !ret; k++) {
			const struct pb_figure_kind *kind = kinds[k];

			if (!kind->overview && is_wanted(kind, view, &view->settings[s], wanted))
				ret = kind->plan(kind, view, &view->settings[s], figures);
		}
	}
	return ret;
}

int pb_figures_plan(const struct pb_view *view, enum pb_figures_wanted wanted,
		    struct pb_figures *ret_figures)
{
	pb_cleanup(pb_figures_done) struct pb_figures figures = { 0 };
	int ret = overview_plan(view, wanted, &figures);

	figures.nr_overview = figures.nr;
	if (!ret)
		ret = settings_plan(view, wanted, &figures);
	if (ret)
		return ret;
	*ret_figures = figures;
	figures = (struct pb_figures){ 0 };
	return 0;
}
