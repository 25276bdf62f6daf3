/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cell_words - the words of a cell's axes as numbers, and what holds of each.
 * Why: who asks how pages are held asks a row, and no layer compares texts.
 */
#ifndef COLLECT_WORDS_CELL_WORDS_H
#define COLLECT_WORDS_CELL_WORDS_H

#include "collect/words/words.h"

/* The default of an axis is 0; the last of each is the first of the foreign words. */
enum pb_cell_sharing {
#define PB_SHARING(id, name, flags, summary) PB_SHARING_##id,
#include "collect/words/cell_words.def"
	PB_NR_SHARINGS,
	PB_SHARING_FOREIGN = PB_WORD_FOREIGN,
};

enum pb_cell_load {
#define PB_LOAD(ident, name, default_rate, needs, summary) PB_LOAD_##ident,
#include "collect/words/load.def"
#undef PB_LOAD
	PB_NR_LOADS,
	PB_LOAD_FOREIGN = PB_WORD_FOREIGN,
	PB_LOAD_WITH_RATE = PB_WORD_RATED, /* "fork:100": PB_LOAD_AT(fork, 100) */
};

#define PB_LOAD_AT(ident, rate) \
	((enum pb_cell_load)(PB_WORD_RATED | PB_LOAD_##ident * PB_WORD_RATES | (rate)))

/* The load itself, whatever its rate: below PB_NR_LOADS, or a foreign word. */
static inline enum pb_cell_load pb_load_plain(enum pb_cell_load load)
{
	return load & PB_WORD_RATED ? (enum pb_cell_load)((load & ~PB_WORD_RATED) / PB_WORD_RATES)
				    : load;
}

/* Operations a second, as its word says; 0: it says nothing. */
static inline unsigned int pb_load_rate(enum pb_cell_load load)
{
	return load & PB_WORD_RATED ? load % PB_WORD_RATES : 0;
}

enum pb_cell_residency {
#define PB_RESIDENCY(id, name, flags, summary) PB_RESIDENCY_##id,
#include "collect/words/cell_words.def"
	PB_NR_RESIDENCIES,
	PB_RESIDENCY_FOREIGN = PB_WORD_FOREIGN,
};

enum pb_cell_intent {
#define PB_INTENT(id, name, flags, summary) PB_INTENT_##id,
#include "collect/words/cell_words.def"
	PB_NR_INTENTS,
	PB_INTENT_FOREIGN = PB_WORD_FOREIGN,
};

enum pb_cell_hold {
#define PB_HOLDING(id, name, flags, summary) PB_HOLDING_##id,
#include "collect/words/cell_words.def"
	PB_NR_HOLDINGS,
	PB_HOLDING_FOREIGN = PB_WORD_FOREIGN,
};

enum pb_cell_release {
#define PB_RELEASING(id, name, flags, summary) PB_RELEASING_##id,
#include "collect/words/cell_words.def"
	PB_NR_RELEASINGS,
	PB_RELEASING_FOREIGN = PB_WORD_FOREIGN,
};

static inline const char *pb_sharing_name(enum pb_cell_sharing sharing)
{
	return pb_word_text(PB_WORDS_SHARING, sharing);
}

static inline const char *pb_load_name(enum pb_cell_load load)
{
	return pb_word_text(PB_WORDS_LOAD, load);
}

static inline const char *pb_residency_name(enum pb_cell_residency residency)
{
	return pb_word_text(PB_WORDS_RESIDENCY, residency);
}

static inline const char *pb_intent_name(enum pb_cell_intent intent)
{
	return pb_word_text(PB_WORDS_INTENT, intent);
}

static inline const char *pb_holding_name(enum pb_cell_hold hold)
{
	return pb_word_text(PB_WORDS_HOLD, hold);
}

static inline const char *pb_releasing_name(enum pb_cell_release release)
{
	return pb_word_text(PB_WORDS_RELEASE, release);
}

/* Types of memory, in the order of their table; 0 is none. */
enum pb_cell_memory {
	PB_MEMORY_NONE,
#define PB_MEMORY(ident, name, needs, summary) PB_MEMORY_##ident,
#include "collect/words/memory.def"
#undef PB_MEMORY
	PB_NR_MEMORIES,
	PB_MEMORY_FOREIGN = PB_WORD_FOREIGN,
};

static inline const char *pb_memory_name(enum pb_cell_memory memory)
{
	return pb_word_text(PB_WORDS_MEMORY, memory);
}

/* The number of this text; what is not known is kept. -ENOMEM with a message. */
int pb_memory_take(const char *text, enum pb_cell_memory *ret_memory) pb_must_check;

/* What holds of a word, beside its name. */
enum {
	PB_SHARING_SIDE_BY_SIDE = 1, /* each thread's pages behind the other's, in one range */
	PB_SHARING_PROCESSES = 2,    /* each thread has an address space of its own */
	PB_RELEASING_DIRTIES = 1,    /* marks the pages dirty, so that they have to be writable */
};

/* Of foreign words nothing holds. */
unsigned int pb_sharing_flags(enum pb_cell_sharing sharing);
unsigned int pb_releasing_flags(enum pb_cell_release release);

#endif
