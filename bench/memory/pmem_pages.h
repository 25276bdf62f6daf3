/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * pmem_pages - is it persistent memory that stands behind an address?
 * Why: /proc/kpageflags says nothing of such frames; the map of physical memory does.
 */
#ifndef BENCH_MEMORY_PMEM_PAGES_H
#define BENCH_MEMORY_PMEM_PAGES_H

#include "bench/memory/memory.h"

/* -ENOMEM with a message unless every page lies in persistent memory. */
int pb_pmem_check_pages(const struct pb_memory *memory, const char *name) pb_must_check;

#endif
