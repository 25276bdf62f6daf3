// SPDX-License-Identifier: GPL-2.0-only
/*
 * calls - by which function and with which flags each user comes to its pages, kernel by kernel.
 * Why: what a driver does by GUP changes from release to release, and no list of that is kept by hand.
 */
#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/users/document.h"

enum { MAX_KERNELS = 64 };

/* Kernels as they follow each other in the rows. */
struct kernels {
	size_t nr;
	const char *names[MAX_KERNELS];
};

static void kernels_list(const struct pb_user_rows *rows, struct kernels *kernels)
{
	for (size_t i = 0; i < rows->nr && kernels->nr < MAX_KERNELS; i++)
		if (!kernels->nr ||
		    !pb_streq(kernels->names[kernels->nr - 1], rows->rows[i].kernel))
			kernels->names[kernels->nr++] = rows->rows[i].kernel;
}

/* "FOLL_WRITE|FOLL_LONGTERM" without what each has in front. */
static char *flags_shorten(const char *flags)
{
	static const char prefix[] = "FOLL_";
	char *text = strdup(flags), *to = text;

	if (!text)
		return NULL;
	for (const char *from = text; *from;) {
		if (!strncmp(from, prefix, strlen(prefix)))
			from += strlen(prefix);
		else
			*to++ = *from++;
	}
	*to = '\0';
	return text;
}

char *pb_user_call_text(const struct pb_user_row *row)
{
	_cleanup_free_ char *flags = flags_shorten(row->flags);

	if (!flags)
		return NULL;
	if (row->state != PB_CELL_MEASURED && pb_streq(row->entry, "-"))
		return strdup(pb_cell_state_name(row->state));
	if (pb_streq(row->entry, "-"))
		return strdup("none");
	if (row->nr_calls == 1)
		return pb_format("%s%s%s", row->entry, pb_streq(flags, "-") ? "" : " ",
				 pb_streq(flags, "-") ? "" : flags);
	return pb_format("%llu \xC3\x97 %s%s%s", (unsigned long long)row->nr_calls, row->entry,
			 pb_streq(flags, "-") ? "" : " ", pb_streq(flags, "-") ? "" : flags);
}

static const struct pb_user_row *row_find(const struct pb_user_rows *rows, const char *kernel,
					  const struct pb_user_row *like)
{
	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *row = &rows->rows[i];

		if (row->nr_pages == like->nr_pages && pb_streq(row->kernel, kernel) &&
		    pb_streq(row->user, like->user) && pb_streq(row->phase, like->phase))
			return row;
	}
	return NULL;
}

/* A user is shown with the most pages that there are of it, and once. */
static bool is_first(const struct pb_user_rows *rows, size_t at)
{
	const struct pb_user_row *row = &rows->rows[at];

	for (size_t i = 0; i < rows->nr; i++) {
		const struct pb_user_row *other = &rows->rows[i];

		if (!pb_streq(other->user, row->user) || !pb_streq(other->phase, row->phase))
			continue;
		if (other->nr_pages > row->nr_pages || (i < at && other->nr_pages == row->nr_pages))
			return false;
	}
	return true;
}

/* One that a kernel lacks has not changed there; it is a change that it calls otherwise. */
static bool is_changed(const struct pb_user_rows *rows, const struct kernels *kernels,
		       const struct pb_user_row *like)
{
	const struct pb_user_row *first = NULL;

	for (size_t i = 0; i < kernels->nr; i++) {
		const struct pb_user_row *row = row_find(rows, kernels->names[i], like);

		if (!row || (row->state != PB_CELL_MEASURED && pb_streq(row->entry, "-")))
			continue;
		if (first &&
		    (!pb_streq(first->entry, row->entry) || !pb_streq(first->flags, row->flags) ||
		     first->nr_calls != row->nr_calls))
			return true;
		first = first ? first : row;
	}
	return false;
}

static void row_add(struct pb_grid *grid, const struct pb_user_rows *rows,
		    const struct kernels *kernels, const struct pb_user_row *like)
{
	pb_grid_text(grid, like->user);
	pb_grid_text(grid, like->sort);
	pb_grid_count(grid, like->nr_pages);
	pb_grid_text(grid, like->phase);
	for (size_t i = 0; i < kernels->nr; i++) {
		const struct pb_user_row *row = row_find(rows, kernels->names[i], like);
		_cleanup_free_ char *text = row ? pb_user_call_text(row) : strdup("-");

		if (!text)
			grid->error = -ENOMEM;
		pb_grid_text(grid, text);
		if (row && row->objection)
			pb_grid_tint(grid, PB_GRID_BAD);
	}
}

/* Where several kernels have it, one that has it says which case it is. */
static const struct pb_user_row *speaker_of(const struct pb_user_rows *rows,
					    const struct kernels *kernels,
					    const struct pb_user_row *like)
{
	for (size_t i = 0; i < kernels->nr; i++) {
		const struct pb_user_row *row = row_find(rows, kernels->names[i], like);

		if (row && row->state == PB_CELL_MEASURED)
			return row;
	}
	return like;
}

void pb_users_calls_add(const struct pb_user_rows *rows, bool changed_only,
			struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "user", "user", .flags = PB_GRID_KEY },
		{ "case", "case" },
		{ "pages", "pages", .align = PB_GRID_RIGHT, .flags = PB_GRID_KEY | PB_GRID_MOVES },
		{ "phase", "phase", .flags = PB_GRID_KEY | PB_GRID_MOVES },
	};
	struct pb_grid *grid = pb_document_grid(
		document, 0, "calls", "%s",
		changed_only ? "What one call comes to GUP by, where kernels differ"
			     : "What one call comes to GUP by");
	struct kernels kernels = { 0 };
	size_t nr = 0;

	kernels_list(rows, &kernels);
	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	for (size_t i = 0; i < kernels.nr; i++)
		pb_grid_column(grid, &(struct pb_grid_column){ kernels.names[i], kernels.names[i],
							       .flags = PB_GRID_WRAPS });
	for (size_t i = 0; i < rows->nr; i++) {
		if (!is_first(rows, i) ||
		    (changed_only && !is_changed(rows, &kernels, &rows->rows[i])))
			continue;
		row_add(grid, rows, &kernels, speaker_of(rows, &kernels, &rows->rows[i]));
		nr++;
	}
	if (changed_only && !nr)
		pb_document_say(document, PB_ITEM_STRONG, "sentence",
				kernels.nr < 2
					? "One kernel alone: there is nothing to hold it against."
					: "Each user calls the same on these kernels.");
}
