/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * renderers - the forms of a document, a file each.
 * Why: seen by the file that defines one and by the table, and by nobody else.
 */
#ifndef COMMON_GRID_RENDERERS_H
#define COMMON_GRID_RENDERERS_H

#include "common/grid/document.h"

#define PB_DOCUMENT_FORMAT(name, write, complete, summary)                                   \
	int write(const struct pb_document *document, const struct pb_document_style *style, \
		  FILE *out) pb_must_check;
#include "common/grid/formats.def"
#undef PB_DOCUMENT_FORMAT

#endif
