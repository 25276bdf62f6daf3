// SPDX-License-Identifier: GPL-2.0-only
/*
 * render - the formats of users, and those that are a row each: TSV and JSON.
 * Why: what a program reads has every row and every word; nothing is put together.
 */
#include "report/users/render.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "common/encode/json.h"
#include "common/encode/tsv.h"
#include "common/err.h"
#include "common/str.h"

static const struct pb_users_format formats[] = {
	{ "text", pb_users_text },         { "tsv", pb_users_tsv },   { "json", pb_users_json },
	{ "markdown", pb_users_markdown }, { "html", pb_users_html },
};

int pb_users_format_find(const char *name, const struct pb_users_format **ret_format)
{
	pb_cleanup(pb_buf_done) struct pb_buf valid = { 0 };

	for (size_t i = 0; i < PB_ARRAY_SIZE(formats); i++) {
		if (pb_streq(formats[i].name, name)) {
			*ret_format = &formats[i];
			return 0;
		}
		if (pb_buf_printf(&valid, " %s", formats[i].name))
			return -ENOMEM;
	}
	return pb_fail(-EINVAL, "users: unknown format '%s' (valid:%s)", name, valid.data);
}

const char *pb_users_number(const struct pb_user_row *row, double value,
			    char buf[PB_USERS_NUMBER_LEN])
{
	if (row->state == PB_CELL_MEASURED)
		snprintf(buf, PB_USERS_NUMBER_LEN, "%.2f", value / (double)row->nr_pages);
	else
		snprintf(buf, PB_USERS_NUMBER_LEN, "-");
	return buf;
}

const char *pb_users_share(const struct pb_user_row *row, enum pb_user_share share,
			   char buf[PB_USERS_NUMBER_LEN])
{
	if (row->shared)
		return pb_users_number(row, row->parts[share], buf);
	snprintf(buf, PB_USERS_NUMBER_LEN, "-");
	return buf;
}

int pb_users_written(FILE *out)
{
	errno = 0;
	if (!fflush(out) && !ferror(out))
		return 0;
	return pb_fail(errno ? -errno : -EIO, "cannot write the users: %s",
		       strerror(errno ? errno : EIO));
}

int pb_users_tsv(const struct pb_user_rows *rows, FILE *out)
{
	char total[PB_USERS_NUMBER_LEN], parts[PB_NR_SHARES][PB_USERS_NUMBER_LEN];

	pb_tsv_printf(out, "kernel\tuser\tcase\tpages\tphase\ttotal\tpin\taccounting\tmapping\t"
			   "rest\tentry\tflags\n");
	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];

		for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++)
			pb_users_share(row, share, parts[share]);
		pb_tsv_printf(out, "%s\t%s\t%s\t%llu\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			      row->kernel, row->user, row->sort, (unsigned long long)row->nr_pages,
			      row->phase, pb_users_number(row, row->total, total),
			      parts[PB_SHARE_PIN], parts[PB_SHARE_ACCOUNTING],
			      parts[PB_SHARE_MAPPING], parts[PB_SHARE_REST], row->entry,
			      row->flags);
	}
	return pb_users_written(out);
}

static json_t *shares_of(const struct pb_user_row *row)
{
	json_t *shares = row->shared ? json_object() : NULL;

	for (enum pb_user_share share = 0; shares && share < PB_NR_SHARES; share++)
		if (json_object_set_new(shares, pb_user_share_name(share),
					json_real(row->parts[share]))) {
			json_decref(shares);
			return NULL;
		}
	return shares;
}

static json_t *row_of(const struct pb_user_row *row)
{
	char error[PB_ERROR_NAME_LEN];
	json_t *total = row->state == PB_CELL_MEASURED ? json_real(row->total) : NULL;

	return json_pack("{s:s, s:s, s:s, s:s*, s:I, s:s, s:s, s:o*, s:o*, s:s, s:s, s:I, s:s*, "
			 "s:s*, s:s*}",
			 "kernel", row->kernel, "user", row->user, "case", row->sort, "beside",
			 *row->beside ? row->beside : NULL, "pages", (json_int_t)row->nr_pages,
			 "phase", row->phase, "state", pb_cell_state_name(row->state),
			 "instructions", total, "shares", shares_of(row), "entry", row->entry,
			 "flags", row->flags, "calls", (json_int_t)row->nr_calls, "objection",
			 row->objection, "errno",
			 row->error ? pb_error_name(row->error, error, sizeof(error)) : NULL,
			 "reason", row->reason);
}

/* Instructions are of a call there. */
int pb_users_json(const struct pb_user_rows *rows, FILE *out)
{
	json_t *list = json_array();
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; list && i < rows->nr; i++)
		if (json_array_append_new(list, row_of(&rows->rows[i]))) {
			json_decref(list);
			return pb_fail(-ENOMEM, "out of memory");
		}
	text = list ? json_dumps(list, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;
	json_decref(list);
	if (!text)
		return pb_fail(-ENOMEM, "out of memory");
	pb_json_write(out, text, strlen(text));
	fputc('\n', out);
	return pb_users_written(out);
}
