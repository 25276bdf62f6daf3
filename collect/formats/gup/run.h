/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * run - the cells of one run of a log, as its sections end.
 * Why: one section may hold several benchmarks, and one benchmark several sections.
 */
#ifndef COLLECT_FORMATS_GUP_RUN_H
#define COLLECT_FORMATS_GUP_RUN_H

#include "collect/formats/gup/lines.h"
#include "collect/formats/gup/log.h"
#include "common/cleanup.h"

struct pb_gup_pending {
	struct pb_gup_sample sample;
	size_t line;
};

/*
 * Takes a section: its samples, and why it failed, if it did. @assumed: nobody said its setting.
 * -ENODATA: it failed, and nothing says which benchmark it was.
 */
int pb_gup_run_take(struct pb_gup_run *run, const struct pb_gup_setting *setting,
		    const struct pb_gup_pending *samples, size_t nr_samples, const char *reason,
		    bool assumed) pb_must_check;

/* Whether a benchmark that was started so has times already. */
bool pb_gup_run_has(const struct pb_gup_run *run, const struct pb_gup_setting *setting);

/* The benchmark whose times came last failed. */
int pb_gup_run_fail(struct pb_gup_run *run, const char *reason) pb_must_check;

void pb_gup_run_done(struct pb_gup_run *run);

#endif
