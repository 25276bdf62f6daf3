/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * event_word - what the word of an event says: movable:NAME-media.
 * Why: where a page lies, and by whom it is judged, go with any event; the host, the agent and the
 * expectations have to read the same word alike.
 */
#ifndef COLLECT_EVENT_WORD_H
#define COLLECT_EVENT_WORD_H

#include <stdbool.h>

#include "collect/cell.h"

#define PB_EVENT_MOVABLE "movable:"
#define PB_EVENT_MEDIA   "-media"

struct pb_event_word {
	char name[PB_WORD_LEN]; /* the event's own, a row of bench/events/events.def */
	bool movable;           /* its page lies in ZONE_MOVABLE */
	bool media;             /* judged by what the medium has afterwards */
};

/* Any text is taken apart; whether there is such an event is for who has the table. */
struct pb_event_word pb_event_word_parse(const char *word);

#endif
