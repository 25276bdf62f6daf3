/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * shmem_pages - small pages of shmem, which two types of memory are made of.
 * Why: a distribution may give shmem huge pages unasked, and then it would be another memory.
 */
#ifndef BENCH_MEMORY_SHMEM_PAGES_H
#define BENCH_MEMORY_SHMEM_PAGES_H

#include "bench/memory/memory.h"

/* Writes each page, in small pages. */
int pb_shmem_populate(struct pb_memory *memory) pb_must_check;

/* For pb_memory_check_pages(). */
const char *pb_shmem_page_fault(const struct pb_page *page);

#endif
