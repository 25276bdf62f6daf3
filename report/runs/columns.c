// SPDX-License-Identifier: GPL-2.0-only
/*
 * columns - rows of words, each column as wide as its widest word.
 * Why: a minus sign is three bytes and one column, which printf() does not know.
 */
#include "report/runs/columns.h"

#include <errno.h>
#include <stdbool.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "report/runs/text.h"

int pb_columns_add(struct pb_columns *table, const char *word)
{
	char **words = reallocarray(table->words, table->nr_words + 1, sizeof(*words));

	if (!words)
		return pb_fail(-ENOMEM, "out of memory");
	table->words = words;
	words[table->nr_words] = pb_printable_copy(word, "");
	return words[table->nr_words] ? (table->nr_words++, 0) : -ENOMEM;
}

static void word_print(const char *word, const struct pb_column *column, int width, bool last,
		       FILE *out)
{
	int blanks = width - pb_text_columns(word);

	/* Nothing at the end of a line is padded, and nothing is not written. */
	if (last && column->align < 0) {
		pb_term_printf(out, *word ? "  %s\n" : "\n", word);
		return;
	}
	fputs("  ", out);
	if (column->align < 0)
		pb_term_printf(out, "%s", word);
	pb_term_printf(out, "%*s", blanks > 0 ? blanks : 0, "");
	if (column->align >= 0)
		pb_term_printf(out, "%s", word);
	if (last)
		fputc('\n', out);
}

void pb_columns_print(const struct pb_columns *table, FILE *out)
{
	int width[PB_COLUMNS_MOST] = { 0 };
	size_t nr = table->nr_columns;

	for (size_t i = 0; i < nr; i++)
		width[i] = pb_text_columns(table->columns[i].head);
	for (size_t i = 0; i < table->nr_words; i++) {
		int columns = pb_text_columns(table->words[i]);

		if (columns > width[i % nr])
			width[i % nr] = columns;
	}
	for (size_t i = 0; i < nr + table->nr_words; i++) {
		const char *word = i < nr ? table->columns[i].head : table->words[i - nr];

		word_print(word, &table->columns[i % nr], width[i % nr], i % nr == nr - 1, out);
	}
}

void pb_columns_done(struct pb_columns *table)
{
	for (size_t i = 0; i < table->nr_words; i++)
		free(table->words[i]);
	free(table->words);
	*table = (struct pb_columns){ 0 };
}
