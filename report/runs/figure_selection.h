/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figure_selection - of a run with many settings: which are drawn one by one, and which only say why not.
 * Why: a page of two hundred like pictures is read by nobody; all of its numbers stay in tables.
 */
#ifndef REPORT_RUNS_FIGURE_SELECTION_H
#define REPORT_RUNS_FIGURE_SELECTION_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"
#include "report/runs/view.h"

enum {
	PB_SETTINGS_FEW = 8, /* so many settings are shown one by one, whatever they are */
};

enum pb_figures_wanted {
	PB_FIGURES_OVERVIEW, /* what is of several settings, and the plain ones */
	PB_FIGURES_ALL,
	PB_NR_FIGURES_WANTED,
};

/* "overview", "all": the words of `pinbench report --figures`. */
extern const char *const pb_figures_wanted_words[PB_NR_FIGURES_WANTED];

/* Has the run so many settings that not each is shown by itself? */
bool pb_view_is_large(const struct pb_view *view);

/* One thread, and the usual word on every axis but those in @but (PB_AXIS_BIT()). */
bool pb_setting_is_plain(const struct pb_setting *setting, unsigned int but);

/*
 * Has this setting figures of its own? Each has, of few or where all are wanted; of many those that
 * are plain but for the axes in @but and have any number to draw.
 */
bool pb_setting_is_drawn(const struct pb_view *view, const struct pb_setting *setting,
			 unsigned int but, enum pb_figures_wanted wanted);

/* "EOPNOTSUPP: REASON": why a cell has no number, cleaned, owned. */
char *pb_cell_why(const struct pb_summary_cell *cell) pb_must_check;

struct pb_setting_counts {
	size_t nr_cells;
	size_t nr_measured;
	size_t nr_refused;
};

struct pb_setting_counts pb_setting_count(const struct pb_view *view,
					  const struct pb_setting *setting);

/*
 * Does one line say all there is of it? In a large run, where every cell was refused, and no
 * console has more to say.
 */
bool pb_setting_is_folded(const struct pb_view *view, const struct pb_setting *setting);

/*
 * Tells each reason for which settings are folded, once: "EOPNOTSUPP: strategy 'pin' has no ...",
 * with the titles of the settings and their cells. @row returns 0 or -errno, which ends it.
 */
struct pb_folded {
	const char *reason;
	size_t nr_settings;
	const char *const *titles;
	size_t nr_cells;
};

int pb_folded_tell(const struct pb_view *view,
		   int (*row)(void *data, const struct pb_folded *folded),
		   void *data) pb_must_check;

#endif
