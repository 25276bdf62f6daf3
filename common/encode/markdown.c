// SPDX-License-Identifier: GPL-2.0-only
/*
 * markdown - the one way by which text gets into Markdown.
 * Why: a comment on a merge request is read by a renderer that makes links, pictures, mentions and
 * HTML of what it finds; none of them is made by data.
 */
#include "common/encode/markdown.h"

#include <ctype.h>
#include <string.h>

#include "common/encode/language.h"

/*
 * '@' would mention a person, '#', '!' and '~' an issue, a merge request or a label, ':' begins an
 * address or an emoji: each only before what follows it, from which the comment parts it.
 */
static const char *special(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '@':
		return "@<!-- -->";
	case '#':
		return "\\#<!-- -->";
	case '!':
		return "\\!<!-- -->";
	case '~':
		return "\\~<!-- -->";
	case '$':
		return "$<!-- -->";
	case '|':
		return "\\|";
	case '*':
		return "\\*";
	case '_':
		return "\\_";
	case '`':
		return "\\`";
	case '[':
		return "\\[";
	case ']':
		return "\\]";
	case '\\':
		return "\\\\";
	case '^':
		return "\\^";
	default:
		return NULL;
	}
}

static const struct pb_language markdown = { .special = special, .keep = "", .around = "" };

/* Where a renderer would find an address: behind the ':' of "://" or the "www" of "www.". */
static const char *address_in(const char *text)
{
	static const char *const marks[] = { "://", "www.", "mailto:", "xmpp:" };
	const char *first = NULL;

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const char *found = strcasestr(text, marks[i]);
		const char *at = found ? found + (i ? strlen(marks[i]) - 1 : 1) : NULL;

		if (at && (!first || at < first))
			first = at;
	}
	return first;
}

/* What has a meaning at the beginning of a line alone: lists, underlines of heads, four blanks. */
static const char *start_write(FILE *out, const char *text)
{
	const char *end = text;

	while (isdigit((unsigned char)*end))
		end++;
	if (end > text && (*end == '.' || *end == ')') && (!end[1] || end[1] == ' ')) {
		for (; text < end; text++)
			fputc('0' + (*text - '0'), out);
		fputc('\\', out);
	} else if (*text == ' ') {
		fputs("&#32;", out);
		text++;
	} else if (*text == '=' || (*text && strchr("-+", *text) &&
				    (!text[1] || text[1] == ' ' || text[1] == *text))) {
		fputc('\\', out);
	}
	return text;
}

void pb_markdown_text(FILE *out, const char *text)
{
	text = start_write(out, text);
	for (const char *at; (at = address_in(text)); text = at) {
		char piece[256];
		size_t len = (size_t)(at - text);

		/* Never within a character: a piece ends with one of ASCII, or is whole. */
		while (len >= sizeof(piece)) {
			size_t part = sizeof(piece) - 1;

			while (part > 1 && ((unsigned char)text[part] & 0xC0) == 0x80)
				part--;
			snprintf(piece, sizeof(piece), "%.*s", (int)part, text);
			pb_language_text(out, &markdown, piece);
			text += part;
			len -= part;
		}
		snprintf(piece, sizeof(piece), "%.*s", (int)len, text);
		pb_language_text(out, &markdown, piece);
		fputs("<!-- -->", out);
	}
	pb_language_text(out, &markdown, text);
}

static const struct pb_language code = { .keep = "", .around = "" };

void pb_markdown_code(FILE *out, const char *text)
{
	size_t most = 0, run = 0;

	for (const char *c = text; *c; c++) {
		run = *c == '`' ? run + 1 : 0;
		most = run > most ? run : most;
	}
	for (size_t i = 0; i <= most; i++)
		fputc('`', out);
	/* A blank of each side is taken off again, so that the text may begin with a quote. */
	fputc(' ', out);
	pb_language_text(out, &code, text);
	fputc(' ', out);
	for (size_t i = 0; i <= most; i++)
		fputc('`', out);
}
