/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * document - users as an answer: what each costs, what it calls on which kernel, what is not there.
 * Why: common/grid writes every answer in the same forms; here is only what stands in it.
 */
#ifndef REPORT_USERS_DOCUMENT_H
#define REPORT_USERS_DOCUMENT_H

#include <stdio.h>

#include "common/cleanup.h"
#include "common/grid/document.h"
#include "report/users/rows.h"

/* Which of the tables. */
enum pb_users_view {
	PB_USERS_COSTS,   /* instructions a page, taken apart */
	PB_USERS_CALLS,   /* user by kernel: function and flags */
	PB_USERS_CHANGED, /* likewise, of those alone that do not call the same on each */
};

/* Adds to @document, in which pb_document_write() tells a failure. */
void pb_users_document(const struct pb_user_rows *rows, enum pb_users_view view,
		       struct pb_document *document);

/* The table of calls, for the one above. */
void pb_users_calls_add(const struct pb_user_rows *rows, bool changed_only,
			struct pb_document *document);

/* For programs that read lines: a row each, every word, nothing put together. -EIO. */
int pb_users_tsv(const struct pb_user_rows *rows, enum pb_users_view view, FILE *out) pb_must_check;

/* "pin_user_pages_fast WRITE|LONGTERM", ahead of it "64 × " where it is called so often. Owned. */
char *pb_user_call_text(const struct pb_user_row *row) pb_must_check;

#endif
