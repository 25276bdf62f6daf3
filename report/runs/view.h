/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * view - a run arranged as tables and figures need it: settings, pages a call, strategies.
 * Why: which value stands for a cell, and which cells belong side by side, is decided in one place.
 */
#ifndef REPORT_RUNS_VIEW_H
#define REPORT_RUNS_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/axes.h"
#include "collect/summary.h"
#include "common/cleanup.h"

/* What is the same for all cells of one table: everything but the strategy and the pages. */
struct pb_setting {
	const char *instead;        /* NULL; a caller's own copy may say this in memory's place */
	const struct pb_cell *cell; /* one of them, for threads and axes (collect/axes.h) */
	size_t nr_pages;
	uint64_t *pages; /* pages a call, rising */
};

/* Borrows from the summary, which must outlive it. */
struct pb_view {
	const struct pb_summary *summary;
	struct pb_store
		*store; /* where its samples are; set by who has it, for pb_view_samples() */
	const char *metric;
	size_t nr_settings;
	struct pb_setting *settings; /* in the plan's order */
	size_t nr_strategies;
	const char **strategies; /* those of the run, in the order in which they are shown */
};

/*
 * A cell in numbers, per page, in the metric's unit. NaN where there is none: a system call that
 * acquires and releases in one has no release, and its total is what acquire says.
 */
struct pb_value {
	double acquire;
	double release;
	double total;
	double spread; /* how far the worst samples lie above: both phases' max - min, added */
	double window_share; /* the two empty windows' part of what was read, 0 to 1 */
};

int pb_view_init(struct pb_view *view, const struct pb_summary *summary) pb_must_check;
void pb_view_done(struct pb_view *view);

const struct pb_summary_cell *pb_view_cell(const struct pb_view *view,
					   const struct pb_setting *setting, const char *strategy,
					   uint64_t nr_pages);

/* Is this strategy planned in the setting, with any number of pages? */
bool pb_view_has(const struct pb_view *view, const struct pb_setting *setting,
		 const char *strategy);

/*
 * The value that stands for a cell: each phase's least sample where the evidence is exact (what is
 * above it is another task's time slice), the median elsewhere. All NaN for NULL and for a cell
 * that was not measured.
 */
struct pb_value pb_view_value(const struct pb_view *view, const struct pb_summary_cell *cell);

/*
 * The samples behind that value, in its unit, in the order in which they were taken: acquire and
 * release of the same call together where both are there. None, and 0 of them, for a cell that was
 * not measured and where the view has no store. Newly allocated.
 */
int pb_view_samples(const struct pb_view *view, const struct pb_summary_cell *cell,
		    double **ret_values, size_t *ret_nr) pb_must_check;

/* Is the panel of strategy @at (report/runs/strategy.h) none that an earlier strategy has? */
bool pb_view_panel_is_new(const struct pb_view *view, size_t at);

/* For pb_setting_same_but(): the number of threads, beside the PB_AXIS_BIT()s. */
#define PB_SETTING_THREADS (1U << 31)

/* Do two settings agree in memory, threads and axes, but for those in @but? */
bool pb_setting_same_but(const struct pb_setting *a, const struct pb_setting *b, unsigned int but);

/* Is it the first of the run's settings that agree so? A figure of all of them stands with it. */
bool pb_setting_is_first_but(const struct pb_view *view, const struct pb_setting *setting,
			     unsigned int but);

/* Its title without what is in @but. */
char *pb_setting_title_but(const struct pb_setting *setting, unsigned int but) pb_must_check;

/*
 * Is one strategy measured as the others are, so that what it adds to one may be taken off? Not by
 * system calls: each holds more than its pages.
 */
bool pb_evidence_stacks(enum pb_evidence evidence);

/*
 * Do both count instructions, and of different architectures? An instruction of one does other work
 * than an instruction of another: the two counts have different units.
 */
bool pb_view_units_differ(const struct pb_summary *a, const struct pb_summary *b);

/*
 * -EINVAL: both say which size their pages have, and it is not the same, so that what one page
 * costs in one says nothing of the other. Runs that do not say are believed.
 */
int pb_view_pages_check(const struct pb_summary *a, const struct pb_summary *b) pb_must_check;

/* "instructions retired, counted by QEMU's icount": what an evidence class is. */
const char *pb_evidence_words(enum pb_evidence evidence);

/*
 * "exact"; "hardware (virtual)" where the measured machine says that it is one: its counters and
 * clocks are what a hypervisor gives. Cleaned, owned.
 */
char *pb_run_evidence(const struct pb_summary *summary) pb_must_check;

/* "Linux 6.1.0-49-cloud-amd64", or "run 1a2b3c4d" where the kernel is not known. Cleaned, owned. */
char *pb_run_title(const struct pb_summary *summary) pb_must_check;

/* "anon" or "anon, 2 threads, page, under load fork:100": what differs from the usual is named. */
char *pb_setting_title(const struct pb_setting *setting) pb_must_check;

/* The same of the setting that a cell is in. */
char *pb_cell_title(const struct pb_cell *cell) pb_must_check;

/* "512 pages", "1 page". */
const char *pb_pages_words(uint64_t nr_pages, char buf[PB_WORD_LEN]);

#endif
