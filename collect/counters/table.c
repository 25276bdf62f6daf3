// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - data/events/: what each counter is called on each CPU, how good it is, why it is absent.
 * Why: see table.h.
 */
#include "collect/counters/table.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/str.h"

enum { COLUMNS = 5 };

static const char *const qualities[] = {
	[PB_COUNTER_EXACT] = "exact",
	[PB_COUNTER_PROXY] = "proxy",
	[PB_COUNTER_ABSENT] = "absent",
	[PB_COUNTER_OWN] = "own",
};

const char *pb_counter_quality_name(enum pb_counter_quality quality)
{
	return qualities[quality];
}

/* A file says nothing of events that users bring. */
static int quality_parse(const char *word, enum pb_counter_quality *ret_quality)
{
	for (size_t i = 0; i < PB_COUNTER_OWN; i++)
		if (pb_streq(qualities[i], word)) {
			*ret_quality = (enum pb_counter_quality)i;
			return 0;
		}
	return pb_fail(-EBADMSG, "quality '%s' (valid: exact proxy absent)", word);
}

/* Cuts @line at its tabs; every column must hold something. */
static int columns_cut(char *line, char *columns[COLUMNS])
{
	for (int i = 0; i < COLUMNS; i++) {
		columns[i] = strsep(&line, "\t");
		if (!columns[i] || !*columns[i])
			return pb_fail(-EBADMSG, "column %d is empty; a row has %d", i + 1,
				       COLUMNS);
	}
	return line ? pb_fail(-EBADMSG, "more than %d columns", COLUMNS) : 0;
}

static void row_done(struct pb_counter_row *row)
{
	free(row->pmu);
	free(row->group);
	free(row->name);
	free(row->event);
	free(row->note);
}

static int row_add(struct pb_counter_table *table, const char *pmu, char *line)
{
	struct pb_counter_row *rows, row = { 0 };
	char *columns[COLUMNS];
	int ret = columns_cut(line, columns);

	if (!ret)
		ret = quality_parse(columns[3], &row.quality);
	if (!ret && (row.quality == PB_COUNTER_ABSENT) != pb_streq(columns[2], "-"))
		ret = pb_fail(-EBADMSG, "event '%s' is %s", columns[2], columns[3]);
	if (!ret && pb_counter_table_find(table, pmu, columns[1]))
		ret = pb_fail(-EBADMSG, "counter '%s' stands there already", columns[1]);
	if (ret)
		return ret;
	rows = reallocarray(table->rows, table->nr + 1, sizeof(*rows));
	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	table->rows = rows;
	row.pmu = strdup(pmu);
	row.group = strdup(columns[0]);
	row.name = strdup(columns[1]);
	row.event = strdup(columns[2]);
	row.note = strdup(columns[4]);
	rows[table->nr++] = row;
	if (!row.pmu || !row.group || !row.name || !row.event || !row.note)
		return pb_fail(-ENOMEM, "out of memory");
	return 0;
}

int pb_counter_table_add(struct pb_counter_table *table, const char *pmu, const char *text)
{
	_cleanup_free_ char *copy = strdup(text);
	unsigned int number = 0;
	int ret = 0;

	if (!copy)
		return pb_fail(-ENOMEM, "out of memory");
	for (char *rest = copy, *line; !ret && (line = strsep(&rest, "\n"));) {
		number++;
		if (*line && *line != '#')
			ret = row_add(table, pmu, line);
	}
	return ret ? pb_fail_in(ret, "events of '%s', line %u", pmu, number) : 0;
}

int pb_counter_table_load(struct pb_counter_table *ret_table)
{
	pb_cleanup(pb_counter_table_done) struct pb_counter_table table = { 0 };

	for (const struct pb_embedded *file = pb_embedded_events; file->name; file++) {
		_cleanup_free_ char *pmu = strndup(file->name, strcspn(file->name, "."));
		int ret = pmu ? pb_counter_table_add(&table, pmu, file->text)
			      : pb_fail(-ENOMEM, "out of memory");

		if (ret)
			return ret;
	}
	*ret_table = table;
	table = (struct pb_counter_table){ 0 };
	return 0;
}

void pb_counter_table_done(struct pb_counter_table *table)
{
	for (size_t i = 0; i < table->nr; i++)
		row_done(&table->rows[i]);
	free(table->rows);
	*table = (struct pb_counter_table){ 0 };
}

const struct pb_counter_row *pb_counter_table_find(const struct pb_counter_table *table,
						   const char *pmu, const char *name)
{
	for (size_t i = 0; i < table->nr; i++)
		if ((!pmu || pb_streq(table->rows[i].pmu, pmu)) &&
		    (!name || pb_streq(table->rows[i].name, name)))
			return &table->rows[i];
	return NULL;
}

bool pb_counter_table_has_group(const struct pb_counter_table *table, const char *group)
{
	for (size_t i = 0; i < table->nr; i++)
		if (pb_streq(table->rows[i].group, group))
			return true;
	return false;
}
