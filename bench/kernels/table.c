// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - tab-separated tables of data/: a line of column names, then rows; # begins a comment.
 * Why: facts about kernels and compilers change with Debian, so they stand in data, not in code.
 */
#include "bench/kernels/table.h"

#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/paths.h"
#include "common/str.h"

/* Splits @line in place. Returns the number of words; more than there is room for are counted. */
static size_t line_split(char *line, const char **words)
{
	size_t nr = 0;
	char *word;

	while ((word = strsep(&line, "\t"))) {
		if (nr < PB_TABLE_COLUMNS)
			words[nr] = word;
		nr++;
	}
	return nr;
}

static int row_add(struct pb_table *table, const char **words)
{
	void *rows = reallocarray(table->rows, table->nr_rows + 1, sizeof(*table->rows));

	if (!rows)
		return pb_fail(-ENOMEM, "out of memory");
	table->rows = rows;
	memcpy(table->rows[table->nr_rows++], words, sizeof(*table->rows));
	return 0;
}

static bool column_has(const struct pb_table *table, size_t nr, const char *name, size_t len)
{
	for (size_t i = 0; i < nr; i++)
		if (!strncmp(table->columns[i], name, len) && !table->columns[i][len])
			return true;
	return false;
}

/* A column that is there twice would be read from one of the two, and edited in the other. */
int pb_table_check(const struct pb_table *table, const char *name, const char *columns)
{
	for (size_t i = 1; i < table->nr_columns; i++)
		if (column_has(table, i, table->columns[i], strlen(table->columns[i])))
			return pb_fail(-EINVAL, "table '%s' has two columns '%s'", name,
				       table->columns[i]);
	for (const char *word = columns; *word;) {
		size_t len = strcspn(word, " ");

		if (!column_has(table, table->nr_columns, word, len))
			return pb_fail(-EINVAL,
				       "table '%s' lacks a column '%.*s'; it must have: %s", name,
				       (int)len, word, columns);
		word += len;
		word += strspn(word, " ");
	}
	return 0;
}

static int table_parse(struct pb_table *table, const char *name)
{
	char *rest = table->text, *line;
	unsigned int number = 0;

	while ((line = strsep(&rest, "\n"))) {
		const char *words[PB_TABLE_COLUMNS] = { 0 };
		size_t nr;
		int ret;

		number++;
		if (!line[0] || line[0] == '#')
			continue;
		nr = line_split(line, words);
		if (nr > PB_TABLE_COLUMNS || (table->nr_columns && nr != table->nr_columns))
			return pb_fail(-EINVAL, "table '%s', line %u: %zu words, but %zu columns",
				       name, number, nr,
				       table->nr_columns ? table->nr_columns : PB_TABLE_COLUMNS);
		if (!table->nr_columns) {
			memcpy(table->columns, words, sizeof(words));
			table->nr_columns = nr;
			continue;
		}
		ret = row_add(table, words);
		if (ret)
			return ret;
	}
	if (!table->nr_columns)
		return pb_fail(-EINVAL, "table '%s' is empty", name);
	return 0;
}

int pb_table_parse(const char *text, const char *name, const char *columns,
		   struct pb_table *ret_table)
{
	pb_cleanup(pb_table_done) struct pb_table table = { .text = strdup(text) };
	int ret;

	if (!table.text)
		return pb_fail(-ENOMEM, "out of memory");
	ret = table_parse(&table, name);
	if (!ret)
		ret = pb_table_check(&table, name, columns);
	if (ret)
		return ret;
	*ret_table = table;
	table = (struct pb_table){ 0 };
	return 0;
}

int pb_table_load(const char *name, const char *columns, struct pb_table *ret_table)
{
	_cleanup_free_ char *relative = pb_format("data/kernels/%s", name);
	_cleanup_free_ char *path = NULL, *text = NULL;
	int ret;

	if (!relative)
		return -ENOMEM;
	ret = pb_path_data(relative, &path);
	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (!ret)
		ret = pb_table_parse(text, path, columns, ret_table);
	return ret;
}

void pb_table_done(struct pb_table *table)
{
	free(table->text);
	free(table->rows);
	*table = (struct pb_table){ 0 };
}

const char *pb_table_get(const struct pb_table *table, size_t row, const char *column)
{
	for (size_t i = 0; i < table->nr_columns; i++)
		if (pb_streq(table->columns[i], column))
			return table->rows[row][i];
	return NULL;
}

ssize_t pb_table_find(const struct pb_table *table, const char *key)
{
	for (size_t i = 0; i < table->nr_rows; i++)
		if (pb_streq(table->rows[i][0], key))
			return (ssize_t)i;
	return -1;
}
