// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - what --counters takes, checked before anything is booted, and shown by `list`.
 * Why: see counters.h.
 */
#include "bench/cli/lists/counters.h"

#include <errno.h>

#include "collect/counters/select.h"
#include "collect/counters/table.h"
#include "common/err.h"
#include "common/str.h"

int pb_counters_check(char *const *words, size_t nr)
{
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	int ret = nr ? pb_counter_table_load(&table) : 0;

	return ret ? ret : pb_counter_words_check(&table, words, nr);
}

/* "skx clx", "every kernel"; NULL: no memory. */
static char *pmus_words(const struct pb_counter_table *table, const char *name,
			enum pb_counter_quality quality)
{
	pb_cleanup(pb_buf_done) struct pb_buf buf = { 0 };

	if (pb_buf_printf(&buf, "%s", ""))
		return NULL;
	for (size_t i = 0; i < table->nr; i++) {
		const struct pb_counter_row *row = &table->rows[i];

		if (!pb_streq(row->name, name) || row->quality != quality)
			continue;
		if (pb_buf_printf(&buf, "%s%s", buf.len_bytes ? " " : "",
				  pb_streq(row->pmu, PB_PMU_SOFTWARE) ? "every kernel" : row->pmu))
			return NULL;
	}
	return pb_steal(buf.data);
}

static bool is_first(const struct pb_counter_table *table, size_t index)
{
	return pb_counter_table_find(table, NULL, table->rows[index].name) == &table->rows[index];
}

/* A group's counters, in the order in which they first stand anywhere. */
static int group_add(const struct pb_counter_table *table, const char *group, struct pb_grid *grid)
{
	for (size_t i = 0; i < table->nr; i++) {
		const char *name = table->rows[i].name;

		if (!pb_streq(table->rows[i].group, group) || !is_first(table, i))
			continue;
		for (int quality = PB_COUNTER_EXACT; quality <= PB_COUNTER_ABSENT; quality++) {
			_cleanup_free_ char *pmus =
				pmus_words(table, name, (enum pb_counter_quality)quality);

			if (!pmus)
				return -ENOMEM;
			if (!*pmus)
				continue;
			pb_grid_text(grid, name);
			pb_grid_text(grid, group);
			pb_grid_text(grid,
				     pb_counter_quality_name((enum pb_counter_quality)quality));
			pb_grid_text(grid, pmus);
		}
	}
	return 0;
}

int pb_counters_add(struct pb_document *document)
{
	static const struct pb_grid_column columns[] = {
		{ "counter", "counter", .flags = PB_GRID_KEY },
		{ "group", "group" },
		{ "quality", "quality" },
		{ "pmus", "on", .flags = PB_GRID_WRAPS },
	};
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	struct pb_grid *grid = pb_document_grid(document, 0, "counters", "%s", "");
	int ret = pb_counter_table_load(&table);

	for (size_t i = 0; i < PB_ARRAY_SIZE(columns); i++)
		pb_grid_column(grid, &columns[i]);
	for (size_t i = 0; i < table.nr && !ret; i++) {
		const char *group = table.rows[i].group;
		size_t first = 0;

		while (!pb_streq(table.rows[first].group, group))
			first++;
		if (first == i)
			ret = group_add(&table, group, grid);
	}
	return ret;
}
