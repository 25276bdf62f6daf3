/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * counters - what --counters takes, checked before anything is booted, and shown by `list`.
 * Why: a misspelt word must not cost a boot; which machine has which event is known beforehand.
 */
#ifndef BENCH_CLI_LISTS_COUNTERS_H
#define BENCH_CLI_LISTS_COUNTERS_H

#include <stddef.h>

#include "common/cleanup.h"
#include "common/grid/document.h"

/* 0, or -EINVAL with a message that names the word and says what is valid. */
int pb_counters_check(char *const *words, size_t nr) pb_must_check;

/* Each counter with its group, and how good it is on which PMU. */
int pb_counters_add(struct pb_document *document) pb_must_check;

#endif
