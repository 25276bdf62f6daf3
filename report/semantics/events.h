/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * events - the events as tables show them: order, actor, words.
 * Why: report/ may not look up into bench/, which owns the table; whoever shows rows is given it.
 */
#ifndef REPORT_SEMANTICS_EVENTS_H
#define REPORT_SEMANTICS_EVENTS_H

#include <stddef.h>

struct pb_event_words {
	const char *name;
	const char *actor; /* who does it, for a heading */
	const char *summary;
};

/* In the order of tables; set once, before any row is loaded. */
void pb_event_words_set(const struct pb_event_words *words, size_t nr);

/* movable:NAME-media has the row of NAME. NULL: a word of another version. */
const struct pb_event_words *pb_event_words_find(const char *name);
size_t pb_event_rank(const char *name);

#endif
