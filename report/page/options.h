/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * options - which runs a page shows, and how.
 * Why: each part of the page wants them, and none of the others.
 */
#ifndef REPORT_PAGE_OPTIONS_H
#define REPORT_PAGE_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/store/store.h"
#include "report/runs/figure_selection.h"

struct pb_report_run {
	struct pb_store *store;
	int64_t run_id;
};

struct pb_report_options {
	bool png; /* figures also as PNG */
	enum pb_figures_wanted figures;
};

#endif
