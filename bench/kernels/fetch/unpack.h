/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * unpack - packages unpacked side by side in the cache, headers made to work from there.
 * Why: Debian's header packages name absolute paths of an installed system.
 */
#ifndef BENCH_KERNELS_FETCH_UNPACK_H
#define BENCH_KERNELS_FETCH_UNPACK_H

#include "bench/kernels/fetch/packages.h"
#include "bench/kernels/kernel.h"

/*
 * Unpacks @files (NULL-terminated) as kernels/RELEASE: under another name first, so that an
 * interrupted one leaves nothing behind. @suite is kept as a fact.
 */
int pb_unpack(const struct pb_pick *pick, const char *suite, char **files) pb_must_check;

/*
 * Fills in where image, configuration, headers and modules of an unpacked kernel lie. @root is the
 * kernel's root/ folder. -ENOENT names what is missing.
 */
int pb_unpack_locate(const char *root, const char *release, struct pb_kernel *kernel) pb_must_check;

#endif
