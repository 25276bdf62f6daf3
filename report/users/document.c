// SPDX-License-Identifier: GPL-2.0-only
/*
 * document - users as an answer: what each costs, what it calls on which kernel, what is not there.
 * Why: a person asks three things: what it costs, what it calls, and what is not there and why.
 */
#include "report/users/document.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"

static bool is_measured(const struct pb_user_row *row)
{
	return row->state == PB_CELL_MEASURED;
}

static void columns_add(struct pb_grid *grid, const struct pb_grid_column *columns, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		pb_grid_column(grid, &columns[i]);
}

#define INSTRUCTIONS .unit = "instructions", .align = PB_GRID_POINT, .precision = 2
static const struct pb_grid_column cost_columns[] = {
	{ "kernel", "kernel", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_ONCE },
	{ "user", "user", .flags = PB_GRID_KEY },
	{ "case", "case" },
	{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
	{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
	{ "total", "total", INSTRUCTIONS },
	{ "pin", "pin", INSTRUCTIONS },
	{ "accounting", "account", INSTRUCTIONS },
	{ "mapping", "map", INSTRUCTIONS },
	{ "rest", "rest", INSTRUCTIONS },
	{ "calls", "calls", .align = PB_GRID_RIGHT },
	{ "entry", "entry" },
	{ "flags", "flags" },
	{ "instructions", "instructions a call", .unit = "instructions", .flags = PB_GRID_ASIDE },
	{ "beside", "the strategy beside it", .flags = PB_GRID_ASIDE },
	{ "objection", "what its case would ask otherwise", .flags = PB_GRID_ASIDE },
};
#undef INSTRUCTIONS

static void cost_row_add(struct pb_grid *grid, const struct pb_user_row *row)
{
	double nr_pages = (double)row->nr_pages;

	pb_grid_text(grid, row->kernel);
	pb_grid_text(grid, row->user);
	pb_grid_text(grid, row->sort);
	pb_grid_count(grid, row->nr_pages);
	pb_grid_text(grid, row->phase);
	pb_grid_number(grid, row->total / nr_pages, NULL);
	for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++)
		pb_grid_number(grid, row->shared ? row->parts[share] / nr_pages : NAN, NULL);
	pb_grid_count(grid, row->nr_calls);
	pb_grid_text(grid, row->entry);
	pb_grid_text(grid, row->flags);
	pb_grid_number(grid, row->total, NULL);
	pb_grid_text(grid, row->beside);
	pb_grid_text(grid, row->objection);
}

/* Numbers below each other are what this table is for: a row is a line, however wide. */
static void costs_add(const struct pb_user_rows *rows, struct pb_document *document)
{
	struct pb_grid *grid = pb_document_grid(document, 0, "users", "Instructions a page");

	grid->lines = true;
	columns_add(grid, cost_columns, PB_ARRAY_SIZE(cost_columns));
	for (size_t i = 0; i < rows->nr; i++)
		if (is_measured(&rows->rows[i]))
			cost_row_add(grid, &rows->rows[i]);
}

/* Is the same said of the same user with another number of pages, or on a kernel further up? */
static bool is_objected(const struct pb_user_rows *rows, size_t at, const struct pb_user_row *row,
			bool same_kernel)
{
	for (size_t i = 0; i < at; i++) {
		const struct pb_user_row *other = &rows->rows[i];

		if (other->objection && pb_streq(other->user, row->user) &&
		    pb_streq(other->objection, row->objection) &&
		    pb_streq(other->entry, row->entry) && pb_streq(other->flags, row->flags) &&
		    (!same_kernel || pb_streq(other->kernel, row->kernel)))
			return true;
	}
	return false;
}

static void objection_row_add(struct pb_grid *grid, const struct pb_user_rows *rows, size_t at)
{
	const struct pb_user_row *row = &rows->rows[at];
	pb_cleanup(pb_buf_done) struct pb_buf kernels = { 0 };

	for (size_t i = at; i < rows->nr; i++) {
		const struct pb_user_row *other = &rows->rows[i];

		if (!other->objection || !pb_streq(other->user, row->user) ||
		    !pb_streq(other->objection, row->objection) ||
		    !pb_streq(other->entry, row->entry) || !pb_streq(other->flags, row->flags) ||
		    is_objected(rows, i, other, true))
			continue;
		if (pb_buf_printf(&kernels, "%s%s", kernels.len_bytes ? ", " : "", other->kernel))
			grid->error = -ENOMEM;
	}
	pb_grid_text(grid, row->user);
	pb_grid_text(grid, row->sort);
	pb_grid_text(grid, row->objection);
	pb_grid_text(grid, row->entry);
	pb_grid_text(grid, row->flags);
	pb_grid_text(grid, kernels.data);
}

static void objections_add(const struct pb_user_rows *rows, struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "user", "user", .flags = PB_GRID_KEY },
		{ "case", "case" },
		{ "objection", "what it does", .flags = PB_GRID_WRAPS },
		{ "entry", "entry" },
		{ "flags", "flags", .flags = PB_GRID_WRAPS },
		{ "kernels", "kernels", .flags = PB_GRID_MOVES | PB_GRID_ONCE | PB_GRID_WRAPS },
	};
	struct pb_grid *grid = pb_document_grid(
		document, 0, "objections", "Not as pin_user_pages.rst asks of the case, as seen");

	columns_add(grid, columns, PB_ARRAY_SIZE(columns));
	for (size_t i = 0; i < rows->nr; i++)
		if (rows->rows[i].objection && !is_objected(rows, i, &rows->rows[i], false))
			objection_row_add(grid, rows, i);
}

static bool is_same_absence(const struct pb_user_row *a, const struct pb_user_row *b)
{
	return !is_measured(a) && !is_measured(b) && pb_streq(a->kernel, b->kernel) &&
	       pb_streq(a->user, b->user) && pb_streq(a->phase, b->phase) && a->state == b->state &&
	       a->reason && b->reason && pb_streq(a->reason, b->reason);
}

static void absence_row_add(struct pb_grid *grid, const struct pb_user_rows *rows, size_t at)
{
	const struct pb_user_row *row = &rows->rows[at];
	pb_cleanup(pb_buf_done) struct pb_buf pages = { 0 };
	char error[PB_ERROR_NAME_LEN];

	for (size_t i = at; i < rows->nr; i++)
		if ((i == at || is_same_absence(row, &rows->rows[i])) &&
		    pb_buf_printf(&pages, "%s%llu", pages.len_bytes ? ", " : "",
				  (unsigned long long)rows->rows[i].nr_pages))
			grid->error = -ENOMEM;
	pb_grid_text(grid, row->kernel);
	pb_grid_text(grid, row->user);
	pb_grid_text(grid, pages.data);
	pb_grid_text(grid, row->phase);
	pb_grid_text(grid, pb_cell_state_name(row->state));
	pb_grid_text(grid, row->reason ? row->reason : "-");
	pb_grid_text(grid, row->error ? pb_error_name(row->error, error, sizeof(error)) : "-");
}

/* What is not there for the same reason in each size is said once. */
static void absences_add(const struct pb_user_rows *rows, struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "kernel", "kernel", .flags = PB_GRID_KEY | PB_GRID_MOVES | PB_GRID_ONCE },
		{ "user", "user", .flags = PB_GRID_KEY },
		{ "pages", "pages", .flags = PB_GRID_MOVES },
		{ "phase", "phase", .flags = PB_GRID_MOVES },
		{ "state", "state", .flags = PB_GRID_MOVES },
		{ "reason", "why", .flags = PB_GRID_WRAPS },
		{ "errno", "errno", .flags = PB_GRID_ASIDE },
	};
	struct pb_grid *grid = pb_document_grid(document, 0, "absent", "Not counted, and why");

	columns_add(grid, columns, PB_ARRAY_SIZE(columns));
	for (size_t i = 0; i < rows->nr; i++) {
		bool said = is_measured(&rows->rows[i]);

		for (size_t j = 0; j < i && !said; j++)
			said = is_same_absence(&rows->rows[j], &rows->rows[i]);
		if (!said)
			absence_row_add(grid, rows, i);
	}
}

void pb_users_document(const struct pb_user_rows *rows, enum pb_users_view view,
		       struct pb_document *document)
{
	if (view == PB_USERS_COSTS)
		costs_add(rows, document);
	else
		pb_users_calls_add(rows, view == PB_USERS_CHANGED, document);
	objections_add(rows, document);
	absences_add(rows, document);
}
