/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smaps - what the kernel says of one mapping of this process.
 * Why: page flags tell what a page is; how it is mapped, and of what, only smaps tells.
 */
#ifndef BENCH_MEMORY_INSPECT_SMAPS_H
#define BENCH_MEMORY_INSPECT_SMAPS_H

#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

/* The number of the line that begins with @key ("AnonHugePages:") of the mapping that holds @addr;
 * 0 if it has none. */
int pb_smaps_kib(const void *addr, const char *key, uint64_t *ret_kib) pb_must_check;

/* The rights of the mapping that holds @addr: "rw-p". */
int pb_smaps_rights(const void *addr, char *rights, size_t size) pb_must_check;

/* What is mapped at @addr: "/memfd:pages (deleted)", or "". Newly allocated. */
int pb_smaps_name(const void *addr, char **ret_name) pb_must_check;

#endif
