/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * document - what a command answers: sentences, lists and tables in their order.
 * Why: an answer is made once, and written for a terminal, a mail, a merge request, a page or a
 * program by one row each of common/grid/formats.def.
 */
#ifndef COMMON_GRID_DOCUMENT_H
#define COMMON_GRID_DOCUMENT_H

#include <stdio.h>

#include "common/cleanup.h"
#include "common/grid/grid.h"

/* Of the JSON's structure: another number where a reader of the old one would read something else. */
#define PB_DOCUMENT_VERSION 1

enum pb_item_kind {
	PB_ITEM_SENTENCE, /* a text with a name: the verdict, a side */
	PB_ITEM_LIST,     /* lines under a title */
	PB_ITEM_GRID,
};

enum {
	PB_ITEM_HIDDEN = 1 << 0,   /* for programs: people read it elsewhere */
	PB_ITEM_STRONG = 1 << 1,   /* what a person would quote */
	PB_ITEM_VERBATIM = 1 << 2, /* commands, to be pasted: no line of it is broken */
	PB_ITEM_CLOSE = 1 << 3,    /* no empty line in front of it */
	PB_ITEM_FOLDED = 1 << 4,   /* detail: closed where a reader can open it */
};

struct pb_item {
	enum pb_item_kind kind;
	unsigned int flags;
	char *key;
	char *title; /* of a list; NULL: none */
	size_t nr_lines;
	char **lines; /* of a sentence: one */
	struct pb_grid *grid;
};

/* Zero-initialise with .command; guard with pb_cleanup(pb_document_done). */
struct pb_document {
	const char *command; /* whose answer it is */
	size_t nr_items;
	struct pb_item **items;
	int error; /* the first failure; told by pb_document_write() (common/grid/forms.h) */
};

void pb_document_done(struct pb_document *document);

void pb_document_say(struct pb_document *document, unsigned int flags, const char *key,
		     const char *fmt, ...) pb_printf(4, 5);

/* A list, to which pb_document_line() adds; one without lines is not written. @title may be NULL. */
void pb_document_list(struct pb_document *document, unsigned int flags, const char *key,
		      const char *title);
void pb_document_line(struct pb_document *document, const char *fmt, ...) pb_printf(2, 3);

/* A table, empty; one without rows is not written for people. Never NULL: see .error. */
struct pb_grid *pb_document_grid(struct pb_document *document, unsigned int flags, const char *key,
				 const char *fmt, ...) pb_printf(4, 5);

/* How it is written. */
struct pb_document_style {
	bool colour;          /* terminal escapes: for terminals only */
	unsigned int columns; /* how wide a line of text may be; 0: as wide as it wants */
};

/* Is this item for people, and is there anything in it? */
bool pb_item_shown(const struct pb_item *item);

#endif
