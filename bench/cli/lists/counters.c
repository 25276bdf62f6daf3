// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - what --counters takes, checked before anything is booted, and shown by `list`.
 * Why: see counters.h.
 */
#include "bench/cli/lists/counters.h"

#include "collect/counters/select.h"
#include "collect/counters/table.h"
#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"

int pb_counters_check(char *const *words, size_t nr)
{
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	int ret = nr ? pb_counter_table_load(&table) : 0;

	return ret ? ret : pb_counter_words_check(&table, words, nr);
}

/* "proxy   skx clx", if there is any. */
static void pmus_print(const struct pb_counter_table *table, const char *name,
		       enum pb_counter_quality quality, FILE *out)
{
	bool begun = false;

	for (size_t i = 0; i < table->nr; i++) {
		const struct pb_counter_row *row = &table->rows[i];

		if (!pb_streq(row->name, name) || row->quality != quality)
			continue;
		if (!begun)
			pb_term_printf(out, "  %-16s", pb_counter_quality_name(quality));
		begun = true;
		pb_term_printf(out, " %s",
			       pb_streq(row->pmu, PB_PMU_SOFTWARE) ? "every kernel" : row->pmu);
	}
	if (begun)
		fputc('\n', out);
}

static bool is_first(const struct pb_counter_table *table, size_t index)
{
	return pb_counter_table_find(table, NULL, table->rows[index].name) == &table->rows[index];
}

/* A group's counters, in the order in which they first stand anywhere. */
static void group_print(const struct pb_counter_table *table, const char *group, FILE *out)
{
	for (size_t i = 0; i < table->nr; i++) {
		const char *name = table->rows[i].name;

		if (!pb_streq(table->rows[i].group, group) || !is_first(table, i))
			continue;
		pb_term_printf(out, "%-18s group %s\n", name, group);
		for (int quality = PB_COUNTER_EXACT; quality <= PB_COUNTER_ABSENT; quality++)
			pmus_print(table, name, (enum pb_counter_quality)quality, out);
	}
}

int pb_counters_print(FILE *out)
{
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };
	int ret = pb_counter_table_load(&table);

	if (ret)
		return ret;
	for (size_t i = 0; i < table.nr; i++) {
		const char *group = table.rows[i].group;
		size_t first = 0;

		while (!pb_streq(table.rows[first].group, group))
			first++;
		if (first == i)
			group_print(&table, group, out);
	}
	return 0;
}
