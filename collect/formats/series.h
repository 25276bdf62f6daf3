/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * series - what the formats of time-series databases have in common: when, and of what.
 * Why: a number is found again by its labels; which there are is said once.
 */
#ifndef COLLECT_FORMATS_SERIES_H
#define COLLECT_FORMATS_SERIES_H

#include <stddef.h>
#include <stdint.h>

#include "collect/formats/result.h"
#include "common/cleanup.h"

/*
 * Seconds since 1970 of a run's `created`. -EINVAL with a message: it is no date, and a number
 * without one cannot be put on a line of time.
 */
int pb_series_time(const struct pb_summary *run, int64_t *ret_time) pb_must_check;

/* A label of a number; value "": it has none. */
struct pb_series_label {
	const char *key;
	const char *value;
};

enum { PB_SERIES_RUN_LABELS = 7, PB_SERIES_CELL_LABELS = 5 + PB_NR_AXES };

/* run, plan, backend, evidence, kernel, kernel_release, arch. Pointers into @run. */
void pb_series_run_labels(const struct pb_summary *run,
			  struct pb_series_label labels[PB_SERIES_RUN_LABELS]);

/* Where the numbers of a cell's labels stand. */
struct pb_series_room {
	char name[PB_RESULT_NAME_LEN], pages[24], threads[16];
};

/*
 * cell (its name, which no other of the run has), strategy, memory, pages, threads, and each axis.
 * Pointers into @cell and @room.
 */
void pb_series_cell_labels(const struct pb_summary_cell *cell, struct pb_series_room *room,
			   struct pb_series_label labels[PB_SERIES_CELL_LABELS]);

#endif
