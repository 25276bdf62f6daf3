// SPDX-License-Identifier: GPL-2.0-only
/*
 * html - the one way by which text gets into HTML, SVG and XML.
 * Why: no text of a run is a tag, an attribute or a script, whatever a guest wrote into it.
 */
#include "common/encode/html.h"

#include <stdarg.h>

#include "common/encode/language.h"

static const char *special(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Lines of a console are lines in <pre>, and blanks elsewhere. */
static const struct pb_language html = { .special = special, .keep = "\n\t", .around = "" };

void pb_html_printf(FILE *out, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	pb_language_vprintf(out, &html, fmt, args);
	va_end(args);
}

void pb_html_markup(FILE *out, const char *markup)
{
	fputs(markup, out);
}
