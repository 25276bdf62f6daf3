/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * forms - in which forms an answer is written, and for how wide a place.
 * Why: a form is a file and a row of common/grid/formats.def; --format, its help and its errors
 * come from there.
 */
#ifndef COMMON_GRID_FORMS_H
#define COMMON_GRID_FORMS_H

#include <stdbool.h>
#include <stdio.h>

#include "common/cleanup.h"
#include "common/grid/document.h"

/*
 * What suits @out: on a terminal colours (unless NO_COLOR is set) and its width (COLUMNS, else what
 * it says itself); elsewhere neither colours nor more than the 78 columns of a mail.
 */
struct pb_document_style pb_document_style_of(FILE *out);

struct pb_document_format {
	const char *name; /* NULL ends the table */
	const char *summary;
	bool complete; /* everything is in it, as with --all */
	int (*write)(const struct pb_document *document, const struct pb_document_style *style,
		     FILE *out);
};

extern const struct pb_document_format pb_document_formats[];

/* The row of this name. NULL, with a message that has the nearest and the valid ones. */
const struct pb_document_format *pb_document_format_find(const char *what,
							 const char *name) pb_must_check;

/* Writes it; -ENOMEM where making it ran out of memory, -EIO where writing failed. */
int pb_document_write(const struct pb_document *document, const struct pb_document_format *format,
		      FILE *out) pb_must_check;

#endif
