/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * identify - which runs an answer is about, for programs.
 * Why: date, host, kernel and plan stand beside every table, under names of their own.
 */
#ifndef REPORT_RUNS_IDENTIFY_H
#define REPORT_RUNS_IDENTIFY_H

#include <stddef.h>

#include "collect/summary.h"
#include "common/grid/document.h"

/* The table `runs`: a row a run, in their order. People read the same in sentences. */
void pb_runs_grid_hidden(struct pb_document *document, const struct pb_summary *const *runs,
			 size_t nr);

#endif
