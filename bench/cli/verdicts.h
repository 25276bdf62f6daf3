/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdicts - compare, gate and history, of runs that watched held pages.
 * Why: the words that name runs are the same; what is held against what is verdicts, not numbers.
 */
#ifndef BENCH_CLI_VERDICTS_H
#define BENCH_CLI_VERDICTS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/*
 * Do these words mean runs that watched held pages? One of them has to, and none of them a run with
 * numbers. No message; what is wrong with a word is said by who resolves it next.
 */
bool pb_verdicts_meant(const char *database, char **words, size_t nr);

/* Of a kernel: the newest word on each case; of a uuid or `latest`, that run's alone. */
struct pb_verdicts_style {
	bool all;
	bool quiet;
};
int pb_verdicts_compare(const char *database, char **words, const char *command,
			const struct pb_verdicts_style *style, int *ret_status) pb_must_check;

/* Step by step; without words, all kernels that are stored, as they were released. */
int pb_verdicts_history(const char *database, char **words, size_t nr,
			const struct pb_verdicts_style *style) pb_must_check;

#endif
