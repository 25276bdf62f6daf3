// SPDX-License-Identifier: GPL-2.0-only
/*
 * attribution_html - what each strategy adds to the one it builds on, by function, for the page.
 * Why: that a pin costs more than a get is a number; what it pays for are names.
 */
#include "report/page/attribution_html.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "common/err.h"
#include "common/str.h"
#include "report/page/html_parts.h"
#include "report/runs/strategy.h"
#include "report/runs/text.h"

static void number_write(FILE *out, double value, bool shown)
{
	char number[PB_NUMBER_LEN];

	pb_html_printf(out, "<td class=\"n\">%s</td>", shown ? pb_number(value, number) : "");
}

static void change_write(FILE *out, double value)
{
	char number[PB_NUMBER_LEN];

	pb_html_printf(out, "<td class=\"n\">%s</td>",
		       isnan(value)   ? ""
		       : value == 0.0 ? "0"
				      : pb_number_change(value, number));
}

/* What the two sides are called in the table's head. */
struct names {
	const char *base, *head;
};

static void part_write(FILE *out, const struct pb_where *where, const struct pb_where_part *part,
		       const struct names *names, bool itself)
{
	pb_html_printf(out, "<tr><td class=\"absent\">%s%s", part->function,
		       itself ? " itself" : "");
	if (!part->in_base || !part->in_head)
		pb_html_printf(out, " (%s only)", part->in_base ? names->base : names->head);
	fputs("</td>", out);
	number_write(out, part->base_call / (double)where->base_pages, part->in_base);
	number_write(out, part->head_call / (double)where->head_pages, part->in_head);
	fputs("<td></td><td></td></tr>\n", out);
}

static void row_write(FILE *out, const struct pb_where *where, const struct pb_where_row *row,
		      const struct names *names)
{
	pb_html_printf(out, "<tbody><tr><th scope=\"row\">%s%s</th>", row->function,
		       row->nr_parts > 1 ? ", with" : "");
	number_write(out, row->base, true);
	number_write(out, row->head, true);
	change_write(out, row->change);
	change_write(out, row->change_call);
	fputs("</tr>\n", out);
	for (size_t i = 0; row->nr_parts > 1 && i < row->nr_parts; i++)
		part_write(out, where, &row->parts[i], names, i == 0);
	fputs("</tbody>\n", out);
}

static void sum_write(FILE *out, const struct pb_where *where)
{
	pb_html_printf(out, "<tbody class=\"total\"><tr><th scope=\"row\">all of %s</th>",
		       where->phase);
	number_write(out, where->base, true);
	number_write(out, where->head, true);
	change_write(out, where->head - where->base);
	change_write(out, where->base_pages == where->head_pages
				  ? round((where->head - where->base) * (double)where->head_pages)
				  : NAN);
	fputs("</tr></tbody>\n", out);
}

int pb_html_where_pair(FILE *out, const struct pb_where_pair *pair)
{
	const struct pb_cell *base = &pair->base->cell, *head = &pair->head->cell;
	const struct pb_where *where = &pair->where;
	bool same = pb_streq(base->strategy, head->strategy);
	const struct names names = { same ? "base" : base->strategy,
				     same ? "head" : head->strategy };
	_cleanup_free_ char *title = pb_cell_title(base);
	char pages[PB_WORD_LEN], change[PB_NUMBER_LEN];

	if (!title)
		return -ENOMEM;
	pb_number_change(where->head - where->base, change);
	pb_html_printf(out, "<details><summary>%s against %s, %s, %s, %s: %s", head->strategy,
		       base->strategy, title, pb_pages_words(base->nr_pages, pages), where->phase,
		       change);
	pb_html_printf(out,
		       " instructions a page</summary>\n<div class=\"scroll\" tabindex=\"0\" "
		       "role=\"region\" aria-label=\"Functions of %s against %s, %s\">\n<table>\n",
		       head->strategy, base->strategy, where->phase);
	pb_html_printf(out,
		       "<thead><tr><th scope=\"col\">function</th><th scope=\"col\" class=\"n\">%s"
		       "</th><th scope=\"col\" class=\"n\">%s</th>",
		       names.base, names.head);
	fputs("<th scope=\"col\" class=\"n\">change</th><th scope=\"col\" class=\"n\">a call</th>"
	      "</tr></thead>\n",
	      out);
	for (size_t i = 0; i < where->nr_rows; i++)
		row_write(out, where, &where->rows[i], &names);
	sum_write(out, where);
	fputs("</table>\n</div>\n</details>\n", out);
	return 0;
}

static void heading_write(FILE *out, unsigned int level, bool *headed)
{
	if (*headed)
		return;
	*headed = true;
	pb_html_printf(out, "<h%u>What each strategy adds, by function</h%u>\n", level, level);
	pb_html_printf(out,
		       "<p>Instructions a page of the cheapest call, in the kernel function that "
		       "they lie in. A function that only one of the two has is counted with "
		       "the nearest of its callers that both have. The rows add up to the number "
		       "in the table above.</p>\n");
}

static int strategy_write(FILE *out, struct pb_store *store, const struct pb_view *view,
			  const struct pb_where_filter *filter, unsigned int level, bool *headed)
{
	pb_cleanup(pb_where_pairs_done) struct pb_where_pairs pairs = { 0 };
	int ret = pb_where_runs(store, view->summary, store, view->summary, filter, &pairs);

	if (ret == -ENODATA) {
		pb_fail_clear();
		return 0;
	}
	for (size_t i = 0; i < pairs.nr && !ret; i++) {
		heading_write(out, level, headed);
		ret = pb_html_where_pair(out, &pairs.pairs[i]);
	}
	return ret;
}

/*
 * The settings of one memory share a filter: cells that differ in threads are pairs of their own.
 */
static bool is_first_of_memory(const struct pb_view *view, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (view->settings[i].cell->memory == view->settings[at].cell->memory)
			return false;
	return true;
}

int pb_html_where(FILE *out, struct pb_store *store, const struct pb_view *view, unsigned int level)
{
	bool headed = false;
	int ret = 0;

	for (size_t s = 0; s < view->nr_settings && !ret; s++) {
		const struct pb_setting *setting = &view->settings[s];

		for (size_t i = 0; i < view->nr_strategies && !ret; i++) {
			const struct pb_strategy_row *strategy =
				pb_strategy_find(view->strategies[i]);
			const struct pb_where_filter filter = {
				.strategy = strategy ? strategy->floor : NULL,
				.head_strategy = view->strategies[i],
				.memory = setting->cell->memory,
				.nr_pages = setting->pages[setting->nr_pages - 1],
			};

			if (strategy && !pb_streq(strategy->floor, strategy->name) &&
			    is_first_of_memory(view, s))
				ret = strategy_write(out, store, view, &filter, level, &headed);
		}
	}
	return ret;
}
