/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ext4_image - an ext4 file system in a file, the same bytes on any host and any day.
 * Why: a guest has no mke2fs, and an image that differs would move its clock.
 */
#ifndef BENCH_BACKENDS_VM_EXT4_IMAGE_H
#define BENCH_BACKENDS_VM_EXT4_IMAGE_H

#include <stdbool.h>

#include "common/cleanup.h"

/* Why there is none, where it is not possible. */
#define PB_EXT4_IMAGE_NONE \
	"mke2fs is not installed on the host (it is in Debian's package e2fsprogs)"

bool pb_ext4_image_possible(void);

/* Makes @path, an absolute one, @mib MiB long. */
int pb_ext4_image_make(const char *path, unsigned int mib) pb_must_check;

#endif
