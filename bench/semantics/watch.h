/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watch - the agent's part: cells whose event is watched, one process each, from the controller's
 * side. Why: whatever becomes of a case, the next one finds the machine as this one did.
 */
#ifndef BENCH_SEMANTICS_WATCH_H
#define BENCH_SEMANTICS_WATCH_H

#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"

/*
 * From here on cases are watched on a machine that goes on being used: pages are held by system
 * calls, and what acts on the whole machine is refused. In a guest a module holds them.
 */
void pb_watch_by_calls(void);

/*
 * Watches one cell. @kmsg as pb_watch_open() gave it. Every end of a case is a result and 0; -errno
 * with a message where the machine cannot be used at all.
 */
int pb_watch_cell(const struct pb_cell *cell, int kmsg,
		  struct pb_cell_result *result) pb_must_check;

#endif
