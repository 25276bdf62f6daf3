/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * words - the words that runs and cells are made of, each kind a table; a number for each word.
 * Why: a word is resolved once, where text enters; below that only numbers are compared.
 *
 * A word that this version does not know, from a newer database or stream, is foreign: it is kept
 * verbatim under a number of its own, for as long as the program runs. It is shown, merged and
 * exported as it came, and is no other word, known or foreign.
 */
#ifndef COLLECT_WORDS_WORDS_H
#define COLLECT_WORDS_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/cleanup.h"

/* A word's room in text, its end included. */
enum { PB_WORD_LEN = 32 };

/*
 * Known words are below the first foreign one. A load with a rate, "fork:100", is a number made of
 * both: PB_WORD_RATED, its row times PB_WORD_RATES, and the rate.
 */
enum { PB_WORD_FOREIGN = 1 << 16, PB_WORD_RATED = 1 << 30, PB_WORD_RATES = 1 << 20 };

enum pb_word_kind {
	PB_WORDS_STRATEGY,
	PB_WORDS_MEMORY,
#define PB_AXIS(id, field, since, title) PB_WORDS_##id,
#include "collect/axes.def"
#undef PB_AXIS
	PB_WORDS_OF_CELLS, /* above: what plans and options are written in */
	PB_WORDS_EVIDENCE = PB_WORDS_OF_CELLS,
	PB_WORDS_RUN_STATE,
	PB_WORDS_NR,
};

/*
 * The number of @text among the words of its kind; a foreign word is kept. An empty text is 0, which
 * is no word, or an axis' default.
 * -ENOMEM with a message. Not for several threads at once.
 */
int pb_word_take(enum pb_word_kind kind, const char *text, unsigned int *ret_word) pb_must_check;

/* As pb_word_take(), but keeps nothing: false where the word is not known and was not kept. */
bool pb_word_find(enum pb_word_kind kind, const char *text, unsigned int *ret_word);

/*
 * The text of a word, for as long as the program runs; "" for a number that is none. A load's rate
 * is left out where there is no memory for it and the word did not come in as text.
 */
const char *pb_word_text(enum pb_word_kind kind, unsigned int word);

/* The order of two words of one kind by their letters, for tables: below 0, 0, above 0. */
int pb_word_compare(enum pb_word_kind kind, unsigned int a, unsigned int b);

static inline bool pb_word_is_foreign(unsigned int word)
{
	return word >= PB_WORD_FOREIGN && word < PB_WORD_RATED;
}

#endif
