// SPDX-License-Identifier: GPL-2.0-only
/*
 * counters - what counters said of whole calls, as tables: strategies down, counters across.
 * Why: see counters.h.
 */
#include "report/runs/counters.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/text.h"

enum { DECIMALS = 2 };

const char pb_counters_scaled[] = "~ scaled: the counters took turns (--multiplex)";

struct counters_table {
	const struct pb_view *view;
	const struct pb_setting *setting;
	uint64_t nr_pages;
	struct pb_notes *notes;
	FILE *out;
	int name_width;
	bool scaled; /* a value that was scaled was printed */
};

static int name_add(const char ***names, size_t *nr, const char *name)
{
	const char **grown;

	for (size_t i = 0; i < *nr; i++)
		if (pb_streq((*names)[i], name))
			return 0;
	grown = reallocarray(*names, *nr + 1, sizeof(*grown));
	if (!grown)
		return pb_fail(-ENOMEM, "out of memory");
	grown[(*nr)++] = name;
	*names = grown;
	return 0;
}

int pb_counters_names(const struct pb_view *view, const struct pb_setting *setting,
		      uint64_t nr_pages, const char ***ret_names, size_t *ret_nr)
{
	_cleanup_free_ const char **names = NULL;
	size_t nr = 0;
	int ret = 0;

	for (size_t s = 0; s < view->nr_strategies; s++) {
		const struct pb_summary_cell *cell =
			pb_view_cell(view, setting, view->strategies[s], nr_pages);

		for (size_t i = 0; cell && i < cell->nr_series && !ret; i++)
			if (pb_streq(cell->series[i].phase, "call"))
				ret = name_add(&names, &nr, cell->series[i].metric);
	}
	if (ret)
		return ret;
	*ret_names = pb_steal(names);
	*ret_nr = nr;
	return 0;
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

int pb_counter_text(const struct pb_view *view, const struct pb_summary_cell *cell,
		    const char *metric, struct pb_notes *notes, char *ret_text)
{
	const struct pb_summary_series *series =
		cell ? pb_summary_find(cell, "call", metric) : NULL;
	bool exact = pb_evidence_is_exact(view->summary->run.evidence);

	ret_text[0] = '\0';
	if (!series)
		return 0;
	if (series->nr) {
		double value = exact ? series->min : series->median;

		/* Rounded to nothing is nothing: no "-0.00". */
		snprintf(ret_text, PB_COUNTER_TEXT_LEN, "%s%.*f",
			 pb_summary_find(cell, "call-running", metric) ? "~" : "", DECIMALS,
			 fabs(value) < 0.005 ? 0.0 : value);
	} else {
		_cleanup_free_ char *why = pb_counter_why(view->summary, cell, metric);
		size_t note = why ? pb_notes_add(notes, why) : 0;

		if (!note)
			return -ENOMEM;
		snprintf(ret_text, PB_COUNTER_TEXT_LEN, "\xE2\x80\x93[%zu]", note);
	}
	return 0;
}

static const struct pb_summary_cell *cell_of(const struct counters_table *table, size_t strategy)
{
	return pb_view_cell(table->view, table->setting, table->view->strategies[strategy],
			    table->nr_pages);
}

static int value_text(struct counters_table *table, const struct pb_summary_cell *cell,
		      const char *metric, char *ret_text)
{
	int ret = pb_counter_text(table->view, cell, metric, table->notes, ret_text);

	table->scaled |= !ret && ret_text[0] == '~';
	return ret;
}

static void padded_print(FILE *out, const char *text, int columns)
{
	int blanks = columns - pb_text_columns(text);

	pb_term_printf(out, "%*s%s", blanks > 0 ? blanks : 0, "", text);
}

static int column_width(struct counters_table *table, const char *name, int *ret_width)
{
	int width = pb_text_columns(name);

	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		char text[PB_COUNTER_TEXT_LEN];
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
static int block_print(struct counters_table *table, const char *const *names, const int *widths,
		       size_t from, size_t to)
{
	pb_term_printf(table->out, "\n%-*s", table->name_width, "strategy");
	for (size_t i = from; i < to; i++) {
		_cleanup_free_ char *clean = pb_printable_copy(names[i], "");

		if (!clean)
			return -ENOMEM;
		fputs("  ", table->out);
		padded_print(table->out, clean, widths[i]);
	}
	fputc('\n', table->out);
	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		const char *strategy = table->view->strategies[s];
		_cleanup_free_ char *clean = pb_printable_copy(strategy, "");
		const struct pb_summary_cell *cell = cell_of(table, s);
		int ret = clean ? 0 : -ENOMEM;

		if (!ret && (!cell || cell->state != PB_CELL_MEASURED))
			continue; /* its absence stands in the table above */
		if (!ret)
			pb_term_printf(table->out, "%-*s", table->name_width, clean);
		for (size_t i = from; i < to && !ret; i++) {
			char text[PB_COUNTER_TEXT_LEN];

			ret = value_text(table, cell, names[i], text);
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
static int blocks_print(struct counters_table *table, const char *const *names, size_t nr,
			const struct pb_table_style *style)
{
	_cleanup_free_ int *widths = calloc(nr, sizeof(*widths));
	int ret = widths ? 0 : pb_fail(-ENOMEM, "out of memory");

	for (size_t i = 0; i < nr && !ret; i++)
		ret = column_width(table, names[i], &widths[i]);
	for (size_t from = 0, to; from < nr && !ret; from = to) {
		int columns = table->name_width + 2 + widths[from];

		for (to = from + 1; to < nr; to++) {
			columns += 2 + widths[to];
			if (style->columns && columns > (int)style->columns)
				break;
		}
		ret = block_print(table, names, widths, from, to);
	}
	return ret;
}

static int pages_print(struct counters_table *table, const struct pb_table_style *style)
{
	_cleanup_free_ char *title = pb_setting_title(table->setting);
	_cleanup_free_ const char **names = NULL;
	char words[PB_WORD_LEN];
	size_t nr = 0;
	int ret =
		title ? pb_counters_names(table->view, table->setting, table->nr_pages, &names, &nr)
		      : -ENOMEM;

	if (ret || !nr)
		return ret;
	pb_term_printf(table->out, "\n%s%s, %s a call%s: counted around whole calls, a page",
		       style->colour ? pb_term_bold : "", title,
		       pb_pages_words(table->nr_pages, words), style->colour ? pb_term_plain : "");
	return blocks_print(table, names, nr, style);
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
	if (!ret && table.scaled)
		pb_term_printf(out, "\n%s\n", pb_counters_scaled);
	return ret;
}
