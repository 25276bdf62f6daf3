// SPDX-License-Identifier: GPL-2.0-only
/*
 * prefix - what stands before a benchmark's name in its line, and whose lines it makes them.
 * Why: containers, test frameworks and grep put a name before each line; two names are two sources.
 */
#include "collect/formats/gup/prefix.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "common/err.h"

/* The end of the prefix in @at, its runs of digits taken as any; NULL: another text. */
static const char *match(const struct pb_gup_prefix *prefix, const char *at, const char *end)
{
	const char *want = prefix->text, *stop = want + prefix->len;

	while (want < stop) {
		if (!isdigit((unsigned char)*want)) {
			if (at >= end || *at++ != *want++)
				return NULL;
			continue;
		}
		if (at >= end || !isdigit((unsigned char)*at))
			return NULL;
		while (want < stop && isdigit((unsigned char)*want))
			want++;
		while (at < end && isdigit((unsigned char)*at))
			at++;
	}
	return at;
}

/* "6.12", "v6.1": a number that tells kernels apart, and not passes, lines or times of day. */
static bool has_version(const char *text, size_t len)
{
	for (size_t i = 0; i + 2 < len; i++) {
		bool begins = !i || !isalnum((unsigned char)text[i - 1]) || text[i - 1] == 'v';

		if (begins && isdigit((unsigned char)text[i]) && text[i + 1] == '.' &&
		    isdigit((unsigned char)text[i + 2]))
			return true;
	}
	return false;
}

int pb_gup_prefix_take(struct pb_gup_prefix *prefix, const char *text, size_t len, size_t line)
{
	size_t kept = len < sizeof(prefix->text) ? len : sizeof(prefix->text) - 1;
	bool same = prefix->len == kept && !memcmp(prefix->text, text, kept);

	if (kept == 1 && (*text == '+' || *text == '-'))
		return pb_fail(-EBADMSG,
			       "a line of a diff, which shows two results; import each by itself");
	if (prefix->line && !same &&
	    (match(prefix, text, text + kept) != text + kept || has_version(text, kept)))
		return pb_fail(-EBADMSG,
			       "'%.*s' is before these times, and '%.*s' before those in line %zu: "
			       "two sources; import each by itself",
			       (int)kept, text, (int)prefix->len, prefix->text, prefix->line);
	memcpy(prefix->text, text, kept);
	prefix->len = kept;
	prefix->line = line;
	return 0;
}

const char *pb_gup_prefix_pass(const struct pb_gup_prefix *prefix, const char *body)
{
	const char *behind = prefix->len ? match(prefix, body, body + strlen(body)) : NULL;

	return behind ? behind : body;
}
