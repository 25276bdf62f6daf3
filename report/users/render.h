/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * render - the rows of users as text, TSV, JSON, Markdown and HTML.
 * Why: each is the same rows in another language, and a person's table is not a program's.
 */
#ifndef REPORT_USERS_RENDER_H
#define REPORT_USERS_RENDER_H

#include <stdio.h>

#include "common/cleanup.h"
#include "report/users/rows.h"

struct pb_users_format {
	const char *name;
	int (*write)(const struct pb_user_rows *rows, FILE *out) pb_must_check;
};

/* -EINVAL with the names that there are. */
int pb_users_format_find(const char *name, const struct pb_users_format **ret_format) pb_must_check;

/* Instructions a page as a table shows them: "-" where there are none. Returns @buf. */
enum { PB_USERS_NUMBER_LEN = 32 };
const char *pb_users_number(const struct pb_user_row *row, double value,
			    char buf[PB_USERS_NUMBER_LEN]);

/* Likewise a share: "-" also where the total is not taken apart. */
const char *pb_users_share(const struct pb_user_row *row, enum pb_user_share share,
			   char buf[PB_USERS_NUMBER_LEN]);

/* The end of every format: all of it is out, or -errno with a message. */
int pb_users_written(FILE *out) pb_must_check;

int pb_users_text(const struct pb_user_rows *rows, FILE *out) pb_must_check;
int pb_users_tsv(const struct pb_user_rows *rows, FILE *out) pb_must_check;
int pb_users_json(const struct pb_user_rows *rows, FILE *out) pb_must_check;
int pb_users_markdown(const struct pb_user_rows *rows, FILE *out) pb_must_check;
int pb_users_html(const struct pb_user_rows *rows, FILE *out) pb_must_check;

#endif
