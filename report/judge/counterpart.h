/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counterpart - which of the runs that two words may mean have cells to compare.
 * Why: a run of one cell is the newest run of its kernel, and not what is to be held against a
 * whole one.
 *
 * Where a word stands for the newest of several runs (pb_selected.newest), an older one is taken in
 * its place if it has more of the cells that are asked for, which are those of the other side:
 *
 *  1. Newest runs with the same cells are compared as they are.
 *  2. Else the pair of runs with the most cells in common is taken; of several the one with the
 *     newest head, then the newest base; for a head that is named, the base with the fewest others.
 *  3. An older run is one of the same kernel, backend and evidence as the newest, never a self-test
 *     in place of none, and has ended.
 *  4. A head that did not end, or in which a cell failed, is never passed over for that: what was
 *     tried and has no number is what a gate is there to see. A base is.
 */
#ifndef REPORT_JUDGE_COUNTERPART_H
#define REPORT_JUDGE_COUNTERPART_H

#include <stdbool.h>

#include "collect/cell.h"
#include "common/cleanup.h"
#include "report/runs/select.h"

/* Is the cell one that is asked for at all? */
typedef bool pb_cell_wanted(const void *data, const struct pb_cell *cell);

/*
 * Puts other runs in place of @runs where the rules above say so; their stores stay. The first is
 * the base, the others heads. Of more than two, the one whose newest run has the most cells stays,
 * and each other one is chosen by it. @names are what they are called in what is said. @wanted may
 * be NULL: all cells are. *ret_said is newly allocated, one line that says what is taken and why,
 * or NULL where all stay as they are.
 */
int pb_counterparts_take(struct pb_selected *runs, const char *const *names, size_t nr,
			 pb_cell_wanted *wanted, const void *data, char **ret_said) pb_must_check;

#endif
