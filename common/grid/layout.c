// SPDX-License-Identifier: GPL-2.0-only
/*
 * layout - which columns of a table stand beside each other in the width that there is.
 * Why: a line that is broken by the terminal is no line of a table, and a cut one is a lie.
 */
#include "common/grid/layout.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "common/err.h"
#include "common/grid/wrap.h"
#include "common/str.h"

/* Prose is not made narrower than a few words, and no text than a short one. */
enum { GAP = 2, GAP_GROUPED = 1, PROSE_LEAST = 16, TEXT_LEAST = 12 };

static size_t most(size_t a, size_t b)
{
	return a > b ? a : b;
}

size_t pb_layout_after_point(const char *text)
{
	const char *point = strchr(text, '.');

	return point ? pb_wrap_columns(point) : 0;
}

bool pb_layout_grouped(const struct pb_grid *grid, size_t left, size_t right)
{
	const char *a = grid->columns[left].group, *b = grid->columns[right].group;

	return a && b && pb_streq(a, b);
}

static bool is_wide(const struct pb_grid_cell *cell)
{
	return cell->span > 1;
}

/* What the column itself wants, wider cells aside. */
static void column_measure(const struct pb_grid *grid, struct pb_layout_column *column)
{
	const struct pb_grid_column *of = &grid->columns[column->at];
	size_t before = 0, nr = pb_grid_rows(grid);

	column->width = pb_wrap_columns(of->title);
	column->after = 0;
	for (size_t row = 0; row < nr; row++) {
		const struct pb_grid_cell *cell = pb_grid_at(grid, row, column->at);
		size_t after = of->align == PB_GRID_POINT && cell->is_number
				       ? pb_layout_after_point(cell->text)
				       : 0;

		if (is_wide(cell) || !cell->span)
			continue;
		column->width = most(column->width, pb_wrap_columns(cell->text));
		if (!cell->is_number)
			continue;
		column->after = most(column->after, after);
		before = most(before, pb_wrap_columns(cell->text) - after);
	}
	column->width = most(column->width, before + column->after);
}

static size_t span_width(const struct pb_layout_part *part, size_t first, size_t nr)
{
	size_t width = 0;

	for (size_t i = first; i < first + nr && i < part->nr; i++)
		width += part->columns[i].width + (i > first ? part->columns[i].gap : 0);
	return width;
}

/* What several columns have together grows from the first of them. */
static void span_widen(struct pb_layout_part *part, size_t first, size_t nr, size_t width)
{
	size_t has = span_width(part, first, nr);

	if (width > has)
		part->columns[first].width += width - has;
}

static void part_measure(const struct pb_grid *grid, struct pb_layout_part *part)
{
	for (size_t i = 0; i < part->nr; i++) {
		struct pb_layout_column *column = &part->columns[i];

		column_measure(grid, column);
		if (!i)
			column->gap = 0;
		else
			column->gap = pb_layout_grouped(grid, part->columns[i - 1].at, column->at)
					      ? GAP_GROUPED
					      : GAP;
	}
	for (size_t i = 0; i < part->nr; i++) {
		const struct pb_grid_column *of = &grid->columns[part->columns[i].at];
		size_t nr = 1;

		while (i + nr < part->nr &&
		       pb_layout_grouped(grid, part->columns[i].at, part->columns[i + nr].at))
			nr++;
		if (of->group &&
		    (!i || !pb_layout_grouped(grid, part->columns[i - 1].at, part->columns[i].at)))
			span_widen(part, i, nr, pb_wrap_columns(of->group));
		for (size_t row = 0; row < pb_grid_rows(grid); row++) {
			const struct pb_grid_cell *cell =
				pb_grid_at(grid, row, part->columns[i].at);

			if (is_wide(cell))
				span_widen(part, i, cell->span, pb_wrap_columns(cell->text));
		}
	}
}

static size_t part_width(const struct pb_layout_part *part)
{
	size_t width = 0;

	for (size_t i = 0; i < part->nr; i++)
		width += part->columns[i].width + part->columns[i].gap;
	return width;
}

/* Takes from the widest texts until the part fits; false: that is not enough. */
static bool part_shrink(const struct pb_grid *grid, struct pb_layout_part *part, size_t room,
			bool prose_only)
{
	size_t least = prose_only ? PROSE_LEAST : TEXT_LEAST;

	while (part_width(part) > room) {
		struct pb_layout_column *widest = NULL;
		size_t over = part_width(part) - room;

		for (size_t i = 0; i < part->nr; i++) {
			const struct pb_grid_column *of = &grid->columns[part->columns[i].at];

			if (of->align != PB_GRID_LEFT || part->columns[i].width <= least ||
			    (prose_only && !(of->flags & PB_GRID_WRAPS)))
				continue;
			if (!widest || part->columns[i].width > widest->width)
				widest = &part->columns[i];
		}
		if (!widest)
			return false;
		widest->width = most(least, widest->width > over ? widest->width - over : 0);
	}
	return true;
}

static int part_add(struct pb_layout_part *part, size_t at)
{
	struct pb_layout_column *grown = reallocarray(part->columns, part->nr + 1, sizeof(*grown));

	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	part->columns = grown;
	grown[part->nr++] = (struct pb_layout_column){ .at = at };
	return 0;
}

static void part_done(struct pb_layout_part *part)
{
	free(part->columns);
	*part = (struct pb_layout_part){ 0 };
}

static void parts_free(struct pb_layout *layout)
{
	for (size_t i = 0; i < layout->nr_parts; i++)
		part_done(&layout->parts[i]);
	free(layout->parts);
	layout->parts = NULL;
	layout->nr_parts = 0;
}

void pb_layout_done(struct pb_layout *layout)
{
	parts_free(layout);
}

/* A part with the columns that name the row, or with all. */
static int part_begin(const struct pb_grid *grid, struct pb_layout *layout, bool all,
		      struct pb_layout_part **ret_part)
{
	struct pb_layout_part *grown =
		reallocarray(layout->parts, layout->nr_parts + 1, sizeof(*grown));
	int ret = grown ? 0 : pb_fail(-ENOMEM, "out of memory");

	if (ret)
		return ret;
	layout->parts = grown;
	*ret_part = &grown[layout->nr_parts++];
	**ret_part = (struct pb_layout_part){ 0 };
	for (size_t i = 0; i < grid->nr_columns && !ret; i++)
		if (!pb_grid_moved(grid, i) && (all || grid->columns[i].flags & PB_GRID_KEY))
			ret = part_add(*ret_part, i);
	return ret;
}

/* Columns from @at on that cannot be parted: of one group, or one. */
static size_t unit_length(const struct pb_grid *grid, size_t at)
{
	size_t nr = 1;

	while (at + nr < grid->nr_columns && pb_layout_grouped(grid, at, at + nr))
		nr++;
	return nr;
}

static bool is_parted(const struct pb_grid *grid, size_t at)
{
	return !pb_grid_moved(grid, at) && !(grid->columns[at].flags & PB_GRID_KEY);
}

/* Adds a unit if the part stays within @room. *ret_fits says whether it did. */
static int unit_try(const struct pb_grid *grid, struct pb_layout_part *part, size_t at, size_t nr,
		    size_t room, bool *ret_fits)
{
	size_t had = part->nr;
	int ret = 0;

	for (size_t i = at; i < at + nr && !ret; i++)
		if (is_parted(grid, i))
			ret = part_add(part, i);
	if (ret)
		return ret;
	part_measure(grid, part);
	*ret_fits = part_width(part) <= room || part_shrink(grid, part, room, true);
	if (!*ret_fits) {
		part->nr = had;
		part_measure(grid, part);
	}
	return 0;
}

/*
 * Fills parts with at most @most units each. *ret_fit: whether each unit found a part that it fits.
 */
static int parts_fill(const struct pb_grid *grid, struct pb_layout *layout, size_t room,
		      size_t most_units, bool *ret_fit)
{
	struct pb_layout_part *part = NULL;
	size_t in_part = 0, nr;

	*ret_fit = true;
	for (size_t at = 0; at < grid->nr_columns && *ret_fit; at += nr) {
		bool fits = false;
		int ret = 0;

		nr = unit_length(grid, at);
		if (!is_parted(grid, at))
			continue;
		if (part && in_part < most_units)
			ret = unit_try(grid, part, at, nr, room, &fits);
		if (!ret && !fits) {
			in_part = 0;
			ret = part_begin(grid, layout, false, &part);
			if (!ret)
				ret = unit_try(grid, part, at, nr, room, &fits);
		}
		if (ret)
			return ret;
		in_part++;
		*ret_fit = fits;
	}
	return 0;
}

static size_t units_count(const struct pb_grid *grid)
{
	size_t nr = 0;

	for (size_t at = 0; at < grid->nr_columns; at += unit_length(grid, at))
		nr += is_parted(grid, at);
	return nr;
}

/* As few parts as there must be, and these as even as can be. */
static int parts_make(const struct pb_grid *grid, struct pb_layout *layout, size_t room,
		      bool *ret_fit)
{
	size_t units = units_count(grid), nr_parts, even;
	int ret = parts_fill(grid, layout, room, SIZE_MAX, ret_fit);

	if (ret || !*ret_fit || !layout->nr_parts)
		return ret;
	nr_parts = layout->nr_parts;
	even = (units + nr_parts - 1) / nr_parts;
	parts_free(layout);
	ret = parts_fill(grid, layout, room, even, ret_fit);
	if (ret || layout->nr_parts == nr_parts)
		return ret;
	parts_free(layout);
	return parts_fill(grid, layout, room, SIZE_MAX, ret_fit);
}

int pb_layout_make(const struct pb_grid *grid, size_t columns, struct pb_layout *ret_layout)
{
	struct pb_layout layout = { .indent = grid->indent };
	struct pb_layout_part *part;
	bool fits = true;
	int ret = part_begin(grid, &layout, true, &part);

	columns = grid->lines ? 0 : columns;
	if (ret)
		goto out;
	part_measure(grid, part);
	if (columns && part_width(part) + layout.indent > columns)
		layout.indent = 0;
	if (!columns || part_width(part) + layout.indent <= columns ||
	    part_shrink(grid, part, columns, true))
		goto out;
	parts_free(&layout);
	ret = parts_make(grid, &layout, columns, &fits);
	if (ret || (fits && layout.nr_parts))
		goto out;
	/* Texts that are names are broken only where nothing else helps. */
	parts_free(&layout);
	ret = part_begin(grid, &layout, true, &part);
	if (ret)
		goto out;
	part_measure(grid, part);
	layout.records = !part_shrink(grid, part, columns, false);
out:
	if (ret) {
		parts_free(&layout);
		return ret;
	}
	*ret_layout = layout;
	return 0;
}
