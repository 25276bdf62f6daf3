/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * drawn - compares runs that were simulated: interleaving by interleaving, in pairs.
 * Why: one seed draws one interleaving of one recording, so that what differs within a pair was
 * recorded differently, and is no noise.
 *
 * Each cell has a row for each metric that is judged, of whole calls: acquire's and release's do
 * not add up to them. Sample i of both sides is a pair where both runs say that seed, caches, CPUs
 * and the rules of the simulation were the same, and both cells made as many calls; runs that do not
 * are no pairs at all. A row whose samples are identical is the same. It is worse or better when the
 * change of all its pairs has one sign: by chance alone that comes once in 65536 rows of 17 pairs, so
 * that it holds for some hundreds of rows together. It is the same, too, when all its changes lie
 * within the tolerance. Any other row cannot tell. Misses and accesses are shown and judge nothing:
 * they follow where pages happen to lie.
 */
#ifndef REPORT_JUDGE_DRAWN_H
#define REPORT_JUDGE_DRAWN_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/summary.h"
#include "common/cleanup.h"
#include "common/grid/document.h"
#include "report/judge/comparison.h"

/* One phase of whole calls, in one metric, of a cell on both sides. All values are per page. */
struct pb_drawn_pairs {
	size_t nr;
	bool identical;
	double base; /* medians */
	double head;
	double change; /* within pairs: median, least and most */
	double lower;
	double upper;
};

/* The object and field, "page._refcount", whose part of a row's metric moved most. */
struct pb_drawn_moved {
	char *name; /* owned; NULL: nothing is known of parts, or none moved */
	double base;
	double head;
};

struct pb_drawn_row {
	const struct pb_summary_cell *base;
	const struct pb_summary_cell *head;
	const char *metric;
	struct pb_drawn_pairs pairs;
	struct pb_drawn_moved moved;
	enum pb_verdict verdict; /* unknown: .reason says why */
	bool blind;              /* there are no pairs: .pairs holds nothing */
	char reason[256];
};

struct pb_drawn {
	char *refused; /* why no cell of these runs makes a pair, owned; NULL: they do */
	double tolerance;
	size_t nr_beside; /* cells the same in what is judged, and not in all else */
	size_t nr_rows;
	struct pb_drawn_row *rows; /* in the plan's order, a cell's rows together */
};

/* "transfers", "cold-lines"; NULL-terminated. */
extern const char *const pb_drawn_metrics[];

bool pb_drawn_needed(const struct pb_summary *base, const struct pb_summary *head);

/* Is @metric of whole calls one that is judged? */
bool pb_drawn_judges(const char *metric);

/*
 * *ret_why is newly allocated: why samples of these two runs are no pairs; NULL where they are.
 * @base_name and @head_name are what the runs are called in it.
 */
int pb_drawn_refuse(const struct pb_summary *base, const char *base_name,
		    const struct pb_summary *head, const char *head_name,
		    char **ret_why) pb_must_check;

/* What keeps two cells from being pairs in @metric, into @why; empty: nothing does. */
void pb_drawn_cells_refuse(const struct pb_summary_cell *base, const char *base_name,
			   const struct pb_summary_cell *head, const char *head_name,
			   const char *metric, char *why, size_t size);

/* Of cells that nothing keeps from being pairs. */
int pb_drawn_pair(struct pb_store *base_store, const struct pb_summary_cell *base,
		  struct pb_store *head_store, const struct pb_summary_cell *head,
		  const char *metric, struct pb_drawn_pairs *ret_pairs) pb_must_check;

/* Begins .drawn of a comparison whose summaries are there. */
int pb_drawn_begin(struct pb_comparison *comparison,
		   const struct pb_compare_options *options) pb_must_check;

/* Adds a cell's rows, judges them, and counts the cell. */
int pb_drawn_add(struct pb_comparison *comparison, const struct pb_summary_cell *base,
		 const struct pb_summary_cell *head) pb_must_check;
void pb_drawn_free(struct pb_drawn *drawn);

const struct pb_drawn_row *pb_drawn_find(const struct pb_drawn *drawn,
					 const struct pb_summary_cell *base, const char *metric);

/* Which part of a cell moved most in @metric, per page (report/judge/drawn_moved.c). */
int pb_drawn_moved_find(struct pb_store *base_store, const struct pb_summary_cell *base,
			struct pb_store *head_store, const struct pb_summary_cell *head,
			const char *metric, struct pb_drawn_moved *ret_moved) pb_must_check;

/* The parts of pb_compare_document() and pb_compare_quote() that are about rows. */
int pb_drawn_document(const struct pb_comparison *comparison, size_t most,
		      struct pb_document *document) pb_must_check;
char *pb_drawn_quote(const struct pb_comparison *comparison, const char *lacks) pb_must_check;

/* "page._refcount 2.00 -> 3.00", empty where nothing is known. NULL: out of memory. */
char *pb_drawn_moved_words(const struct pb_drawn_moved *moved) pb_must_check;

#endif
