// SPDX-License-Identifier: GPL-2.0-only
/*
 * events - the events as tables show them: order, actor, words.
 * Why: a database may hold events of a newer pinbench, which come last and are shown all the same.
 */
#include "report/semantics/events.h"

#include "collect/event_word.h"
#include "common/str.h"

static const struct pb_event_words *all;
static size_t nr_all;

void pb_event_words_set(const struct pb_event_words *words, size_t nr)
{
	all = words;
	nr_all = nr;
}

const struct pb_event_words *pb_event_words_find(const char *name)
{
	const struct pb_event_word word = pb_event_word_parse(name);

	for (size_t i = 0; i < nr_all; i++)
		if (pb_streq(all[i].name, word.name))
			return &all[i];
	return NULL;
}

/* Right behind the plain event: by the medium, then in ZONE_MOVABLE. */
size_t pb_event_rank(const char *name)
{
	const struct pb_event_words *words = pb_event_words_find(name);
	const struct pb_event_word word = pb_event_word_parse(name);

	return words ? 4 * (size_t)(words - all) + (word.movable ? 2u : 0u) + word.media
		     : 4 * nr_all;
}
