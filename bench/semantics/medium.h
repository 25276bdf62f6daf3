/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * medium - what lies where a file's data lie, on the disk.
 * Why: what the page cache has is not what is there after a crash, and reading the file by any means
 * would write it back first.
 */
#ifndef BENCH_SEMANTICS_MEDIUM_H
#define BENCH_SEMANTICS_MEDIUM_H

#include <stdint.h>
#include <sys/types.h>

#include "common/cleanup.h"

/*
 * Where the byte at @offset of the file lies on its disk. -ENODATA, without a message, where the file
 * has nothing there.
 */
int pb_medium_find(int fd, off_t offset, uint64_t *ret_address) pb_must_check;

/*
 * Reads 8 bytes at @address of the disk that the file lies on, past every cache. -errno, no message;
 * -ENODEV where the file lies on none.
 */
int pb_medium_read(int fd, uint64_t address, uint64_t *ret_value) pb_must_check;

/* -EOPNOTSUPP with a message where the file lies on no disk. */
int pb_medium_check(int fd, const char *memory) pb_must_check;

#endif
