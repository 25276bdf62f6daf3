// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - what counters said of whole calls, as tables: strategies down, counters across.
 * Why: see counters.h.
 */
#include "report/counters.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/text.h"

enum { DECIMALS = 2, NUMBER_LEN = 48 };

struct counters_table {
	const struct pb_view *view;
	const struct pb_setting *setting;
	uint64_t nr_pages;
	struct pb_notes *notes;
	FILE *out;
	int name_width;
	size_t nr; /* counters, in the order of their series */
	const char **names;
	bool scaled; /* a value that was scaled was printed */
};

static const struct pb_summary_cell *cell_of(const struct counters_table *table, size_t strategy)
{
	return pb_view_cell(table->view, table->setting, table->view->strategies[strategy],
			    table->nr_pages);
}

static int name_add(struct counters_table *table, const char *name)
{
	const char **names;

	for (size_t i = 0; i < table->nr; i++)
		if (pb_streq(table->names[i], name))
			return 0;
	names = reallocarray(table->names, table->nr + 1, sizeof(*names));
	if (!names)
		return pb_fail(-ENOMEM, "out of memory");
	names[table->nr++] = name;
	table->names = names;
	return 0;
}

static int names_find(struct counters_table *table)
{
	int ret = 0;

	table->nr = 0;
	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		const struct pb_summary_cell *cell = cell_of(table, s);

		for (size_t i = 0; cell && i < cell->nr_series && !ret; i++)
			if (pb_streq(cell->series[i].phase, "call"))
				ret = name_add(table, cell->series[i].metric);
	}
	return ret;
}

/* The rest of the line "counter NAME: ..." of what the cell says. */
static char *line_find(const char *detail, const char *metric)
{
	_cleanup_free_ char *head = pb_format("counter %s: ", metric);
	size_t len = head ? strlen(head) : 0;

	for (const char *line = detail; head && line && *line; line += *line == '\n') {
		size_t line_len = strcspn(line, "\n");

		if (line_len > len && strncmp(line, head, len) == 0)
			return strndup(line + len, line_len - len);
		line += line_len;
	}
	return NULL;
}

char *pb_counter_why(const struct pb_summary *summary, const struct pb_summary_cell *cell,
		     const char *metric)
{
	_cleanup_free_ char *key = pb_format("counter.%s", metric);
	_cleanup_free_ char *line = NULL;
	const char *fact;

	if (!key)
		return NULL;
	line = cell->detail ? line_find(cell->detail, metric) : NULL;
	fact = line ? NULL : pb_summary_fact(summary, key);
	return pb_format("%s: %s", metric, line ? line : fact ? fact : "no reason was given");
}

/* What stands in the table: a number, a scaled one, or a dash with its footnote. */
static int value_text(struct counters_table *table, const struct pb_summary_cell *cell,
		      const char *metric, char text[NUMBER_LEN])
{
	const struct pb_summary_series *series =
		cell ? pb_summary_find(cell, "call", metric) : NULL;
	bool exact = pb_evidence_is_exact(table->view->summary->run.evidence);
	bool is_scaled = cell && pb_summary_find(cell, "call-running", metric);

	text[0] = '\0';
	if (!series)
		return 0;
	if (series->nr) {
		double value = exact ? series->min : series->median;

		/* Rounded to nothing is nothing: no "-0.00". */
		snprintf(text, NUMBER_LEN, "%s%.*f", is_scaled ? "~" : "", DECIMALS,
			 fabs(value) < 0.005 ? 0.0 : value);
		table->scaled |= is_scaled;
	} else {
		_cleanup_free_ char *why = pb_counter_why(table->view->summary, cell, metric);
		size_t note = why ? pb_notes_add(table->notes, why) : 0;

		if (!note)
			return -ENOMEM;
		snprintf(text, NUMBER_LEN, "\xE2\x80\x93[%zu]", note);
	}
	return 0;
}

static void padded_print(FILE *out, const char *text, int columns)
{
	int blanks = columns - pb_text_columns(text);

	fprintf(out, "%*s%s", blanks > 0 ? blanks : 0, "", text);
}

static int column_width(struct counters_table *table, const char *name, int *ret_width)
{
	int width = pb_text_columns(name);

	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		char text[NUMBER_LEN];
		int columns, ret = value_text(table, cell_of(table, s), name, text);

		if (ret)
			return ret;
		columns = pb_text_columns(text);
		width = columns > width ? columns : width;
	}
	*ret_width = width;
	return 0;
}

/* The counters from @from to before @to. */
static int block_print(struct counters_table *table, const int *widths, size_t from, size_t to)
{
	fprintf(table->out, "\n%-*s", table->name_width, "strategy");
	for (size_t i = from; i < to; i++) {
		_cleanup_free_ char *clean = pb_text_printable(table->names[i], "");

		if (!clean)
			return -ENOMEM;
		fputs("  ", table->out);
		padded_print(table->out, clean, widths[i]);
	}
	fputc('\n', table->out);
	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		const char *strategy = table->view->strategies[s];
		_cleanup_free_ char *clean = pb_text_printable(strategy, "");
		const struct pb_summary_cell *cell = cell_of(table, s);
		int ret = clean ? 0 : -ENOMEM;

		if (!ret && (!cell || cell->state != PB_CELL_MEASURED))
			continue; /* its absence stands in the table above */
		if (!ret)
			fprintf(table->out, "%-*s", table->name_width, clean);
		for (size_t i = from; i < to && !ret; i++) {
			char text[NUMBER_LEN];

			ret = value_text(table, cell, table->names[i], text);
			fputs("  ", table->out);
			padded_print(table->out, text, widths[i]);
		}
		if (ret)
			return ret;
		fputc('\n', table->out);
	}
	return 0;
}

/* As many counters beside each other as the line holds. */
static int blocks_print(struct counters_table *table, const struct pb_table_style *style)
{
	_cleanup_free_ int *widths = calloc(table->nr, sizeof(*widths));
	int ret = widths ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < table->nr && !ret; i++)
		ret = column_width(table, table->names[i], &widths[i]);
	for (size_t from = 0, to; from < table->nr && !ret; from = to) {
		int columns = table->name_width + 2 + widths[from];

		for (to = from + 1; to < table->nr; to++) {
			columns += 2 + widths[to];
			if (style->columns && columns > (int)style->columns)
				break;
		}
		ret = block_print(table, widths, from, to);
	}
	return ret;
}

static int pages_print(struct counters_table *table, const struct pb_table_style *style)
{
	_cleanup_free_ char *title = pb_setting_title(table->setting);
	char words[PB_WORD_LEN];
	int ret = title ? names_find(table) : -ENOMEM;

	if (ret || !table->nr)
		return ret;
	fprintf(table->out, "\n%s%s, %s a call%s: counted around whole calls, a page",
		style->colour ? "\033[1m" : "", title, pb_pages_words(table->nr_pages, words),
		style->colour ? "\033[0m" : "");
	return blocks_print(table, style);
}

int pb_counters_table(const struct pb_view *view, const struct pb_table_style *style,
		      struct pb_notes *notes, FILE *out)
{
	struct counters_table table = { .view = view, .notes = notes, .out = out, .name_width = 8 };
	int ret = 0;

	for (size_t i = 0; i < view->nr_strategies; i++) {
		int columns = pb_text_columns(view->strategies[i]);

		table.name_width = columns > table.name_width ? columns : table.name_width;
	}
	for (size_t i = 0; i < view->nr_settings && !ret; i++) {
		table.setting = &view->settings[i];
		for (size_t p = 0; p < table.setting->nr_pages && !ret; p++) {
			table.nr_pages = table.setting->pages[p];
			ret = pages_print(&table, style);
		}
	}
	free(table.names);
	if (!ret && table.scaled)
		fputs("\n~ scaled: the counters took turns (--multiplex)\n", out);
	return ret;
}
