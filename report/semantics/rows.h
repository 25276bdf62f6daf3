/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rows - what is known of held pages: a row for each kernel, strategy, intent, memory and event.
 * Why: every table, file and judgement of semantics is made of the same rows.
 */
#ifndef REPORT_SEMANTICS_ROWS_H
#define REPORT_SEMANTICS_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collect/store/store.h"
#include "common/cleanup.h"
#include "report/semantics/verdict.h"

enum pb_expected {
	PB_EXPECTED_NOTHING, /* no expectation speaks of it */
	PB_EXPECTED_SO,
	PB_EXPECTED_OTHER, /* `expected` says what */
};

struct pb_semantics_row {
	char kernel[128];  /* fact kernel.name */
	char release[128]; /* fact kernel.release */
	struct pb_cell_result result;
	struct pb_observed_verdict verdict;
	size_t age;          /* in the order in which runs were read, the newest first */
	const char *control; /* same, differs, - */
	bool changed;        /* pb_semantics_changed(): not the same on every kernel */
	enum pb_expected expected;
	char *deviation; /* of PB_EXPECTED_OTHER: what was expected, and by which source */
	const char
		*why; /* the source of an expectation that speaks of it; the expectations own it */
};

struct pb_semantics {
	size_t nr;
	struct pb_semantics_row *rows; /* by kernel, memory, event, intent, strategy */
};

/* What is wanted; an empty list: all. */
struct pb_semantics_filter {
	char **kernels, **strategies, **events, **memories, **intents;
	size_t nr_kernels, nr_strategies, nr_events, nr_memories, nr_intents;
	const int64_t *run_ids; /* of these runs alone; NULL: all that are stored */
	size_t nr_runs;
};

/*
 * The newest observation of each case in the store. -ENOENT with a message where there is none.
 */
int pb_semantics_load(struct pb_store *store, const struct pb_semantics_filter *filter,
		      struct pb_semantics *ret_semantics) pb_must_check;
/* How many rows from @at on are of one kernel, memory, event and intent. */
size_t pb_semantics_group(const struct pb_semantics *semantics, size_t at);

/* Keeps the rows of those cases alone whose words differ between kernels; *ret_nr is how many
 * cases. */
int pb_semantics_changed(struct pb_semantics *semantics, size_t *ret_nr) pb_must_check;
void pb_semantics_done(struct pb_semantics *semantics);

#endif
