/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * profiler - profiles of the cells that a guest runs: the host's side of it all.
 * Why: whoever boots a guest needs three things only: arguments for QEMU, a word for the kernel,
 * and a call when a cell has ended.
 */
#ifndef COLLECT_TCG_PROFILER_H
#define COLLECT_TCG_PROFILER_H

#include <stddef.h>

#include "collect/cell.h"
#include "collect/result.h"
#include "common/cleanup.h"

/* For the kernel's command line: its functions lie where /proc/kallsyms of any boot says. */
#define PB_PROFILER_CMDLINE "nokaslr"

enum { PB_PROFILER_NR_ARGS = 6 };

struct pb_profiler;

/*
 * @dir is where QEMU will write what the profiler reads. -ENOENT: pinbench's plugin is not
 * installed.
 */
int pb_profiler_new(const char *dir, struct pb_profiler **ret_profiler) pb_must_check;
void pb_profiler_free(struct pb_profiler *profiler);

/* QEMU's further arguments, PB_PROFILER_NR_ARGS of them; the profiler's. */
const char *const *pb_profiler_args(const struct pb_profiler *profiler);

/*
 * Calls @sink with a cell that has just ended and its profiles. A cell that was measured and whose
 * profile is missing, incomplete or does not add up to what the clock read becomes a failed one,
 * with the reason. Returns what @sink returned or -ENOMEM.
 */
int pb_profiler_cell(struct pb_profiler *profiler, const struct pb_cell_result *result,
		     int (*sink)(void *data, const struct pb_cell_result *result),
		     void *data) pb_must_check;

PB_DEFINE_CLEANUP(pb_profiler_freep, struct pb_profiler *, pb_profiler_free);

#endif
