/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cases - the words of semantics on the command line, and the cells that they mean.
 * Why: what can be asked for is told by the tables of strategies, events and memory alone.
 */
#ifndef BENCH_SEMANTICS_CASES_H
#define BENCH_SEMANTICS_CASES_H

#include "bench/cli/options.h"
#include "bench/run/plan.h"
#include "common/cleanup.h"

struct pb_case_words {
	struct pb_word_list strategies, events, memories, intents; /* empty: all */
};

/* -EINVAL with the words that there are. */
int pb_case_words_check(const struct pb_case_words *words) pb_must_check;

/* The cells of these words, as a plan; pb_plan_done() releases it. */
int pb_cases_plan(const struct pb_case_words *words, struct pb_plan *ret_plan) pb_must_check;

/* Has report/ know the events. */
void pb_cases_events_tell(void);

#endif
