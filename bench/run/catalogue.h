/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * catalogue - the words that plans and options are written in, each kind a table of rows.
 * Why: `pinbench list`, the messages and the parser can never disagree about what is valid.
 */
#ifndef BENCH_RUN_CATALOGUE_H
#define BENCH_RUN_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "collect/words/words.h"
#include "common/cleanup.h"

struct pb_word_row {
	const char *name; /* NULL ends the table */
	const char *summary;
};

const struct pb_word_row *pb_catalogue_rows(enum pb_word_kind kind);

/* Does `all` stand for every word of this kind? Not where it is one of them, as of holds. */
bool pb_catalogue_takes_all(enum pb_word_kind kind);

/* 0, or -EINVAL with a message that starts with @where, names the word and gives the valid ones. */
int pb_catalogue_check(enum pb_word_kind kind, const char *where, const char *word) pb_must_check;

#endif
