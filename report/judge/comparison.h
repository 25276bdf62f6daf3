/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * comparison - two runs, cell by cell: what differs, by how much, and whether it got worse.
 * Why: exact evidence has no noise, so every difference is real and every one is shown; what has
 * noise is judged by intervals (report/judge/intervals.h), and what was simulated in pairs
 * (report/judge/drawn.h).
 *
 * Cells are matched by strategy, memory, pages, threads and the axes (collect/axes.h). The value of
 * a phase is its least sample per page (collect/summary.h). A cell is worse when acquire and
 * release together cost more, or when it was measured before and is now refused or fails. Exact
 * evidence has no threshold. A cell whose counter never ran on either side cannot tell, and neither
 * can a comparison that would otherwise pass; nor one of cells that a side does not have, that
 * failed or were never reached, nor one of a run that did not end. Sides that took different
 * numbers of samples are compared by as many of each. Neither can a cell tell that has fewer
 * samples than were asked for or a cost below zero, or whose least samples agree while the others
 * do not (report/judge/least.h). Counters of whole calls (phase call) are shown beside it and
 * change no verdict.
 */
#ifndef REPORT_JUDGE_COMPARISON_H
#define REPORT_JUDGE_COMPARISON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "common/grid/document.h"
#include "report/stats/family.h"

enum pb_verdict {
	PB_VERDICT_SAME,
	PB_VERDICT_BETTER,
	PB_VERDICT_WORSE,
	PB_VERDICT_UNKNOWN, /* nothing comparable, or a cell that cannot tell */
};

/* 0 same or better, 1 worse, 125 cannot tell; errors (2) never get this far. */
int pb_verdict_exit(enum pb_verdict verdict);
const char *pb_verdict_name(enum pb_verdict verdict);

/* One phase of one cell, whose value is not the same on both sides. */
struct pb_diff {
	const struct pb_summary_cell *base;
	const struct pb_summary_cell *head;
	const char *phase;
	const char *metric;
	const char *unit;
	bool per_page; /* else once a cell: setup, teardown, events, harness */
	bool counter;  /* what a counter said of whole calls: shown, and never judged */
	double base_value;
	double head_value;
	double change;   /* head - base; per page where per_page says so */
	double per_call; /* the same for all pages of a call: exact evidence makes it whole */
	size_t nr_base;  /* samples that the value is the least of */
	size_t nr_head;
};

/* One phase of one cell that cannot tell, whatever its least samples are. */
struct pb_doubt {
	const struct pb_summary_cell *base;
	const char *phase;
	char why[256];
};

/* A cell that could not be compared. Either side may be NULL: the run has no such cell. */
struct pb_unmatched {
	const struct pb_summary_cell *base;
	const struct pb_summary_cell *head;
	bool lost; /* measured in base, refused or failed in head: counts as worse */
};

/* A fact of the fingerprint that differs; NULL: that side does not know it. */
struct pb_fact_diff {
	const char *key;
	const char *base;
	const char *head;
};

struct pb_intervals; /* report/judge/intervals.h */
struct pb_drawn;     /* report/judge/drawn.h */

struct pb_comparison {
	struct pb_summary base; /* owned; the rows below point into it */
	struct pb_summary head;
	struct pb_store *base_store;
	struct pb_store *head_store;
	const char *metric;
	enum pb_verdict verdict;
	size_t nr_compared; /* cells measured on both sides */
	size_t nr_differ;   /* of those: acquire or release differ */
	size_t nr_worse;    /* acquire + release grew */
	size_t nr_better;
	size_t nr_blind;       /* measured on both sides, but a side has no numbers to tell by */
	size_t nr_lost;        /* measured in base, refused or failed in head */
	size_t nr_cells;       /* of either side */
	size_t nr_base_lacks;  /* of those: not in base's plan, failed there or never reached */
	size_t nr_head_lacks;  /* likewise; what is lost does not count twice */
	size_t nr_uneven;      /* compared, though the sides took different numbers of samples */
	size_t nr_uneven_base; /* samples of the first of these, of each side */
	size_t nr_uneven_head;
	bool uneven_varies;  /* the others took other numbers */
	size_t nr_unsure;    /* compared, and their intervals do not tell */
	size_t nr_open;      /* differ, and so do their numbers of samples: nobody can tell */
	struct pb_diff open; /* the first of these */
	size_t nr_doubt;     /* their least samples do not stand for them (report/judge/least.h) */
	size_t nr_doubts;    /* the phases of these */
	struct pb_doubt *doubts;
	size_t nr_samples;        /* of all series compared, on one side */
	bool least_only;          /* a side is a baseline, which keeps the least of each series */
	size_t nr_cells_resample; /* cells with equal values whose samples are not all identical */
	size_t nr_diffs;
	struct pb_diff *diffs; /* per page first, biggest change first */
	size_t nr_unmatched;
	struct pb_unmatched *unmatched;
	size_t nr_facts;
	struct pb_fact_diff *facts; /* kernel.*, qemu.*, machine.*, then the rest */
	struct pb_intervals *noisy; /* instead of .diffs, where numbers have noise; else NULL */
	struct pb_drawn *drawn;     /* likewise, where they were simulated */
};

/* For evidence with noise; exact evidence needs none of it. */
struct pb_compare_options {
	uint64_t seed;    /* of the bootstrap */
	bool any_units;   /* the caller says itself that architectures differ */
	double tolerance; /* "no difference" is a change that is known to be no larger: 0.05 */
	struct pb_family_options family;
};

/*
 * What gate calls too noisy: who tolerates more does not look for what this tool is made to find.
 */
#define PB_TOLERANCE       0.05
#define PB_TOLERANCE_LEAST 0.1 /* per cent: no clock and no kernel repeats better */

extern const struct pb_compare_options pb_compare_defaults;

/*
 * Parses "+1%", "1 %", "0.5": a percentage from @least to 1000, as a share. @option is named in the
 * message: "gate: --max". -EINVAL.
 */
int pb_percent_parse(const char *text, const char *option, double least,
		     double *ret_share) pb_must_check;

/*
 * Compares a run with another one, of the same database or of two, which must stay open as long as
 * the comparison. Errors: -ENOENT (no such run), -EINVAL: different evidence classes, or counts of
 * instructions of different architectures.
 */
int pb_compare_by(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
		  int64_t head_run, const struct pb_compare_options *options,
		  struct pb_comparison *ret_comparison) pb_must_check;

/* The same with pb_compare_defaults. */
int pb_compare(struct pb_store *base_store, int64_t base_run, struct pb_store *head_store,
	       int64_t head_run, struct pb_comparison *ret_comparison) pb_must_check;
void pb_comparison_done(struct pb_comparison *comparison);

/* The side that was cut short or still runs, or NULL: nobody knows what it would have measured. */
const struct pb_summary *pb_compare_unended(const struct pb_comparison *comparison);

/* Fills in .facts of a comparison that stays where it is: their words point into it. */
int pb_compare_facts(struct pb_comparison *comparison) pb_must_check;

/* 0, or -EINVAL with a message: the runs' evidence or, but with @any_units, units are not the same. */
int pb_compare_classes(const struct pb_comparison *comparison, bool any_units) pb_must_check;

/* The cell of a run that is the same combination, or NULL; of a second one the second. */
const struct pb_summary_cell *pb_compare_cell(const struct pb_summary *summary,
					      const struct pb_cell *cell);

/* The sentence that a person would quote, newly allocated. NULL: out of memory. */
char *pb_compare_quote(const struct pb_comparison *comparison) pb_must_check;

/* "head did not end and lacks 71 of 79 cells", empty where both have all. NULL: out of memory. */
char *pb_compare_lacks(const struct pb_comparison *comparison) pb_must_check;

/* Phases in doubt: a line each, at most @most (0: all); the first of them as a sentence. */
int pb_compare_doubts_add(const struct pb_comparison *comparison, size_t most,
			  struct pb_document *document) pb_must_check;
char *pb_compare_doubts_quote(const struct pb_comparison *comparison) pb_must_check;

/* A cell was compared of which base took @nr_base samples and head another number, @nr_head. */
void pb_compare_uneven(struct pb_comparison *comparison, size_t nr_base, size_t nr_head);

/* "base took 50 samples and head 5", empty where both took as many. NULL: out of memory. */
char *pb_compare_uneven_words(const struct pb_comparison *comparison) pb_must_check;

/* Adds the comparison to what is answered, at most @most of each kind of difference (0: all). */
int pb_compare_document(const struct pb_comparison *comparison, size_t most,
			struct pb_document *document) pb_must_check;

/* Writes it as text. Returns 0 or -errno. */
int pb_compare_print(const struct pb_comparison *comparison, size_t most, FILE *out) pb_must_check;

#endif
