/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * intervals - compares cells whose samples have noise: intervals, corrected for the whole matrix.
 * Why: a difference of two noisy runs is a finding only if chance does not make one like it.
 *
 * Each cell has two rows, acquire and release. A row is worse or better when its interval
 * (report/stats/family.h, 99.5 % for all rows together) lies outside zero and the change reaches
 * the noise threshold. It is the same when its own interval lies within the tolerance: that no
 * difference was found is none by itself. Any other row cannot tell, one without enough values
 * among them, and neither can its cell. Samples of no one level (report/stats/level.h) widen the
 * interval by how far their levels lie apart.
 *
 * Two runs are interleaved when both have the fact PB_FACT_INTERLEAVED with the same value: then
 * sample i of both was taken at the same time, and their differences are judged.
 */
#ifndef REPORT_JUDGE_INTERVALS_H
#define REPORT_JUDGE_INTERVALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/record.h"
#include "report/judge/comparison.h"
#include "report/stats/family.h"

/* One phase of one cell that was measured on both sides. */
struct pb_intervals_row {
	const struct pb_summary_cell *base;
	const struct pb_summary_cell *head;
	char phase[PB_WORD_LEN];
	struct pb_judged judged; /* relative changes; locations are per page */
	enum pb_verdict verdict; /* unknown: .reason says why */
	bool blind;              /* a side has no numbers to tell by: .judged holds nothing */
	bool absent; /* both sides release within acquire: nothing to judge, .judged is empty */
	char reason[384];
};

struct pb_intervals {
	struct pb_compare_options options;
	struct pb_store *base_store;
	struct pb_store *head_store;
	const struct pb_summary *base_run; /* borrowed, while rows are added */
	const struct pb_summary *head_run;
	char metric[PB_WORD_LEN];
	bool paired;
	size_t nr_unknown;  /* rows that are blind */
	size_t nr_unsteady; /* rows with samples of no one level, whatever their verdict */
	size_t nr_negligible;
	size_t nr_rows;
	struct pb_intervals_row *rows; /* in the plan's order, acquire before release */
};

/* The metric that both runs are judged by; their class's own, or ns where neither has that. */
const char *pb_intervals_metric(const struct pb_summary *base, const struct pb_summary *head);

/* Does a comparison of these need intervals? */
bool pb_intervals_needed(const struct pb_summary *base, const struct pb_summary *head);

/* Adds both rows of a cell. */
int pb_intervals_add(struct pb_intervals *noisy, const struct pb_summary_cell *base,
		     const struct pb_summary_cell *head) pb_must_check;

/* Judges all rows together and counts the cells of @comparison, whose .noisy this is. */
int pb_intervals_judge(struct pb_comparison *comparison) pb_must_check;

const struct pb_intervals_row *pb_intervals_find(const struct pb_intervals *noisy,
						 const struct pb_summary_cell *base,
						 const char *phase);
void pb_intervals_free(struct pb_intervals *noisy);

/* The parts of pb_compare_document() and pb_compare_quote() that are about rows. */
int pb_intervals_document(const struct pb_comparison *comparison, size_t most,
			  struct pb_document *document) pb_must_check;
/* @lacks: pb_compare_lacks(); @uneven: pb_compare_uneven_words(). */
char *pb_intervals_quote(const struct pb_comparison *comparison, const char *lacks,
			 const char *uneven) pb_must_check;

/* "pin-fast on anon, 8 pages, acquire". NULL: out of memory. */
char *pb_intervals_row_words(const struct pb_intervals_row *row) pb_must_check;
char *pb_intervals_phase_words(const struct pb_cell *cell, const char *phase) pb_must_check;

/*
 * "head's samples drift from 1000 to 4000 (Mann-Kendall, p 1e-12)"; empty where all are of one
 * level. NULL: out of memory.
 */
char *pb_levels_words(const struct pb_effect *effect) pb_must_check;

/* Why this row's interval does not tell, and what would help. NULL: out of memory. */
char *pb_unsure_words(const struct pb_judged *judged, double tolerance) pb_must_check;

/* "head costs -3 a page, which is below zero: its empty window was disturbed" */
void pb_below_zero_words(const struct pb_effect *effect, char *why, size_t size);

/* A relative change in per cent, signed: "+1.2 %". Returns @buf. */
const char *pb_relative_words(double change, char buf[PB_WORD_LEN]);

#endif
