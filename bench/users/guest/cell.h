/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell - the agent's part: a cell of a user, in a process of its own.
 * Why: what a user leaves behind, or holds when it fails midway, ends with its process.
 */
#ifndef BENCH_USERS_GUEST_CELL_H
#define BENCH_USERS_GUEST_CELL_H

#include <stddef.h>

#include "bench/users/guest/guest.h"
#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"

/*
 * Loads the modules that users among @cells need, as far as there are any: a profiler outside is told
 * the kernel's functions once, and what came later would have other functions' names.
 */
void pb_guest_prepare(const struct pb_cell *cells, size_t nr_cells);

/*
 * Runs @cell and fills in *result, whose state is then one of measured, refused and failed. Returns
 * -errno with a message only for what makes further cells senseless.
 */
int pb_guest_cell(const struct pb_cell *cell, int kmsg,
		  struct pb_cell_result *result) pb_must_check;

/* The same of a row that need not be in the table. */
int pb_guest_row_cell(const struct pb_guest_row *row, const struct pb_cell *cell, int kmsg,
		      struct pb_cell_result *result) pb_must_check;

#endif
