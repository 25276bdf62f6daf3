// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_users - what users of GUP cost and call, where the database holds any.
 * Why: the price of a strategy is a driver's only through the call that its user makes.
 */
#include <errno.h>

#include "common/err.h"
#include "common/grid/document.h"
#include "common/grid/html.h"
#include "common/paths.h"
#include "report/page/html_parts.h"
#include "report/users/document.h"
#include "report/users/figure.h"

static int rows_load(struct pb_store *store, struct pb_user_rows *ret_rows)
{
	static const struct pb_user_filter everything;
	pb_cleanup(pb_user_sharesp) struct pb_user_shares *shares = NULL;
	_cleanup_free_ char *path = NULL;
	int ret = pb_path_data("data/kernels/shares.tsv", &path);

	if (!ret)
		ret = pb_user_shares_load(path, &shares);
	return ret ? ret : pb_user_rows_load(store, &everything, shares, ret_rows);
}

/* What they call is a table; its numbers are in the picture. */
static int tables_write(FILE *out, const struct pb_user_rows *rows)
{
	pb_cleanup(pb_document_done) struct pb_document document = { .command = "users" };
	int ret = 0;

	pb_users_document(rows, PB_USERS_CALLS, &document);
	if (document.error)
		return pb_fail(document.error, "out of memory");
	for (size_t i = 0; i < document.nr_items && !ret; i++) {
		const struct pb_grid *grid = document.items[i]->grid;

		if (!grid || !pb_grid_rows(grid))
			continue;
		ret = pb_grid_error(grid);
		if (!ret)
			ret = pb_grid_html(grid, out);
	}
	return ret;
}

int pb_html_users(FILE *out, struct pb_store *store)
{
	pb_cleanup(pb_user_rows_done) struct pb_user_rows rows = { 0 };
	int ret = rows_load(store, &rows);

	if (ret == -ENOENT && !rows.nr) { /* none was measured: the page is of strategies alone */
		pb_fail_clear();
		return 0;
	}
	if (ret)
		return ret;
	pb_html_markup(
		out, "<h2 id=\"users\">Users of GUP</h2>\n"
		     "<p>Instructions a page, exactly counted, the harness taken off: how much of "
		     "a call is the pin, its accounting, the mapping for a device, and the rest. "
		     "Bars of one user and one number of pages have one scale; the number behind "
		     "a bar is its whole. The newest measurement of each kernel in this "
		     "database.</p>\n<div class=\"figures\"><figure>\n");
	ret = pb_users_svg(&rows, out);
	pb_html_markup(out, "</figure></div>\n");
	return ret ? ret : tables_write(out, &rows);
}
