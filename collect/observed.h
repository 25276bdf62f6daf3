/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * observed - the parts of what was seen of a held page, as names and words.
 * Why: what is stored is what was seen; what it means is derived when it is shown
 * (report/semantics/verdict.h), so that a better reading needs no new run.
 *
 * Parts of an event that was watched (docs/semantics.md says what each means):
 *   by              calls: system calls held the page, on a machine that others use; missing: a
 *                   module, in a guest
 *   hold            ok, or the errno with which the kernel refused the hold
 *   event           ok, short, or the errno with which it ended
 *   blocked         ms that the event had waited when the hold was released; missing: it did not
 *   blocked.state, blocked.wchan   of its task
 *   frame.*         numbers of the page frame: prepared, held, after the event, after a touch; or
 *                   none, swap, hidden (only root is told)
 *   page.*          what the kernel says of the held frame, before, after, at the end
 *   c2d, d2c        yes, no, or the errno with which the device could not
 *   invalidations.* what MMU notifiers were told, by type
 *
 * Parts of a user of GUP (docs/users.md), PHASE being acquire or release:
 *   PHASE.entry     the functions by which it came to its pages, PHASE.flags their FOLL_ flags
 *   PHASE.calls     how many calls of them, PHASE.pages for how many pages in all
 *   PHASE.slept, PHASE.preempted   windows that were not counted
 */
#ifndef COLLECT_OBSERVED_H
#define COLLECT_OBSERVED_H

/* The event of a cell that counts a user of GUP, which is the cell's strategy. */
#define PB_EVENT_USE "use"

/* In place of a frame's number, where there is one that this user may not know. */
#define PB_FRAME_HIDDEN_WORD "hidden"

#include "collect/result.h"
#include "common/cleanup.h"

/*
 * Adds a part, @value copied. -EINVAL: a name that is empty, too long or there already; -ENOMEM.
 */
int pb_observed_add(struct pb_cell_result *result, const char *name,
		    const char *value) pb_must_check;

/* The part's value, or NULL where it was not seen. */
const char *pb_observed_part(const struct pb_cell_result *result, const char *name);

#endif
