// SPDX-License-Identifier: GPL-2.0-only
/*
 * html_held - what a strategy costs, beside what it was seen to protect from, and the picture of it.
 * Why: a price says nothing of what is bought; who reads one has to see the other.
 */
#include <errno.h>
#include <string.h>

#include "common/err.h"
#include "common/paths.h"
#include "common/str.h"
#include "report/page/html_parts.h"
#include "report/semantics/expect.h"
#include "report/semantics/figure.h"

static const char *const strategies[] = { "ref", "get", "pin", "longterm", "follow", "odp" };

struct counts {
	size_t right, told, half, wrong, waits;
};

static bool is_one_of(const char *word, const char *list)
{
	size_t len = strlen(word);

	for (const char *at = list; (at = strstr(at, word)); at += len)
		if ((at == list || at[-1] == ' ') && (!at[len] || at[len] == ' '))
			return true;
	return false;
}

static void row_count(const struct pb_semantics_row *row, struct counts *counts)
{
	const char *data = row->verdict.data;

	counts->right += is_one_of(data, "coherent persisted tracked");
	counts->told += is_one_of(data, "revoked");
	counts->half += is_one_of(data, "one-way:c2d one-way:d2c file-only untracked");
	counts->wrong += is_one_of(data, "stale lost corrupts reads-other");
	counts->waits += is_one_of(row->verdict.result, "blocked short EAGAIN");
}

static struct counts counts_of(const struct pb_semantics *semantics, const char *kernel,
			       const char *strategy)
{
	struct counts counts = { 0 };

	for (size_t i = 0; i < semantics->nr; i++)
		if (pb_streq(semantics->rows[i].kernel, kernel) &&
		    pb_streq(semantics->rows[i].result.cell.strategy, strategy))
			row_count(&semantics->rows[i], &counts);
	return counts;
}

/* A page's acquire and release on plain anonymous memory, by the fast function where there is one. */
static void price_write(FILE *out, const struct pb_summary *summary, const char *strategy)
{
	_cleanup_free_ char *fast = pb_format("%s-fast", strategy);
	const struct pb_summary_cell *best = NULL;
	const struct pb_summary_series *acquire, *release;
	const char *metric = pb_summary_metric(summary->run.evidence);

	for (size_t i = 0; i < summary->nr_cells; i++) {
		const struct pb_summary_cell *cell = &summary->cells[i];
		const char *name = cell->cell.strategy;

		if (cell->state != PB_CELL_MEASURED || cell->cell.nr_threads != 1 ||
		    cell->cell.memory != PB_MEMORY_anon || cell->cell.load != PB_LOAD_none ||
		    !(pb_streq(name, strategy) || (fast && pb_streq(name, fast))))
			continue;
		if (!best || cell->cell.nr_pages > best->cell.nr_pages ||
		    (cell->cell.nr_pages == best->cell.nr_pages && fast && pb_streq(name, fast)))
			best = cell;
	}
	acquire = best && metric ? pb_summary_find(best, "acquire", metric) : NULL;
	release = best && metric ? pb_summary_find(best, "release", metric) : NULL;
	if (!acquire || !acquire->nr) {
		pb_html_printf(out, "<td>not measured</td>");
		return;
	}
	pb_html_printf(out, "<td>%.4g (%s, %llu pages)</td>",
		       acquire->min + (release && release->nr ? release->min : 0),
		       best->cell.strategy, (unsigned long long)best->cell.nr_pages);
}

static void choice_write(FILE *out, const struct pb_summary *summary,
			 const struct pb_semantics *semantics, const char *kernel)
{
	pb_html_printf(
		out,
		"<p>Price: instructions or time a page, least of the samples. Beside it, in how "
		"many cases on %s process and device agree, the device was told, they agree in "
		"part, or the data are wrong; and in how many others had to wait or gave "
		"up.</p>\n<table><thead><tr><th>strategy</th><th>price</th><th>right</th>"
		"<th>told</th><th>in part</th><th>wrong</th><th>others wait</th></tr></thead>"
		"<tbody>\n",
		kernel);
	for (size_t i = 0; i < PB_ARRAY_SIZE(strategies); i++) {
		struct counts counts = counts_of(semantics, kernel, strategies[i]);

		pb_html_printf(out, "<tr><th scope=\"row\">%s</th>", strategies[i]);
		price_write(out, summary, strategies[i]);
		pb_html_printf(
			out, "<td>%zu</td><td>%zu</td><td>%zu</td><td>%zu</td><td>%zu</td></tr>\n",
			counts.right, counts.told, counts.half, counts.wrong, counts.waits);
	}
	pb_html_printf(out, "</tbody></table>\n");
}

/* The run's own kernel where it was watched, else the newest that was. */
static const char *kernel_choose(const struct pb_summary *summary,
				 const struct pb_semantics *semantics)
{
	const char *own = pb_summary_fact(summary, "kernel.name");

	for (size_t i = 0; own && i < semantics->nr; i++)
		if (pb_streq(semantics->rows[i].kernel, own))
			return semantics->rows[i].kernel;
	return semantics->rows[semantics->nr - 1].kernel;
}

int pb_html_held(FILE *out, struct pb_store *store, const struct pb_summary *summary)
{
	static const struct pb_semantics_filter everything;
	pb_cleanup(pb_expectations_done) struct pb_expectations expectations = { 0 };
	pb_cleanup(pb_semantics_done) struct pb_semantics semantics = { 0 };
	_cleanup_free_ char *dir = NULL;
	size_t nr_deviating = 0;
	int ret = pb_semantics_load(store, &everything, &semantics);

	if (ret == -ENOENT) { /* nothing was watched: the page is of numbers alone */
		pb_fail_clear();
		return 0;
	}
	if (!ret)
		ret = pb_path_data("data/semantics", &dir);
	if (!ret)
		ret = pb_expectations_load(dir, &expectations);
	if (!ret)
		ret = pb_expectations_judge(&expectations, &semantics, &nr_deviating);
	if (ret)
		return ret;
	pb_html_printf(out, "<h2 id=\"held\">Which strategy for your driver</h2>\n");
	if (nr_deviating)
		pb_html_printf(out,
			       "<p class=\"warn\">%zu cases are not as expected: they have a red "
			       "edge.</p>\n",
			       nr_deviating);
	choice_write(out, summary, &semantics, kernel_choose(summary, &semantics));
	pb_html_printf(out, "<div class=\"figures\"><figure>\n");
	ret = pb_semantics_svg(&semantics, out);
	pb_html_printf(out, "</figure></div>\n");
	return ret;
}
