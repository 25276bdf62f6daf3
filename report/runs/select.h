/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * select - finds the run that a word on the command line means, as git does with revisions.
 * Why: a run is named by what a person remembers: the last one, a kernel, a file, a few digits.
 */
#ifndef REPORT_RUNS_SELECT_H
#define REPORT_RUNS_SELECT_H

#include <stdbool.h>
#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

struct pb_selected {
	struct pb_store *store; /* the caller's, or one opened for this run */
	struct pb_store *owned; /* NULL when it is the caller's */
	bool fell_back;         /* a baseline stands in for a kernel that has no run */
	bool newest;            /* the word names no run but the newest of several */
	bool observed;          /* runs were looked for that watched held pages */
	bool users;             /* or that counted users of GUP */
	int64_t run_id;
	char uuid[37];
};

/*
 * @word is, the first that fits:
 *   PATH:RUN             a run of another database
 *   PATH                 another database's newest run
 *   latest, latest~N     the newest run, the Nth before it: as they came into the database
 *   1a2b3c4d             the start of a uuid, 4 digits or more
 *   before-patch         a run's tag (report/runs/tag.h): any run, as a uuid does
 *   debian:6.1, debian:6.1/arm64, 6.1.0-49-cloud-amd64, 6.1
 *                        a kernel by name, release or start of a release: its newest run,
 *                        self-tests (--inject) left out
 *   users:WORD           likewise, by any of the words above, among the runs that counted users of
 *                        GUP, which no word without it means, save a uuid
 *   baseline:debian:6.1  the baseline of that kernel that comes with pinbench, or a baseline's path
 * A kernel's name that no run has means its baseline, if there is one.
 * @store is where runs are looked for; NULL where there is no database, so that only paths work.
 * Errors: -ENOENT, -EINVAL (ambiguous: the message lists the candidates), and pb_store_open()'s.
 */
int pb_select_run(struct pb_store *store, const char *word,
		  struct pb_selected *ret_selected) pb_must_check;
/* The same among the runs that watched held pages. A uuid names any run, here and there. */
int pb_select_observed(struct pb_store *store, const char *word,
		       struct pb_selected *ret_selected) pb_must_check;
void pb_selected_done(struct pb_selected *selected);

#endif
