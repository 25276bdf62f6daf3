/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict - what the parts of an observation mean, in the few words that tables show.
 * Why: the rules stand in one place, in an order, and are the same for every kernel and strategy;
 * docs/semantics.md gives them for people.
 */
#ifndef REPORT_SEMANTICS_VERDICT_H
#define REPORT_SEMANTICS_VERDICT_H

#include <stdbool.h>

#include "collect/cell.h"
#include "collect/result.h"

/*
 * Words, "-" where there is nothing to say:
 *   result         ok, short, an errno of the event, blocked, refused:ERRNO (the hold was refused),
 *                  absent (this kernel or memory has no such event), failed, missing
 *   data           coherent, stale, one-way:c2d, one-way:d2c, revoked, file-only, lost, tracked,
 *                  untracked, corrupts, reads-other; of the medium: persisted, lost, revoked
 *   frame          stayed, copied, moved, kept, freed, same-frame-back, split, whole, in-thp
 *   blocked        how long the event had waited when the hold was released, and its task's state
 *   invalidations  the types that MMU notifiers were told, in order, with commas
 */
struct pb_observed_verdict {
	char result[PB_WORD_LEN];
	char data[PB_WORD_LEN];
	char frame[PB_WORD_LEN];
	char blocked[PB_WORD_LEN];
	char invalidations[96];
};

void pb_verdict_of(const struct pb_cell_result *result, struct pb_observed_verdict *ret_verdict);

/*
 * Does the strategy's verdict show anything that its control's does not? The device of `none` sees
 * nothing, so against it the data does not count.
 */
bool pb_verdict_same(const struct pb_observed_verdict *verdict,
		     const struct pb_observed_verdict *control, bool with_data);

/* The strategy that this one is held against; NULL: an unknown one. */
const char *pb_verdict_control(const char *strategy);

/* Its place in the order of tables; unknown ones come last. */
size_t pb_observe_rank(const char *strategy);

#endif
