/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dated - is a run's date one that it can have?
 * Why: boards without a battery measure in 1970 or 2039; nothing is ordered by that date, and who
 * reads it is told.
 */
#ifndef REPORT_JUDGE_DATED_H
#define REPORT_JUDGE_DATED_H

#include <stdint.h>
#include <time.h>

#include "collect/store/store.h"
#include "common/cleanup.h"

/*
 * *ret_why is newly allocated, or NULL where nothing is wrong: what is the matter with a run dated
 * @created (ISO 8601, UTC) on a kernel of @release (NULL: not known), at @now. A date may be a day
 * ahead, as clocks and their zones are; it may not lie before its kernel's
 * (data/kernels/released.tsv).
 */
int pb_dated(const char *created, const char *release, time_t now, char **ret_why) pb_must_check;

/* The same of a stored run, after this machine's clock, said on standard error in one line. */
int pb_dated_say(struct pb_store *store, int64_t run_id) pb_must_check;

#endif
