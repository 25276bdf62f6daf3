/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * printable - which characters are shown as they are, and how the others are shown.
 * Why: one rule for every language that pinbench writes: what cannot be seen, or changes how the
 * rest is seen, is written as its bytes, "\x1b".
 *
 * Not shown are: control characters (C0, DEL, C1); what no Unicode character is (overlong forms,
 * surrogates, stray bytes) or none yet; what has no shape of its own (bidi overrides, zero width,
 * fillers, tags, variation selectors, line and paragraph separators); private use; and combining
 * marks beyond the fourth on one letter. A backslash stays one: the rule is for reading, and what
 * is to be read back is in the record stream.
 */
#ifndef COMMON_ENCODE_PRINTABLE_H
#define COMMON_ENCODE_PRINTABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/cleanup.h"

/* A text is shown up to here; the rest is counted. Longer than any console's last words. */
enum { PB_PRINTABLE_MOST_BYTES = 32768, PB_PRINTABLE_MOST_MARKS = 4 };

/* Where one is in a text; starts zeroed but for the first two. */
struct pb_printable {
	const char *text;
	size_t len_bytes;
	size_t nr_marks; /* combining marks since the last letter */
	bool begun;      /* a mark in front would sit on somebody else's letter */
	/* The character that pb_printable_next() found: */
	const char *at;
	size_t at_bytes;
	unsigned int columns; /* that a terminal gives it */
	bool shown;           /* as it is; else each of its bytes is "\xNN" */
};

/* Of a category that is shown, but without a shape: U+3164, and others. */
bool pb_printable_shapeless(int32_t c);

/* The next character; false at the end. */
bool pb_printable_next(struct pb_printable *walk);

/* A copy in which everything is shown but the characters of @keep, such as "\n\t", which stay. */
char *pb_printable_copy(const char *text, const char *keep) pb_must_check;

#endif
