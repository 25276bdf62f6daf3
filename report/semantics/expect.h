/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * expect - what is expected of held pages, as data, and what deviates from it.
 * Why: a kernel that changes what a pin protects from must be the loudest thing on the screen, and
 * every expectation must say by what it is one.
 *
 * A folder of *.tsv files. A line is a row, its fields between tabs; lines that begin with # and
 * empty ones are not. The first line names the columns:
 *   kernels strategy intent memory event result data frame source
 *   kernels   a range of releases: 5.10..6.4, 6.5.., ..5.19, or * for all; both ends are included
 *   strategy, intent, memory, event   words, several with commas, or *
 *   result, data, frame   the words of report/semantics/verdict.h, several with commas for any of
 *                         them, or * for what is not expected either way
 *   source    the function, document or commit that makes it so, with the first release, and the
 *             stable releases that have it. Never empty
 */
#ifndef REPORT_SEMANTICS_EXPECT_H
#define REPORT_SEMANTICS_EXPECT_H

#include <stddef.h>

#include "common/cleanup.h"
#include "report/semantics/rows.h"

enum pb_expect_column {
	PB_EXPECT_KERNELS,
	PB_EXPECT_STRATEGY,
	PB_EXPECT_INTENT,
	PB_EXPECT_MEMORY,
	PB_EXPECT_EVENT,
	PB_EXPECT_RESULT,
	PB_EXPECT_DATA,
	PB_EXPECT_FRAME,
	PB_EXPECT_SOURCE,
	PB_EXPECT_NR_COLUMNS,
};

struct pb_expectation {
	char *fields[PB_EXPECT_NR_COLUMNS];
	char *where; /* FILE:LINE */
};

struct pb_expectations {
	size_t nr;
	struct pb_expectation *rows;
};

/*
 * Reads every *.tsv of @dir, by name. -EINVAL with FILE:LINE and what is wrong: a row without a
 * source, a field too many or too few, a range that is none, a word that nothing is called; -ENOENT
 * where there is no such folder or no row in it.
 */
int pb_expectations_load(const char *dir, struct pb_expectations *ret_expectations) pb_must_check;
void pb_expectations_done(struct pb_expectations *expectations);

/* Judges each row of @semantics; *ret_deviating is how many are not as expected. */
int pb_expectations_judge(const struct pb_expectations *expectations,
			  struct pb_semantics *semantics, size_t *ret_deviating) pb_must_check;

/* Is a release ("6.1.0-57-cloud-amd64") in a range ("5.10..6.4")? */
bool pb_expect_in_range(const char *range, const char *release);

#endif
