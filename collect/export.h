/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * export - runs out of the store: CSV for spreadsheets, the record stream for another pinbench.
 * Why: numbers that cannot leave the program are of no use to anyone else.
 */
#ifndef COLLECT_EXPORT_H
#define COLLECT_EXPORT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/*
 * One row for each cell, phase (acquire, release) and metric, under a header row:
 *
 *	run,kernel,arch,evidence,backend,strategy,memory,pages,threads,sharing,load,phase,metric,
 *	unit,samples,min,median,max,residency,intent,hold,release,p90,p99,p99.9,again
 *
 * run is the uuid, kernel the release. min, median and max are per page with the harness's empty
 * window subtracted, (raw - empty) / pages as collect/summary.h says it, and unit says so
 * ("instructions/page"). samples counts those that have a value. A cell that was refused, failed or
 * never reached has its rows too: samples 0, and nothing under min, median and max. Cells that have
 * more have more rows, told apart by the phase; equal cells of a run by again, 2 for the second:
 *
 *   acquire-own        min: a page by the difference of windows of one and two operations
 *   acquire-overhead   min: what the harness costs a call by that difference, not per page
 *   acquire-window     min: the same by the empty window, which is what was subtracted everywhere
 *   acquire-histogram  samples: all calls counted; median, max and the p columns are of them
 *   events, load       counts and rates once a cell, as they were read
 *
 * and release likewise. Only histograms have something under the p columns. Numbers read
 * back as the same double; text is written by common/encode/csv.h, and lines end in LF.
 */
int pb_export_csv(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		  FILE *out) pb_must_check;

/*
 * The record stream (collect/record.h), lossless: facts by key, cells in the plan's order.
 * Exporting what was imported gives the same bytes. A run that has not ended is written as
 * "interrupted".
 */
int pb_export_jsonl(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		    FILE *out) pb_must_check;

/*
 * All runs of the database, by time and uuid: an order that does not depend on how they came
 * together. Newly allocated. -ENOENT: there is none.
 */
int pb_export_runs(struct pb_store *store, int64_t **ret_run_ids, size_t *ret_nr) pb_must_check;

/* For writers of formats: what did not reach the file is a failure, also if a flush finds out. */
int pb_export_check(FILE *out) pb_must_check;

#endif
