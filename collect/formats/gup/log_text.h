/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * log_text - what a log went through on its way (mail, console, editor) is undone, once, for all.
 * Why: whoever judges lines must see those that were printed, not how they were carried.
 */
#ifndef COLLECT_FORMATS_GUP_LOG_TEXT_H
#define COLLECT_FORMATS_GUP_LOG_TEXT_H

#include <stdbool.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "common/str.h"

/* A log of all kernel selftests has some hundred kB; what is far more is another thing. */
enum { PB_LOG_MAX_BYTES = 64 << 20, PB_LOG_LINE_MAX_BYTES = 1 << 20 };

/* All of @in. -EFBIG: more than PB_LOG_MAX_BYTES; the message says what helps. */
int pb_log_text_read(FILE *in, struct pb_buf *ret_text) pb_must_check;

/*
 * In place: UTF-16 becomes UTF-8; CR, CR LF and CR CR LF become line feeds; a mail's
 * quoted-printable is decoded; colours, cursor movements and other control characters are taken
 * out. Where quoted-printable joins lines, empty ones follow, so that a line keeps its number.
 * -EBADMSG: a line longer than PB_LOG_LINE_MAX_BYTES, which nobody printed; UTF-32; an entry of
 * LAVA's YAML that is cut.
 */
int pb_log_text_decode(struct pb_buf *text) pb_must_check;

/* The messages of a log that LAVA keeps as YAML, a line each, in place of its entries. */
int pb_log_yaml_undo(struct pb_buf *text) pb_must_check;

/* A character of 16 bits as UTF-8; the number of its bytes. */
size_t pb_utf8_put(unsigned unit, char out[3]);

/* One line of a decoded log, without what was put before it. */
struct pb_log_line {
	size_t number;    /* from 1 */
	const char *said; /* without citation marks and indentation: what makes two logs the same */
	const char *body; /* without time stamps, log levels, names of hosts and "# ", too */
	unsigned depth;   /* "# " before it: how deep kselftest's TAP is nested */
	bool opens;       /* a byte order mark stood before it: a file began here */
};

/*
 * Cuts the next line off @at, which is changed; *at is where the one after it begins. False: there
 * is none.
 */
bool pb_log_line_next(char **at, struct pb_log_line *line);

#endif
