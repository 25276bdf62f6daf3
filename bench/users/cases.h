/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cases - users by their names on the command line, as cells of a plan.
 * Why: what can be asked for is told by the table of users alone.
 */
#ifndef BENCH_USERS_CASES_H
#define BENCH_USERS_CASES_H

#include "bench/cli/options.h"
#include "bench/run/plan.h"
#include "common/cleanup.h"

struct pb_user_words {
	struct pb_word_list users; /* empty: all */
	const uint64_t *pages;
	size_t nr_pages;
};

/* -EINVAL with the users that there are, and what was probably meant. */
int pb_user_words_check(const struct pb_word_list *users) pb_must_check;

/*
 * The cells, as a plan; pb_plan_done() releases it. A user that takes less pages a call than were
 * asked for gets as many as it takes, once.
 */
int pb_user_cases_plan(const struct pb_user_words *words, struct pb_plan *ret_plan) pb_must_check;

#endif
