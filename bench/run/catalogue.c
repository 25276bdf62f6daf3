// SPDX-License-Identifier: GPL-2.0-only
/*
 * catalogue - the words that plans and options are written in, each kind a table of rows.
 * Why: `pinbench list`, the messages and the parser can never disagree about what is valid.
 */
#include "bench/run/catalogue.h"

#include <errno.h>

#include "common/err.h"
#include "common/str.h"

static const struct pb_word_row strategies[] = {
#define PB_STRATEGY(id, ident, name, floor, family, symbols, summary) { name, summary },
#include "kmods/uapi/strategies.def"
#undef PB_STRATEGY
	{ NULL, NULL },
};

static const struct pb_word_row memories[] = {
#define PB_MEMORY(ident, name, needs, summary) { name, summary },
#include "collect/words/memory.def"
#undef PB_MEMORY
	{ NULL, NULL },
};

static const struct pb_word_row sharings[] = {
#define PB_SHARING(id, name, flags, summary) { name, summary },
#include "collect/words/cell_words.def"
	{ NULL, NULL },
};

static const struct pb_word_row loads[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) { name, summary },
#include "collect/words/load.def"
#undef PB_LOAD
	{ NULL, NULL },
};

static const struct pb_word_row residencies[] = {
#define PB_RESIDENCY(id, name, flags, summary) { name, summary },
#include "collect/words/cell_words.def"
	{ NULL, NULL },
};

static const struct pb_word_row intents[] = {
#define PB_INTENT(id, name, flags, summary) { name, summary },
#include "collect/words/cell_words.def"
	{ NULL, NULL },
};

static const struct pb_word_row holds[] = {
#define PB_HOLDING(id, name, flags, summary) { name, summary },
#include "collect/words/cell_words.def"
	{ NULL, NULL },
};

static const struct pb_word_row releases[] = {
#define PB_RELEASING(id, name, flags, summary) { name, summary },
#include "collect/words/cell_words.def"
	{ NULL, NULL },
};

static const struct {
	const char *kind;
	const struct pb_word_row *rows;
} kinds[PB_WORDS_OF_CELLS] = {
	[PB_WORDS_STRATEGY] = { "strategy", strategies },
	[PB_WORDS_MEMORY] = { "memory", memories },
	[PB_WORDS_SHARING] = { "sharing", sharings },
	[PB_WORDS_LOAD] = { "load", loads },
	[PB_WORDS_RESIDENCY] = { "residency", residencies },
	[PB_WORDS_INTENT] = { "intent", intents },
	[PB_WORDS_HOLD] = { "hold", holds },
	[PB_WORDS_RELEASE] = { "release", releases },
};

const struct pb_word_row *pb_catalogue_rows(enum pb_word_kind kind)
{
	return kinds[kind].rows;
}

bool pb_catalogue_takes_all(enum pb_word_kind kind)
{
	for (const struct pb_word_row *row = kinds[kind].rows; row->name; row++)
		if (pb_streq(row->name, "all"))
			return false;
	return true;
}

int pb_catalogue_check(enum pb_word_kind kind, const char *where, const char *word)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (const struct pb_word_row *row = kinds[kind].rows; row->name; row++) {
		if (pb_streq(row->name, word))
			return 0;
		if (pb_buf_printf(&valid, " %s", row->name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "%s: unknown %s '%s' (valid:%s%s)", where, kinds[kind].kind, word,
		       valid.data, pb_catalogue_takes_all(kind) ? " all" : "");
}
