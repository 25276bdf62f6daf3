// SPDX-License-Identifier: GPL-2.0-only
/*
 * table - strategies down, pages a call across, one table a memory; absences as footnotes.
 * Why: columns line up at the decimal point, so that a glance finds the odd one out.
 */
#include "report/runs/table.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "common/encode/terminal.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/annotations.h"
#include "report/runs/columns.h"
#include "report/runs/counters.h"
#include "report/runs/figure_selection.h"
#include "report/runs/notes.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"
#include "report/runs/view.h"

/* The three numbers under one pages value, all printed with the same width and decimals. */
struct group {
	uint64_t nr_pages;
	int width;
	int decimals;
	int harness_width; /* of "84/80"; 0: no cell has it */
};

struct table {
	const struct pb_view *view;
	const struct pb_setting *setting;
	const struct pb_table_style *style;
	FILE *out;
	int name_width;
	bool has_harness; /* the setting's cells tell it by two ways */
	struct pb_notes notes;
	struct group *groups;
};

static const char *tint(const struct table *table, const char *escape)
{
	return table->style->colour ? escape : "";
}

static int number_width(double value, int decimals)
{
	return isnan(value) ? 1 : snprintf(NULL, 0, "%.*f", decimals, value);
}

static double largest(struct pb_value value)
{
	return fmax(fabs(value.acquire), fmax(fabs(value.release), fabs(value.total)));
}

static int width_max(int a, int b)
{
	return a > b ? a : b;
}

/* A call's cost is whole; spread over its pages it needs digits, fewer where it is large. */
static void group_measure(const struct table *table, struct group *group)
{
	double most = 0;

	for (size_t i = 0; i < table->view->nr_strategies; i++) {
		struct pb_value value = pb_view_value(
			table->view, pb_view_cell(table->view, table->setting,
						  table->view->strategies[i], group->nr_pages));

		if (!isnan(value.total))
			most = fmax(most, largest(value));
	}
	group->decimals = group->nr_pages == 1 ? 0 : most >= 100 ? 1 : 2;
	/* Three columns hold the longest error's name: EOPNOTSUPP[1]. */
	group->width = width_max(number_width(most, group->decimals) + 1, 5);
	for (size_t i = 0; i < table->view->nr_strategies && table->has_harness; i++) {
		char words[2 * PB_WORD_LEN];

		pb_harness_words(table->view,
				 pb_view_cell(table->view, table->setting,
					      table->view->strategies[i], group->nr_pages),
				 words);
		group->harness_width = width_max(group->harness_width, (int)strlen(words));
	}
	if (group->harness_width)
		group->harness_width = width_max(group->harness_width, (int)strlen("harness"));
}

static int group_columns(const struct group *group)
{
	return 3 * (group->width + 1) + 1 + (group->harness_width ? group->harness_width + 1 : 0);
}

/* How many of the groups from @from on fit, shared evenly among the lines that they take. */
static size_t groups_fit(const struct table *table, size_t from)
{
	size_t nr = table->setting->nr_pages, fit = 0, lines;
	int columns = table->name_width;

	if (!table->style->columns)
		return nr - from;
	for (size_t i = from; i < nr; i++) {
		columns += group_columns(&table->groups[i]);
		if (columns > (int)table->style->columns)
			break;
		fit++;
	}
	fit = fit ? fit : 1;
	lines = (nr - from + fit - 1) / fit;
	return (nr - from + lines - 1) / lines;
}

static void number_print(const struct table *table, const struct group *group, int gap,
			 double value)
{
	/* Rounded to nothing is nothing: no "-0.00". */
	double unit = pow(10, -group->decimals);

	if (isnan(value))
		pb_term_printf(table->out, "%*s\xE2\x80\x93", gap + group->width - 1, "");
	else
		pb_term_printf(table->out, "%*s%*.*f", gap, "", group->width, group->decimals,
			       fabs(value) < unit / 2 ? 0.0 : value);
}

static int cell_print(struct table *table, const struct group *group, const char *strategy)
{
	const struct pb_summary_cell *cell =
		pb_view_cell(table->view, table->setting, strategy, group->nr_pages);
	struct pb_value value = pb_view_value(table->view, cell);
	char harness[2 * PB_WORD_LEN];

	if (!cell || cell->state != PB_CELL_MEASURED)
		return pb_notes_absence(&table->notes, cell, group_columns(group),
					table->style->colour, table->out);
	pb_term_printf(table->out, "%s", tint(table, pb_term_dim));
	number_print(table, group, 2, value.acquire);
	number_print(table, group, 1, value.release);
	pb_term_printf(table->out, "%s%s", tint(table, pb_term_plain), tint(table, pb_term_bold));
	number_print(table, group, 1, value.total);
	pb_term_printf(table->out, "%s", tint(table, pb_term_plain));
	if (group->harness_width)
		pb_term_printf(table->out, "%s %*s%s", tint(table, pb_term_dim),
			       group->harness_width, pb_harness_words(table->view, cell, harness),
			       tint(table, pb_term_plain));
	return 0;
}

static void heads_print(const struct table *table, size_t from, size_t nr)
{
	pb_term_printf(table->out, "\n%*s", table->name_width, "");
	for (size_t i = from; i < from + nr; i++) {
		char words[PB_WORD_LEN];

		pb_term_printf(table->out, "%*s", group_columns(&table->groups[i]),
			       pb_pages_words(table->groups[i].nr_pages, words));
	}
	pb_term_printf(table->out, "\n%s%-*s", tint(table, pb_term_dim), table->name_width,
		       "strategy");
	for (size_t i = from; i < from + nr; i++) {
		int width = table->groups[i].width;

		pb_term_printf(table->out, "  %*s %*s %*s", width, "acq", width, "rel", width,
			       "both");
		if (table->groups[i].harness_width)
			pb_term_printf(table->out, " %*s", table->groups[i].harness_width,
				       "harness");
	}
	pb_term_printf(table->out, "%s\n", tint(table, pb_term_plain));
}

static int rows_print(struct table *table, size_t from, size_t nr)
{
	heads_print(table, from, nr);
	for (size_t s = 0; s < table->view->nr_strategies; s++) {
		const char *strategy = table->view->strategies[s];
		_cleanup_free_ char *clean = pb_printable_copy(strategy, "");
		int ret = clean ? 0 : -ENOMEM;

		if (!ret && !pb_view_has(table->view, table->setting, strategy))
			continue;
		if (!ret)
			pb_term_printf(table->out, "%-*s", table->name_width, clean);
		for (size_t i = from; i < from + nr && !ret; i++)
			ret = cell_print(table, &table->groups[i], strategy);
		if (ret)
			return ret;
		fputc('\n', table->out);
	}
	return 0;
}

static int tail_print(void *data, const char *const words[PB_TAIL_WORDS])
{
	int ret = 0;

	for (size_t i = 0; i < PB_TAIL_WORDS && !ret; i++)
		ret = pb_columns_add(data, words[i]);
	return ret;
}

static int event_print(void *data, const char *cell, const char *events)
{
	const struct table *table = data;
	_cleanup_free_ char *clean = pb_printable_copy(cell, "");

	if (!clean)
		return -ENOMEM;
	pb_term_printf(table->out, "  %s%s:%s %s\n", tint(table, pb_term_dim), clean,
		       tint(table, pb_term_plain), events);
	return 0;
}

/* What stands beside the numbers, where any cell has it. */
static int beside_print(struct table *table)
{
	struct pb_column columns[PB_TAIL_WORDS];
	pb_cleanup(pb_columns_done) struct pb_columns tails = { columns, PB_TAIL_WORDS, 0, NULL };
	_cleanup_free_ char *noop =
		table->has_harness ? pb_noop_words(table->view, table->setting) : NULL;
	int ret;

	for (size_t i = 0; i < PB_TAIL_WORDS; i++)
		columns[i] = (struct pb_column){ pb_tail_heads[i], i == 0 || i == 2 ? -1 : 1 };
	if (noop)
		pb_term_printf(table->out, "  %s\n", noop);
	ret = pb_events_tell(table->view, table->setting, event_print, table);
	if (!ret)
		ret = pb_tails_tell(table->view, table->setting, tail_print, &tails);
	if (ret || !tails.nr_words)
		return ret;
	pb_term_printf(table->out, "  of all calls, %s a page:\n", table->view->metric);
	pb_columns_print(&tails, table->out);
	return 0;
}

static int setting_print(struct table *table)
{
	_cleanup_free_ char *title = pb_setting_title(table->setting);
	const struct pb_setting *setting = table->setting;
	size_t from = 0;

	table->has_harness = pb_harness_is_known(table->view, setting);
	free(table->groups);
	table->groups = calloc(setting->nr_pages, sizeof(*table->groups));
	if (!title || !table->groups)
		return pb_fail(-ENOMEM, "out of memory");
	for (size_t i = 0; i < setting->nr_pages; i++) {
		table->groups[i].nr_pages = setting->pages[i];
		group_measure(table, &table->groups[i]);
	}
	pb_term_printf(table->out, "\n%s%s%s, %s a page to acquire, to release, both%s",
		       tint(table, pb_term_bold), title, tint(table, pb_term_plain),
		       table->view->metric,
		       table->has_harness ? "; harness a call by window/by difference" : "");
	while (from < setting->nr_pages) {
		size_t nr = groups_fit(table, from);
		int ret = rows_print(table, from, nr);

		if (ret)
			return ret;
		from += nr;
	}
	return beside_print(table);
}

/* "refused: EOPNOTSUPP: ... (2 settings: ...)", after an empty line. */
static int folded_print(void *data, const struct pb_folded *folded)
{
	const struct table *table = data;

	pb_term_printf(table->out, "\n%srefused:%s %s (%zu %s, %zu %s: ", tint(table, pb_term_dim),
		       tint(table, pb_term_plain), folded->reason, folded->nr_settings,
		       folded->nr_settings == 1 ? "setting" : "settings", folded->nr_cells,
		       folded->nr_cells == 1 ? "cell" : "cells");
	for (size_t i = 0; i < folded->nr_settings; i++)
		pb_term_printf(table->out, "%s%s", i ? "; " : "", folded->titles[i]);
	fputs(")\n", table->out);
	return 0;
}

static int title_print(const struct table *table)
{
	const struct pb_summary *summary = table->view->summary;
	_cleanup_free_ char *title = pb_run_title(summary);
	_cleanup_free_ char *plan = pb_printable_copy(summary->run.plan, "");
	_cleanup_free_ char *evidence = pb_run_evidence(summary);

	if (!title || !plan || !evidence)
		return -ENOMEM;
	pb_term_printf(table->out, "%s%s%s, plan %s, run %.8s (%s)\n%s: %s; %s\n",
		       tint(table, pb_term_bold), title, tint(table, pb_term_plain), plan,
		       summary->run.uuid, pb_run_state_name(summary->state), evidence,
		       pb_evidence_words(summary->run.evidence),
		       pb_evidence_is_exact(summary->run.evidence)
			       ? "the least of each cell's samples"
			       : "the median of each cell's samples");
	return 0;
}

static void table_done(struct table *table)
{
	pb_notes_done(&table->notes);
	free(table->groups);
}

int pb_table_print(const struct pb_summary *summary, const struct pb_table_style *style, FILE *out)
{
	pb_cleanup(pb_view_done) struct pb_view view = { 0 };
	pb_cleanup(table_done) struct table table = {
		.view = &view, .style = style, .out = out, .name_width = 8
	};
	int ret = pb_view_init(&view, summary);

	if (!ret)
		ret = title_print(&table);
	for (size_t i = 0; i < view.nr_strategies; i++)
		table.name_width = width_max(table.name_width, pb_text_columns(view.strategies[i]));
	for (size_t i = 0; i < view.nr_settings && !ret; i++) {
		table.setting = &view.settings[i];
		if (!pb_setting_is_folded(&view, table.setting))
			ret = setting_print(&table);
	}
	if (!ret)
		ret = pb_folded_tell(&view, folded_print, &table);
	if (!ret)
		ret = pb_counters_table(&view, style, &table.notes, out);
	if (ret)
		return ret;
	ret = pb_notes_print(&table.notes, out);
	if (ret)
		return ret;
	return ferror(out) ? pb_fail(-EIO, "cannot write the table") : 0;
}

int pb_table_print_run(struct pb_store *store, int64_t run_id, const struct pb_table_style *style,
		       FILE *out)
{
	pb_cleanup(pb_summary_done) struct pb_summary summary = { 0 };
	int ret = pb_summary_load(store, run_id, &summary);

	return ret ? ret : pb_table_print(&summary, style, out);
}
