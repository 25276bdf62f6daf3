// SPDX-License-Identifier: GPL-2.0-only
/*
 * event_word - what the word of an event says: movable:NAME-media.
 * Why: one reading of it, for all that meet such words.
 */
#include "collect/event_word.h"

#include <stdio.h>
#include <string.h>

struct pb_event_word pb_event_word_parse(const char *word)
{
	static const size_t movable_len = sizeof(PB_EVENT_MOVABLE) - 1;
	static const size_t media_len = sizeof(PB_EVENT_MEDIA) - 1;
	struct pb_event_word event = { .movable = false };
	size_t len;

	if (strncmp(word, PB_EVENT_MOVABLE, movable_len) == 0) {
		event.movable = true;
		word += movable_len;
	}
	len = strlen(word);
	if (len > media_len && strcmp(word + len - media_len, PB_EVENT_MEDIA) == 0) {
		event.media = true;
		len -= media_len;
	}
	/* What is too long for a word is none: it stays longer than any row's. */
	snprintf(event.name, sizeof(event.name), "%.*s", (int)len, word);
	return event;
}
