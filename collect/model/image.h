/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * image - the BTF that is inside a kernel's image.
 * Why: it is there without booting anything, and is that of the very kernel that is booted.
 */
#ifndef COLLECT_MODEL_IMAGE_H
#define COLLECT_MODEL_IMAGE_H

#include <stddef.h>

#include "common/cleanup.h"

/*
 * Takes a bzImage. Newly allocated. -ENODATA: it was built without BTF; -EBADMSG: it is no image
 * that this can take apart.
 */
int pb_image_btf(const char *path, void **ret_btf, size_t *ret_len_bytes) pb_must_check;

#endif
