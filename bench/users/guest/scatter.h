/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * scatter - small pages no one of which follows its neighbour in physical memory.
 * Why: pages that do are joined by whoever makes lists of them, and cost less than the others.
 */
#ifndef BENCH_USERS_GUEST_SCATTER_H
#define BENCH_USERS_GUEST_SCATTER_H

#include <stddef.h>

#include "common/cleanup.h"

/*
 * Gives the @nr_pages small anonymous pages from @pages other frames where one follows its
 * neighbour's. Other memory is left as it is. -ENOMEM, -ENODATA with a message.
 */
int pb_guest_scatter(char *pages, size_t nr_pages) pb_must_check;

#endif
