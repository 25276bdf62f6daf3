/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * import_source - what `pinbench import` reads from, and what it is by its looks.
 * Why: a pipe cannot be rewound, so that looking must not consume.
 */
#ifndef COLLECT_IMPORT_SOURCE_H
#define COLLECT_IMPORT_SOURCE_H

#include <stddef.h>
#include <stdio.h>

#include "common/cleanup.h"

enum pb_source_kind {
	PB_SOURCE_EMPTY,
	PB_SOURCE_STREAM,   /* begins with a JSON object */
	PB_SOURCE_DATABASE, /* SQLite's */
	PB_SOURCE_PACKED,   /* compressed: .what, and .tool that prints what is in it */
	PB_SOURCE_FOREIGN,  /* a program, a picture, a web page: .what */
	PB_SOURCE_TEXT,     /* anything else; a log, if it has a log's lines */
};

struct pb_source {
	FILE *in; /* from the first byte, without a record stream's byte order mark */
	enum pb_source_kind kind;
	const char *what; /* "packed by gzip", "a program (ELF)", ... */
	const char *tool; /* "zcat FILE" */
	FILE *file;       /* below: what was looked at, and what is still to come */
	char head[4096];
	size_t head_len;
	size_t head_at;
};

/*
 * Opens @path, "-" for standard input, and looks at its beginning. A source has to stay where it
 * is until _done. -EISDIR; -EINVAL: a device, which has no end; what open() and read() say.
 */
int pb_source_open(const char *path, struct pb_source *source) pb_must_check;
void pb_source_done(struct pb_source *source);

#endif
