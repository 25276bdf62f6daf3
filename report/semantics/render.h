/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render - the rows of semantics as text, TSV, JSON, Markdown and HTML.
 * Why: each is the same rows in another language, and a person's table is not a program's.
 */
#ifndef REPORT_SEMANTICS_RENDER_H
#define REPORT_SEMANTICS_RENDER_H

#include <stdio.h>

#include "common/cleanup.h"
#include "report/semantics/rows.h"

struct pb_semantics_format {
	const char *name;
	const char *summary;
	int (*write)(const struct pb_semantics *semantics, FILE *out) pb_must_check;
};

/* -EINVAL with the names that there are. */
int pb_semantics_format_find(const char *name,
			     const struct pb_semantics_format **ret_format) pb_must_check;

/*
 * The words of one case set, for people: strategies with the same words stand together. @rows are
 * of one kernel, memory, event and intent. Newly allocated; NULL without memory.
 */
char *pb_semantics_line(const struct pb_semantics_row *rows, size_t nr) pb_must_check;

/* The end of every format: all of it is out, or -errno with a message. */
int pb_semantics_written(FILE *out) pb_must_check;

int pb_semantics_text(const struct pb_semantics *semantics, FILE *out) pb_must_check;
int pb_semantics_tsv(const struct pb_semantics *semantics, FILE *out) pb_must_check;
int pb_semantics_json(const struct pb_semantics *semantics, FILE *out) pb_must_check;
int pb_semantics_markdown(const struct pb_semantics *semantics, FILE *out) pb_must_check;
int pb_semantics_html(const struct pb_semantics *semantics, FILE *out) pb_must_check;

#endif
