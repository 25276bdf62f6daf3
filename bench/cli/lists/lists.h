/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lists - what `pinbench list` can show, a function each.
 * Why: several commands show the same list, and each has it from here.
 */
#ifndef BENCH_CLI_LISTS_LISTS_H
#define BENCH_CLI_LISTS_LISTS_H

#include "bench/kernels/arch.h"
#include "bench/run/catalogue.h"
#include "collect/store/store.h"
#include "common/cleanup.h"
#include "common/grid/document.h"

/* A table of words and what each means; the rows of the catalogue. */
struct pb_grid *pb_list_words(struct pb_document *document, const char *key);
void pb_list_word(struct pb_grid *grid, const char *word, const char *summary);
int pb_list_catalogue(struct pb_document *document, const char *key,
		      enum pb_word_kind kind) pb_must_check;
int pb_list_loads(struct pb_document *document) pb_must_check;

int pb_list_plans(struct pb_document *document) pb_must_check;

/* The ladder of kernels: `kernel list` and `list kernels` are the same. */
int pb_list_kernels(const struct pb_arch *arch, struct pb_document *document) pb_must_check;

/* Every run of a database, in the order in which they came. */
int pb_list_runs(struct pb_store *store, struct pb_document *document) pb_must_check;

#endif
