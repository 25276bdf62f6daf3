// SPDX-License-Identifier: GPL-2.0-only
/*
 * tsv - users as lines for programs.
 * Why: what a program reads has every row and every word; nothing is put together.
 */
#include <errno.h>
#include <string.h>

#include "common/encode/tsv.h"
#include "common/err.h"
#include "report/users/document.h"

enum { NUMBER_LEN = 32 };

static const char *number(bool known, double value, uint64_t nr_pages, char buf[NUMBER_LEN])
{
	if (known)
		snprintf(buf, NUMBER_LEN, "%.2f", value / (double)nr_pages);
	else
		snprintf(buf, NUMBER_LEN, "-");
	return buf;
}

static void costs_write(const struct pb_user_rows *rows, FILE *out)
{
	char total[NUMBER_LEN], parts[PB_NR_SHARES][NUMBER_LEN];

	pb_tsv_printf(out, "kernel\tuser\tcase\tpages\tphase\ttotal\tpin\taccounting\tmapping\t"
			   "rest\tentry\tflags\n");
	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];
		bool known = row->state == PB_CELL_MEASURED;

		for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++)
			number(known && row->shared, row->parts[share], row->nr_pages,
			       parts[share]);
		pb_tsv_printf(out, "%s\t%s\t%s\t%llu\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			      row->kernel, row->user, row->sort, (unsigned long long)row->nr_pages,
			      row->phase, number(known, row->total, row->nr_pages, total),
			      parts[PB_SHARE_PIN], parts[PB_SHARE_ACCOUNTING],
			      parts[PB_SHARE_MAPPING], parts[PB_SHARE_REST], row->entry,
			      row->flags);
	}
}

/* Columns are the first words of a row, the kernels the others. */
static void grid_write(const struct pb_grid *grid, FILE *out)
{
	for (size_t i = 0; i < grid->nr_columns; i++)
		pb_tsv_printf(out, i ? "\t%s" : "%s", grid->columns[i].key);
	pb_tsv_printf(out, "\n");
	for (size_t row = 0; row < pb_grid_rows(grid); row++) {
		for (size_t i = 0; i < grid->nr_columns; i++)
			pb_tsv_printf(out, i ? "\t%s" : "%s", pb_grid_at(grid, row, i)->text);
		pb_tsv_printf(out, "\n");
	}
}

static int calls_write(const struct pb_user_rows *rows, bool changed_only, FILE *out)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "users" };
	int ret;

	pb_users_calls_add(rows, changed_only, &document);
	if (document.error)
		return pb_fail(document.error, "out of memory");
	ret = pb_grid_error(document.items[0]->grid);
	if (!ret)
		grid_write(document.items[0]->grid, out);
	return ret;
}

int pb_users_tsv(const struct pb_user_rows *rows, enum pb_users_view view, FILE *out)
{
	int ret = 0;

	if (view == PB_USERS_COSTS)
		costs_write(rows, out);
	else
		ret = calls_write(rows, view == PB_USERS_CHANGED, out);
	errno = 0;
	if (ret || (!fflush(out) && !ferror(out)))
		return ret;
	return pb_fail(errno ? -errno : -EIO, "cannot write the users: %s",
		       strerror(errno ? errno : EIO));
}
