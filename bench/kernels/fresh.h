/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fresh - was a kernel tree built since its sources changed?
 * Why: the change that one means to measure must be in the image, and structures the same in both.
 */
#ifndef BENCH_KERNELS_FRESH_H
#define BENCH_KERNELS_FRESH_H

#include "bench/kernels/arch.h"
#include "common/cleanup.h"

/*
 * -ESTALE names a source that make would have built anew: an object's own in mm/ or kernel/,
 * a header that every object includes, or the configuration. Others are not
 * looked at, so that nothing is refused that make would leave as it is.
 */
int pb_tree_fresh(const char *tree, const char *image, const struct pb_arch *arch) pb_must_check;

#endif
