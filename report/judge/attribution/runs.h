/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * runs - two runs, or two strategies of one: which cells to set against each other.
 * Why: a difference is found by comparing runs, and then wants its place.
 */
#ifndef REPORT_JUDGE_ATTRIBUTION_RUNS_H
#define REPORT_JUDGE_ATTRIBUTION_RUNS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/store/store.h"
#include "collect/summary.h"
#include "common/cleanup.h"
#include "report/judge/attribution/attribution.h"

/* What to look at; NULL and 0: all there is. */
struct pb_where_filter {
	const char *strategy;       /* of the base */
	const char *head_strategy;  /* NULL: the same */
	enum pb_cell_memory memory; /* 0: any */
	uint64_t nr_pages;
};

/* Two cells and one phase. The cells belong to the summaries. */
struct pb_where_pair {
	const struct pb_summary_cell *base;
	const struct pb_summary_cell *head;
	struct pb_where where;
};

struct pb_where_pairs {
	size_t nr;
	struct pb_where_pair *pairs; /* biggest change first; without those that do not differ */
	size_t nr_same;              /* phases that were profiled and do not differ at all */
};

/*
 * Sets the cells of two runs against each other that agree in memory, pages, threads, every axis
 * (collect/axes.h) and, if the filter names no other, strategy. -ENODATA: no pair of cells is
 * profiled on both sides, with the reason; -EBADMSG as pb_where().
 */
int pb_where_runs(struct pb_store *base_store, const struct pb_summary *base,
		  struct pb_store *head_store, const struct pb_summary *head,
		  const struct pb_where_filter *filter,
		  struct pb_where_pairs *ret_pairs) pb_must_check;
void pb_where_pairs_done(struct pb_where_pairs *pairs);

/* Writes each pair with a heading, at most @max_pairs (0: all). */
int pb_where_pairs_print(const struct pb_where_pairs *pairs, const struct pb_summary *base,
			 const struct pb_summary *head, size_t max_pairs,
			 const struct pb_where_style *style, FILE *out) pb_must_check;

#endif
