/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * attribution - which functions a difference sits in: two profiles side by side.
 * Why: maintainers ask "which line?", and a number alone does not answer.
 *
 * A function is what the kernel calls it, without what a compiler appends (".isra.0", ".part.0"),
 * and every strategy's timed loop is one and the same function. What exists on one side only was
 * mostly inlined on the other, so it is counted with the nearest of its callers that both sides
 * have, and listed below it.
 */
#ifndef REPORT_JUDGE_ATTRIBUTION_ATTRIBUTION_H
#define REPORT_JUDGE_ATTRIBUTION_ATTRIBUTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "collect/profile.h"
#include "common/cleanup.h"

/* The harness's timed loop, under whatever name a strategy's module has it. */
#define PB_WHERE_LOOP "pinbench's timed loop"
/* What collect/summary.h subtracts: two timestamps with nothing between. */
#define PB_WHERE_EMPTY "the empty window, subtracted"
#define PB_WHERE_REST  "not attributed"

/* One phase of one cell. */
struct pb_where_side {
	const struct pb_profile *profile;
	uint64_t nr_pages; /* a call */
	double least;      /* the phase's least sample, per call */
	double empty;      /* what was subtracted from it, per call */
};

/* One function, or several of which one side has only one; counts are of one call. */
struct pb_where_part {
	char *function;
	bool in_base, in_head;
	double base_call, head_call;
};

struct pb_where_row {
	const char *function; /* of the first part */
	double base, head;    /* instructions per page, all parts together */
	double change;        /* head - base */
	double change_call; /* the same for one call; NaN where the calls have not as many pages */
	size_t nr_parts;
	struct pb_where_part
		*parts; /* the function itself, then what belongs to it, dearest first */
};

struct pb_where {
	char phase[PB_WORD_LEN];
	uint64_t base_pages, head_pages; /* a call */
	double base, head;               /* per page, as compared: the rows add up to them */
	size_t nr_rows;
	struct pb_where_row *rows; /* biggest change first */
};

/*
 * Sets two profiles of one phase against each other. -EBADMSG: a side's profile misses its least
 * sample by more than 0.5 %; less than that is a row of its own, PB_WHERE_REST.
 */
int pb_where(const struct pb_where_side *base, const struct pb_where_side *head,
	     struct pb_where *ret_where) pb_must_check;

/* Releases what is inside and zeroes it. */
void pb_where_done(struct pb_where *where);

struct pb_where_style {
	size_t max_rows; /* 0: all */
};

/* Writes it as a table. Returns 0 or -errno. */
int pb_where_print(const struct pb_where *where, const struct pb_where_style *style,
		   FILE *out) pb_must_check;

#endif
