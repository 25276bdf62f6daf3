// SPDX-License-Identifier: GPL-2.0-only
/*
 * words - the words that runs and cells are made of, each kind a table; a number for each word.
 * Why: a word is resolved once, where text enters; below that only numbers are compared.
 */
#include "collect/words/words.h"

#include <errno.h>
#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

/* By their numbers: rows count from 1, and 0 is no word. */
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
	[PB_WORDS_EVIDENCE] = TABLE(evidences),
	[PB_WORDS_RUN_STATE] = TABLE(run_states),
};

struct foreign {
	enum pb_word_kind kind;
	unsigned int word;
	const char *text;
};

/* One file may have as many foreign words as it has cells, so they are looked up in a tree. */
static struct {
	void *by_text;
	struct foreign **by_word;
	size_t nr;
} foreigns;

static int foreign_compare(const void *a, const void *b)
{
	const struct foreign *x = a, *y = b;
	int order = (x->kind > y->kind) - (x->kind < y->kind);

	return order ? order : strcmp(x->text, y->text);
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
	return found;
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
	return pb_word_find(kind, text, ret_word) ? 0 : foreign_keep(kind, text, ret_word);
}

const char *pb_word_text(enum pb_word_kind kind, unsigned int word)
{
	const char *text = NULL;

	if (pb_word_is_foreign(word) && word - PB_WORD_FOREIGN < foreigns.nr)
		text = foreigns.by_word[word - PB_WORD_FOREIGN]->text;
	else if (word < tables[kind].nr)
		text = tables[kind].names[word];
	return text ? text : "";
}
