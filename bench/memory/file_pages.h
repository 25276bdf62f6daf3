/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * file_pages - pages of the page cache of a file system on a disk.
 * Why: shared and private mappings of a file begin with the same pages.
 */
#ifndef BENCH_MEMORY_FILE_PAGES_H
#define BENCH_MEMORY_FILE_PAGES_H

#include "bench/memory/memory.h"

/* -EOPNOTSUPP with a message unless memory->path lies on ext4. */
int pb_file_check_ext4(const struct pb_memory *memory) pb_must_check;

/* For pb_memory_check_pages(). */
const char *pb_file_page_fault(const struct pb_page *page);

#endif
