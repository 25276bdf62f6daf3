// SPDX-License-Identifier: GPL-2.0-only
/*
 * tables - users for people: text, Markdown and HTML.
 * Why: a person asks three things: what it costs, what it calls, and what is not there and why.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/encode/html.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/users/render.h"

/* A row's fields as they are shown. */
struct fields {
	char total[PB_USERS_NUMBER_LEN], parts[PB_NR_SHARES][PB_USERS_NUMBER_LEN];
	char calls[24];
};

static void fields_fill(const struct pb_user_row *row, struct fields *fields)
{
	pb_users_number(row, row->total, fields->total);
	for (enum pb_user_share share = 0; share < PB_NR_SHARES; share++)
		pb_users_share(row, share, fields->parts[share]);
	snprintf(fields->calls, sizeof(fields->calls), "%llu", (unsigned long long)row->nr_calls);
}

static bool is_measured(const struct pb_user_row *row)
{
	return row->state == PB_CELL_MEASURED;
}

static bool is_new_kernel(const struct pb_user_rows *rows, size_t at)
{
	return !at || !pb_streq(rows->rows[at - 1].kernel, rows->rows[at].kernel);
}

/* Of a user that is refused in each size the reason is told once. */
static bool is_told(const struct pb_user_rows *rows, size_t at)
{
	const struct pb_user_row *row = &rows->rows[at], *before = at ? row - 1 : NULL;

	return before && !is_measured(before) && pb_streq(before->kernel, row->kernel) &&
	       pb_streq(before->user, row->user) && before->reason && row->reason &&
	       pb_streq(before->reason, row->reason);
}

static void costs_text(const struct pb_user_rows *rows, FILE *out)
{
	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];
		struct fields f;

		if (is_new_kernel(rows, i)) {
			pb_term_printf(out, "%s%s: instructions a page\n", i ? "\n" : "",
				       row->kernel);
			pb_term_printf(out, "  %-24s %4s %5s %-7s %10s %10s %8s %8s %10s %6s  %s\n",
				       "user", "case", "pages", "phase", "total", "pin", "account",
				       "map", "rest", "calls", "entry and flags");
		}
		if (!is_measured(row))
			continue;
		fields_fill(row, &f);
		pb_term_printf(out, "  %-24s %4s %5llu %-7s %10s %10s %8s %8s %10s %6s  %s %s\n",
			       row->user, row->sort, (unsigned long long)row->nr_pages, row->phase,
			       f.total, f.parts[PB_SHARE_PIN], f.parts[PB_SHARE_ACCOUNTING],
			       f.parts[PB_SHARE_MAPPING], f.parts[PB_SHARE_REST], f.calls,
			       row->entry, row->flags);
	}
}

static void absences_text(const struct pb_user_rows *rows, FILE *out)
{
	bool headed = false;

	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];

		if (is_measured(row) || is_told(rows, i))
			continue;
		if (!headed)
			pb_term_printf(out, "\nNot counted:\n");
		headed = true;
		pb_term_printf(out, "  %s, %s, %llu pages, %s: %s: %s\n", row->kernel, row->user,
			       (unsigned long long)row->nr_pages, row->phase,
			       pb_cell_state_name(row->state), row->reason ? row->reason : "-");
	}
}

/* The same user with another number of pages says the same again. */
static bool objection_is_told(const struct pb_user_rows *rows, size_t at)
{
	const struct pb_user_row *row = &rows->rows[at];

	for (size_t i = 0; i < at; i++) {
		const struct pb_user_row *other = &rows->rows[i];

		if (other->objection && pb_streq(other->user, row->user) &&
		    pb_streq(other->kernel, row->kernel))
			return true;
	}
	return false;
}

static void objections_text(const struct pb_user_rows *rows, FILE *out)
{
	bool headed = false;

	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];

		if (!row->objection || objection_is_told(rows, i))
			continue;
		if (!headed)
			pb_term_printf(out,
				       "\nNot as pin_user_pages.rst asks of the case, as seen:\n");
		headed = true;
		pb_term_printf(out, "  %s, %s, case %s: %s (%s, %s)\n", row->kernel, row->user,
			       row->sort, row->objection, row->entry, row->flags);
	}
}

int pb_users_text(const struct pb_user_rows *rows, FILE *out)
{
	costs_text(rows, out);
	objections_text(rows, out);
	absences_text(rows, out);
	return pb_users_written(out);
}

/* A bar would end the column. */
static void markdown_text(FILE *out, const char *text)
{
	for (const char *at = text; *at;) {
		size_t len = strcspn(at, "|<>\\`*_");

		pb_term_printf(out, "%.*s", (int)len, at);
		at += len;
		if (*at)
			pb_term_printf(out, "\\%c", *at++);
	}
}

enum { NR_COLUMNS = 13 };

static const char *const columns[NR_COLUMNS] = {
	"kernel",     "user",    "case", "pages", "phase", "total", "pin",
	"accounting", "mapping", "rest", "calls", "entry", "flags",
};

/* What a cell of the table holds; a row that was not measured has its reason in the last column. */
static void columns_fill(const struct pb_user_row *row, struct fields *f, char pages[24],
			 const char *ret_cells[NR_COLUMNS])
{
	const char *const cells[NR_COLUMNS] = {
		row->kernel,
		row->user,
		row->sort,
		pages,
		row->phase,
		f->total,
		f->parts[PB_SHARE_PIN],
		f->parts[PB_SHARE_ACCOUNTING],
		f->parts[PB_SHARE_MAPPING],
		f->parts[PB_SHARE_REST],
		is_measured(row) ? f->calls : "-",
		is_measured(row) ? row->entry : pb_cell_state_name(row->state),
		is_measured(row) ? row->flags : row->reason,
	};

	snprintf(pages, 24, "%llu", (unsigned long long)row->nr_pages);
	fields_fill(row, f);
	memcpy(ret_cells, cells, sizeof(cells));
}

int pb_users_markdown(const struct pb_user_rows *rows, FILE *out)
{
	for (size_t i = 0; i < NR_COLUMNS; i++)
		pb_term_printf(out, "| %s ", columns[i]);
	pb_term_printf(out, "|\n");
	for (size_t i = 0; i < NR_COLUMNS; i++)
		pb_term_printf(out, "|---");
	pb_term_printf(out, "|\n");
	for (size_t i = 0; i < rows->nr; i++) {
		const char *cells[NR_COLUMNS];
		struct fields f;
		char pages[24];

		columns_fill(&rows->rows[i], &f, pages, cells);
		for (size_t j = 0; j < NR_COLUMNS; j++) {
			pb_term_printf(out, "| ");
			markdown_text(out, cells[j] ? cells[j] : "-");
			pb_term_printf(out, " ");
		}
		pb_term_printf(out, "|\n");
	}
	return pb_users_written(out);
}

/* The four parts as one bar, to the length of the dearest row of its kernel. */
static void bar_html(FILE *out, const struct pb_user_row *row, double most)
{
	static const char *const colours[PB_NR_SHARES] = { "#4477aa", "#ee6677", "#ccbb44",
							   "#bbbbbb" };

	pb_html_markup(out, "<td><div style=\"display:flex;width:12em\">");
	for (enum pb_user_share share = 0; row->shared && most > 0 && share < PB_NR_SHARES; share++)
		pb_html_printf(out,
			       "<span title=\"%s\" style=\"height:.8em;width:%.2f%%;background:"
			       "%s\"></span>",
			       pb_user_share_name(share),
			       100 * row->parts[share] / (double)row->nr_pages / most,
			       colours[share]);
	pb_html_markup(out, "</div></td>");
}

static double dearest_of(const struct pb_user_rows *rows)
{
	double most = 0;

	for (size_t i = 0; i < rows->nr; i++)
		if (rows->rows[i].total / (double)rows->rows[i].nr_pages > most)
			most = rows->rows[i].total / (double)rows->rows[i].nr_pages;
	return most;
}

static void row_html(FILE *out, const struct pb_user_row *row, double most)
{
	const char *cells[NR_COLUMNS];
	struct fields f;
	char pages[24];

	columns_fill(row, &f, pages, cells);
	pb_html_printf(out, "<tr class=\"%s\" title=\"%s\">", row->objection ? "bad" : "ok",
		       row->objection ? row->objection : "");
	for (size_t j = 0; j < NR_COLUMNS; j++)
		pb_html_printf(out, "<td>%s</td>", cells[j] ? cells[j] : "-");
	bar_html(out, row, most);
	pb_html_markup(out, "</tr>\n");
}

int pb_users_html(const struct pb_user_rows *rows, FILE *out)
{
	double most = dearest_of(rows);

	pb_html_markup(
		out, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
		     "<title>Users of GUP</title><style>"
		     "body{font:15px/1.45 sans-serif;margin:2em auto;max-width:95em}"
		     "table{border-collapse:collapse}th,td{text-align:left;padding:.2em .7em;"
		     "border-bottom:1px solid #ddd;vertical-align:top}tr.bad{background:#fbe3d6}"
		     "</style></head><body><h1>Users of GUP</h1><p>Instructions a page, counted "
		     "exactly, taken apart by the function that they lie in. Coloured rows do not "
		     "do what pin_user_pages.rst asks of their case.</p>\n<table><tr>");
	for (size_t i = 0; i < NR_COLUMNS; i++)
		pb_html_printf(out, "<th>%s</th>", columns[i]);
	pb_html_markup(out, "<th></th></tr>\n");
	for (size_t i = 0; i < rows->nr; i++)
		row_html(out, &rows->rows[i], most);
	pb_html_markup(out, "</table>\n</body></html>\n");
	return pb_users_written(out);
}
