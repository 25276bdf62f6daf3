/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * recorder - recordings of the cells that a guest runs, and what is simulated from them: the host's
 * side of it all.
 * Why: whoever boots a guest needs three things only: arguments for QEMU, words for the kernel, and
 * a call when a cell has ended.
 */
#ifndef COLLECT_MODEL_RECORDER_H
#define COLLECT_MODEL_RECORDER_H

#include <stddef.h>
#include <stdint.h>

#include "collect/model/geometry.h"
#include "collect/result.h"
#include "common/cleanup.h"

/*
 * For the kernel's command line: the same addresses in each boot; LOCK prefixes that are there with
 * one CPU, too; and nothing in the background that a longer boot would have got done.
 */
#define PB_RECORDER_CMDLINE "nokaslr norandmaps noreplace-smp mitigations=off cryptomgr.notests"

/* What is kept beside recordings, so that they can be simulated again with names. */
#define PB_RECORDER_SYMBOLS "symbols"
#define PB_RECORDER_BTF     "btf"

enum { PB_RECORDER_NR_ARGS = 6 };

struct pb_model_options {
	struct pb_geometry geometry;
	uint64_t seed;
	const char *keep; /* a folder for the recordings; NULL: each goes when it was simulated */
};

struct pb_recorder;

/*
 * @dir is where QEMU will write what the recorder reads, @image the kernel, whose BTF names fields:
 * without it they stay nameless, and *ret_doubt says why (newly allocated; else NULL). What is kept
 * lies in a folder of its @release. -ENOENT: pinbench's plugin is not installed.
 */
int pb_recorder_new(const char *dir, const char *image, const char *release,
		    const struct pb_model_options *options, char **ret_doubt,
		    struct pb_recorder **ret_recorder) pb_must_check;
void pb_recorder_free(struct pb_recorder *recorder);

/* QEMU's further arguments, PB_RECORDER_NR_ARGS of them; the recorder's. */
const char *const *pb_recorder_args(const struct pb_recorder *recorder);

/*
 * Calls @sink with a cell that has just ended, its series those of the simulation. A cell that was
 * measured and whose recording is missing or incomplete becomes a failed one, with the reason.
 * Returns what @sink returned or -ENOMEM.
 */
int pb_recorder_cell(struct pb_recorder *recorder, const struct pb_cell_result *result,
		     int (*sink)(void *data, const struct pb_cell_result *result),
		     void *data) pb_must_check;

PB_DEFINE_CLEANUP(pb_recorder_freep, struct pb_recorder *, pb_recorder_free);

#endif
