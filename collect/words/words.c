// SPDX-License-Identifier: GPL-2.0-only
/*
 * words - the words that runs and cells are made of, each kind a table; a number for each word.
 * Why: a word is resolved once, where text enters; below that only numbers are compared.
 */
#include "collect/words/words.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* Of the least number that is no rate: PB_WORD_RATES has so many. */
enum { MAX_RATE_DIGITS = 7 };

/* By their numbers. Of an axis 0 is the default; elsewhere rows count from 1, and 0 is no word. */
static const char *const memories[] = {
	"",
#define PB_MEMORY(ident, name, needs, summary) name,
#include "collect/words/memory.def"
#undef PB_MEMORY
};

static const char *const sharings[] = {
#define PB_SHARING(id, name, flags, summary) name,
#include "collect/words/cell_words.def"
};

static const char *const loads[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) name,
#include "collect/words/load.def"
#undef PB_LOAD
};

/* Which of them take a rate. */
static const bool rated[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) (default_rate) > 0,
#include "collect/words/load.def"
#undef PB_LOAD
};

static const char *const residencies[] = {
#define PB_RESIDENCY(id, name, flags, summary) name,
#include "collect/words/cell_words.def"
};

static const char *const intents[] = {
#define PB_INTENT(id, name, flags, summary) name,
#include "collect/words/cell_words.def"
};

static const char *const holdings[] = {
#define PB_HOLDING(id, name, flags, summary) name,
#include "collect/words/cell_words.def"
};

static const char *const releasings[] = {
#define PB_RELEASING(id, name, flags, summary) name,
#include "collect/words/cell_words.def"
};

static const char *const evidences[] = {
	"",
#define PB_EVIDENCE(id, name, ...) name,
#include "collect/words/evidence.def"
#undef PB_EVIDENCE
};

static const char *const run_states[] = {
	"",
#define PB_RUN_STATE(id, name, why) name,
#include "collect/words/run_state.def"
#undef PB_RUN_STATE
};

#define TABLE(names)                        \
	{                                   \
		names, PB_ARRAY_SIZE(names) \
	}

static const struct {
	const char *const *names;
	size_t nr;
} tables[PB_WORDS_NR] = {
	[PB_WORDS_MEMORY] = TABLE(memories),      [PB_WORDS_SHARING] = TABLE(sharings),
	[PB_WORDS_LOAD] = TABLE(loads),           [PB_WORDS_RESIDENCY] = TABLE(residencies),
	[PB_WORDS_INTENT] = TABLE(intents),       [PB_WORDS_HOLD] = TABLE(holdings),
	[PB_WORDS_RELEASE] = TABLE(releasings),   [PB_WORDS_EVIDENCE] = TABLE(evidences),
	[PB_WORDS_RUN_STATE] = TABLE(run_states),
};

/* What is in no table: foreign words, and loads with their rates. */
struct foreign {
	enum pb_word_kind kind;
	unsigned int word;
	const char *text;
};

/* "fork:100" as a number, if this is how pinbench writes a load that it knows; else 0. */
static unsigned int rated_find(const char *text)
{
	size_t len = strcspn(text, ":"), nr_digits = strspn(text + len + !!text[len], "0123456789");
	unsigned long rate = text[len] ? strtoul(text + len + 1, NULL, 10) : 0;

	if (text[len] != ':' || !nr_digits || nr_digits > MAX_RATE_DIGITS || text[len + 1] == '0' ||
	    text[len + 1 + nr_digits] || rate >= PB_WORD_RATES)
		return 0;
	for (unsigned int i = 0; i < PB_ARRAY_SIZE(loads); i++)
		if (rated[i] && strlen(loads[i]) == len && !strncmp(loads[i], text, len))
			return PB_WORD_RATED | i * PB_WORD_RATES | (unsigned int)rate;
	return 0;
}

/* One file may have as many such words as it has cells, so they are looked up in trees. */
static struct {
	void *by_text;
	void *by_rate; /* loads with rates alone, by their numbers */
	struct foreign **by_word;
	size_t nr;
} foreigns;

static int foreign_compare(const void *a, const void *b)
{
	const struct foreign *x = a, *y = b;
	int order = (x->kind > y->kind) - (x->kind < y->kind);

	return order ? order : strcmp(x->text, y->text);
}

static int rated_compare(const void *a, const void *b)
{
	const struct foreign *x = a, *y = b;

	return (x->word > y->word) - (x->word < y->word);
}

/* The text of a load with a rate, made where it is asked for first; NULL: out of memory. */
static const char *rated_text(unsigned int word)
{
	const struct foreign key = { .kind = PB_WORDS_LOAD, .word = word };
	unsigned int row = (word & ~PB_WORD_RATED) / PB_WORD_RATES;
	struct foreign *const *found = tfind(&key, &foreigns.by_rate, rated_compare);
	struct foreign *made;
	char *text;

	if (found)
		return (*found)->text;
	if (row >= PB_ARRAY_SIZE(loads))
		return "";
	made = malloc(sizeof(*made) + PB_WORD_LEN);
	if (!made)
		return NULL;
	text = (char *)(made + 1);
	snprintf(text, PB_WORD_LEN, "%s:%u", loads[row], word % PB_WORD_RATES);
	*made = (struct foreign){ .kind = PB_WORDS_LOAD, .word = word, .text = text };
	if (tsearch(made, &foreigns.by_rate, rated_compare))
		return text;
	free(made);
	return NULL;
}

bool pb_word_find(enum pb_word_kind kind, const char *text, unsigned int *ret_word)
{
	const struct foreign key = { .kind = kind, .text = text };
	struct foreign *const *found;

	*ret_word = 0;
	if (!*text)
		return true;
	for (size_t i = 0; i < tables[kind].nr; i++) {
		if (!tables[kind].names[i] || !pb_streq(tables[kind].names[i], text))
			continue;
		*ret_word = (unsigned int)i;
		return true;
	}
	found = tfind(&key, &foreigns.by_text, foreign_compare);
	if (found)
		*ret_word = (*found)->word;
	else if (kind == PB_WORDS_LOAD)
		*ret_word = rated_find(text);
	return *ret_word;
}

static int foreign_keep(enum pb_word_kind kind, const char *text, unsigned int *ret_word)
{
	size_t len = strlen(text) + 1;
	struct foreign *foreign = malloc(sizeof(*foreign) + len);
	struct foreign **grown = NULL;

	/* Doubled whenever their number is a power of two. */
	if (foreign && foreigns.nr && (foreigns.nr & (foreigns.nr - 1)))
		grown = foreigns.by_word;
	else if (foreign)
		grown = reallocarray(foreigns.by_word, foreigns.nr ? 2 * foreigns.nr : 1,
				     sizeof(struct foreign *));
	if (grown)
		foreigns.by_word = grown;
	if (!foreign || !grown) {
		free(foreign);
		return pb_fail(-ENOMEM, "out of memory");
	}
	*foreign = (struct foreign){
		.kind = kind,
		.word = PB_WORD_FOREIGN + (unsigned int)foreigns.nr,
		.text = memcpy(foreign + 1, text, len),
	};
	if (!tsearch(foreign, &foreigns.by_text, foreign_compare)) {
		free(foreign);
		return pb_fail(-ENOMEM, "out of memory");
	}
	foreigns.by_word[foreigns.nr++] = foreign;
	*ret_word = foreign->word;
	return 0;
}

int pb_word_take(enum pb_word_kind kind, const char *text, unsigned int *ret_word)
{
	if (!pb_word_find(kind, text, ret_word))
		return foreign_keep(kind, text, ret_word);
	if (*ret_word >= PB_WORD_RATED && !rated_text(*ret_word))
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

const char *pb_word_text(enum pb_word_kind kind, unsigned int word)
{
	const char *text = NULL;

	if (word >= PB_WORD_RATED && kind == PB_WORDS_LOAD) {
		text = rated_text(word);
		return text ? text : pb_word_text(kind, (word & ~PB_WORD_RATED) / PB_WORD_RATES);
	}
	if (pb_word_is_foreign(word) && word - PB_WORD_FOREIGN < foreigns.nr)
		text = foreigns.by_word[word - PB_WORD_FOREIGN]->text;
	else if (word < tables[kind].nr)
		text = tables[kind].names[word];
	return text ? text : "";
}

int pb_word_compare(enum pb_word_kind kind, unsigned int a, unsigned int b)
{
	return a == b ? 0 : strcmp(pb_word_text(kind, a), pb_word_text(kind, b));
}
