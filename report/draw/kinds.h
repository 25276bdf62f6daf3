/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kinds - the table of figures: which there are, and which of them a run has.
 * Why: a figure is one file in figures/ and one row here.
 */
#ifndef REPORT_DRAW_KINDS_H
#define REPORT_DRAW_KINDS_H

#include "common/cleanup.h"
#include "report/draw/figure.h"

/*
 * The figures of a run, those that are of several settings before those that are of one. Which
 * settings have some of the latter is pb_setting_is_drawn()'s to say.
 */
int pb_figures_plan(const struct pb_view *view, enum pb_figures_wanted wanted,
		    struct pb_figures *ret_figures) pb_must_check;

#endif
