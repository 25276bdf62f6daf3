/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reasons - sentences that say the same of different words, as one sentence.
 * Why: a kernel that refuses twelve settings for one reason is read once, not twelve times.
 */
#ifndef REPORT_RUNS_REASONS_H
#define REPORT_RUNS_REASONS_H

#include <stddef.h>

#include "common/cleanup.h"

struct pb_reason {
	char *text; /* "sharing 'page' or 'folio' by 2 threads: ..." */
	size_t nr;
	size_t *members; /* indexes of the sentences, rising */
};

/* Zero-initialise; guard with pb_cleanup(pb_reasons_done). */
struct pb_reasons {
	size_t nr;
	struct pb_reason *items; /* in the order of their first members */
};

/*
 * Puts sentences together that are the same, or the same but for one word, which then is said with
 * "or". Short ones, in which one word is much, stay apart. Returns 0 or -ENOMEM.
 */
int pb_reasons_group(const char *const *sentences, size_t nr,
		     struct pb_reasons *ret_reasons) pb_must_check;
void pb_reasons_done(struct pb_reasons *reasons);

#endif
