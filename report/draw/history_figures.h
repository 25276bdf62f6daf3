/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * history_figures - a history as pictures.
 * Why: it is of several runs, and so no row of the table of figures, which are of one.
 */
#ifndef REPORT_DRAW_HISTORY_FIGURES_H
#define REPORT_DRAW_HISTORY_FIGURES_H

#include "common/cleanup.h"
#include "report/draw/figure.h"
#include "report/judge/history/history.h"

enum { PB_HISTORY_PANELS = 12 }; /* of a figure that is to be read */

/*
 * A figure a strategy, for pb_draw(): a panel for each setting and pages a call in which anything
 * was measured. Where these are more than PB_HISTORY_PANELS and not all are wanted, only those with
 * a step of 1 % or more, biggest first, and the note says what else there is. A strategy without a
 * panel has no figure.
 */
int pb_history_figures(const struct pb_history *history, enum pb_figures_wanted wanted,
		       struct pb_figures *ret_figures) pb_must_check;

#endif
