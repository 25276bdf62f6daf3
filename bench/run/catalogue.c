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
#include "bench/memory/memory.def"
#undef PB_MEMORY
	{ NULL, NULL },
};

static const struct pb_word_row sharings[] = {
	{ "private", "each thread holds pages of its own" },
	{ "page", "all threads hold the same pages" },
	{ "pagetable", "each thread holds pages of its own, in one page table" },
	{ "folio", "each thread holds pages of its own, in one large folio" },
	{ "frame", "the same pages, by each thread through an address space of its own" },
	{ "apart", "each thread holds pages of its own, in an address space of its own" },
	{ NULL, NULL },
};

static const struct pb_word_row loads[] = {
#define PB_LOAD(ident, name, default_rate, needs, summary) { name, summary },
#include "bench/load/load.def"
#undef PB_LOAD
	{ NULL, NULL },
};

static const struct pb_word_row residencies[] = {
	{ "warm", "the pages are resident and mapped before the first call" },
	{ "fault", "each call faults its pages in" },
	{ NULL, NULL },
};

static const struct pb_word_row intents[] = {
	{ "read", "pages are asked for to be read" },
	{ "write", "pages are asked for to be written (FOLL_WRITE)" },
	{ NULL, NULL },
};

static const struct pb_word_row holds[] = {
	{ "0", "each call's pages are released before the next call" },
	{ "all", "the pages of all calls are acquired before the first is released" },
	{ NULL, NULL },
};

static const struct pb_word_row releases[] = {
	{ "plain", "as the strategy's users do: put_page(), unpin_user_pages()" },
	{ "dirty", "unpin_user_pages_dirty_lock(): the pages were written" },
	{ "range-dirty", "unpin_user_page_range_dirty_lock(): one contiguous range was written" },
	{ "folio", "unpin_user_folio(): all pages of one folio at once" },
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
