/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * baseline - an exact run as text that diffs well: a fingerprint, and one number a series.
 * Why: a kernel's cost is kept in the tree, compared without booting it, and reviewed as a patch.
 *
 *	# pinbench-baseline	1
 *	# measured	2026-11-22
 *	# run.evidence	exact			run.backend, .plan, .revision
 *	# plan.samples	50			plan.warmup: of all cells
 *	# plan.threads	1			of the first cell, and so of all
 *	# plan.sharing	private			that say nothing else; likewise
 *	# plan.load	none			.residency, ... where not usual
 *	# kernel.release	6.1.0-...		facts, but for the host's
 *	# columns	strategy	memory	pages	phase	value	symbol
 *	pin	anon	8	acquire	1234	pin_user_pages
 *	pin	anon	8	harness	42	pin_user_pages
 *	pin	fsdax,intent=write	8	acquire	1234	pin_user_pages
 *	pin	anon,again=2	8	acquire	1234	pin_user_pages
 *	odp	anon	8	events:retries:count	0	hmm_range_fault
 *	odp	thp	8	refused	EOPNOTSUPP	why, for a person
 *
 * Columns are separated by one tab. Rows stand in the plan's order; `again` counts equal cells of a
 * run, from 2. A value is the least sample of
 * its series; acquire and release are per call, the harness's empty window subtracted. A phase
 * names metric and unit where they are not the evidence's own; "-" is a value that nothing counted
 * or a symbol that is not known. Two runs that gave the same numbers on the same day are the same
 * text: neither the run's uuid nor the host's facts, which cannot move an exact number, are in it.
 */
#ifndef COLLECT_BASELINE_H
#define COLLECT_BASELINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "collect/summary.h"
#include "common/cleanup.h"

enum { PB_BASELINE_FORMAT = 1 };

/*
 * -EINVAL: the run has not completed, its evidence has noise, costs were injected into it, or its
 * cells differ in something that the format says once.
 */
int pb_baseline_write(const struct pb_summary *summary, FILE *out) pb_must_check;

/* Likewise, of one run in a store: a row of the table of export formats. */
int pb_baseline_export(struct pb_store *store, const int64_t *run_ids, size_t nr_runs,
		       FILE *out) pb_must_check;

/* Does this file begin as a baseline does? */
bool pb_baseline_is(const char *path);

/*
 * Loads a baseline as a store in memory that holds one run, so that all that reads runs reads it,
 * too. Each series has one sample, its least. The run's uuid is made from the text: the same text,
 * the same uuid. -EBADMSG names the line and what would be valid.
 */
int pb_baseline_load(const char *path, struct pb_store **ret_store) pb_must_check;

/*
 * Finds data/baselines/ARCH/PLAN/NAME.tsv by the kernel's name ("debian:6.12/arm64", whose colon
 * and slash are dashes in the file's name), or by
 * ARCH/PLAN/NAME where several plans have it. -ENOENT, -EINVAL (several: the message lists them).
 */
int pb_baseline_find(const char *name, char **ret_path) pb_must_check;

#endif
