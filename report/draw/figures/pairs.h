/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pairs - the rows of data/pairs.tsv: which two calls of the syscall backend differ by one thing.
 * Why: a pair is added by a row; a test reads every row and knows the words in it.
 */
#ifndef REPORT_DRAW_FIGURES_PAIRS_H
#define REPORT_DRAW_FIGURES_PAIRS_H

#include <stddef.h>

#include "common/cleanup.h"

enum { PB_PAIRS_MOST = 16 };

/* Phases are joined by '+'; their series have the run's metric, those of baselines "baseline". */
struct pb_pair_side {
	const char *strategy;
	const char *phases;
	const char *baselines; /* that come off them; "-": none */
};

struct pb_pair {
	const char *what;             /* the two calls, in words */
	struct pb_pair_side sides[2]; /* of this, less that */
	const char *is;               /* what the difference is */
};

struct pb_pairs {
	char *text; /* what the rows point into */
	size_t nr;
	struct pb_pair rows[PB_PAIRS_MOST];
};

/* -EBADMSG: a row that is none. */
int pb_pairs_load(struct pb_pairs *ret_pairs) pb_must_check;
void pb_pairs_done(struct pb_pairs *pairs);

#endif
