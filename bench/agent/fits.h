/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fits - combinations of a cell's words that cannot be measured, each with its reason.
 * Why: a cell that runs anyway would bear a name that is not what was done.
 */
#ifndef BENCH_AGENT_FITS_H
#define BENCH_AGENT_FITS_H

#include <stdbool.h>

#include "bench/agent/context.h"
#include "bench/memory/memory.h"
#include "collect/cell.h"
#include "common/cleanup.h"

/* Can this machine, and this class of evidence, have so many threads, sharing like that? */
int pb_fits_machine(const struct pb_context *context, const struct pb_cell *cell) pb_must_check;

/*
 * Do the words go together, and the numbers lie within what the device takes? Both give 0, or
 * -EOPNOTSUPP or -E2BIG with a message.
 */
int pb_fits_cell(const struct pb_context *context, const struct pb_cell *cell,
		 const struct pb_memory_type *type, bool loaded) pb_must_check;

#endif
