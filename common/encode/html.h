/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * html - the one way by which text gets into HTML, SVG and XML.
 * Why: no text of a run is a tag, an attribute or a script, whatever a guest wrote into it.
 */
#ifndef COMMON_ENCODE_HTML_H
#define COMMON_ENCODE_HTML_H

#include <stdio.h>

#include "common/cleanup.h"

/*
 * printf() whose every %s is escaped (common/encode/language.h): good between tags and in quotes.
 */
void pb_html_printf(FILE *out, const char *fmt, ...) pb_printf(2, 3);

/* What is HTML already: a template, a picture that was drawn. Never of data. */
void pb_html_markup(FILE *out, const char *markup);

#endif
