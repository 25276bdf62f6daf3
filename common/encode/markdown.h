/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * markdown - the one way by which text gets into Markdown.
 * Why: a comment on a merge request is read by a renderer that makes links, pictures, mentions and
 * HTML of what it finds; none of them is made by data.
 */
#ifndef COMMON_ENCODE_MARKDOWN_H
#define COMMON_ENCODE_MARKDOWN_H

#include <stdio.h>

/*
 * One text, on one line: what has a meaning in CommonMark, or in the tables of GitHub and GitLab,
 * stands behind a backslash or as a character reference; what only has one together with its
 * neighbour (@somebody, #12, www., http://) gets an empty comment in between.
 */
void pb_markdown_text(FILE *out, const char *text);

/* A line of code, to be pasted: between backquotes, more of them than it has in a row. */
void pb_markdown_code(FILE *out, const char *text);

#endif
