/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * figures - one declaration a figure.
 * Why: a new figure is a file here and a row in report/draw/kinds.c.
 */
#ifndef REPORT_DRAW_FIGURES_FIGURES_H
#define REPORT_DRAW_FIGURES_FIGURES_H

#include "report/draw/figure.h"

extern const struct pb_figure_kind pb_figure_coherence;
extern const struct pb_figure_kind pb_figure_contention;
extern const struct pb_figure_kind pb_figure_cost;
extern const struct pb_figure_kind pb_figure_counters;
extern const struct pb_figure_kind pb_figure_distribution;
extern const struct pb_figure_kind pb_figure_heat;
/* Of several runs: planned by pb_history_figures(), not from the table. */
extern const struct pb_figure_kind pb_figure_history;
extern const struct pb_figure_kind pb_figure_loads;
extern const struct pb_figure_kind pb_figure_pages;
extern const struct pb_figure_kind pb_figure_pairs;
extern const struct pb_figure_kind pb_figure_steps;
extern const struct pb_figure_kind pb_figure_transfers;

#endif
