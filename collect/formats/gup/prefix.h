/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * prefix - what stands before a benchmark's name in its line, and whose lines it makes them.
 * Why: containers, test frameworks and grep put a name before each line; two names are two sources.
 */
#ifndef COLLECT_FORMATS_GUP_PREFIX_H
#define COLLECT_FORMATS_GUP_PREFIX_H

#include <stddef.h>

#include "common/cleanup.h"

enum { PB_GUP_PREFIX_LEN = 96 };

/* Text before a time, as the last one of a section had it; "": nothing. */
struct pb_gup_prefix {
	char text[PB_GUP_PREFIX_LEN];
	size_t len;
	size_t line; /* of it; 0: there was no time yet */
};

/*
 * Takes the @len bytes at @text, of line @line, as the next one. -EBADMSG: they name another source
 * than those before ("6.1.log:" and "6.12.log:", "-" and "+" of a diff).
 */
int pb_gup_prefix_take(struct pb_gup_prefix *prefix, const char *text, size_t len,
		       size_t line) pb_must_check;

/* @body behind such a prefix, numbers in it being of any value; @body itself where it has none. */
const char *pb_gup_prefix_pass(const struct pb_gup_prefix *prefix, const char *body);

#endif
