// SPDX-License-Identifier: GPL-2.0-only
/*
 * html - the page's frame, and the order of what is in it.
 * Why: one file without scripts or links to elsewhere can be mailed, archived and printed.
 */
#include "report/page/html.h"

#include <errno.h>
#include <string.h>

#include "common/embed.h"
#include "common/err.h"
#include "common/file.h"
#include "common/stage.h"
#include "common/str.h"
#include "report/draw/draw.h"
#include "report/draw/kinds.h"
#include "report/judge/history/history.h"
#include "report/page/attribution_html.h"
#include "report/page/history_html.h"
#include "report/page/html_parts.h"
#include "report/runs/text.h"

/* One run, loaded, arranged and drawn. */
struct section {
	struct pb_store *store; /* the caller's */
	struct pb_summary summary;
	struct pb_view view;
	struct pb_figures figures;
	char *title;
	char *figures_dir; /* where its pictures lie */
};

struct page {
	size_t nr;
	struct section *sections;
	unsigned int serial; /* of the next figure in the page */
	const char *dir;
	struct pb_report_options options;
	struct pb_history_run *runs; /* by number of section; for what they have in common */
};

static void page_done(struct page *page)
{
	for (size_t i = 0; page->sections && i < page->nr; i++) {
		struct section *section = &page->sections[i];

		pb_figures_done(&section->figures);
		pb_view_done(&section->view);
		pb_summary_done(&section->summary);
		free(section->title);
		free(section->figures_dir);
	}
	free(page->sections);
	free(page->runs);
}

static int evidence_check(const struct page *page)
{
	const struct pb_summary *first = &page->sections[0].summary;

	for (size_t i = 1; i < page->nr; i++) {
		const struct pb_summary *other = &page->sections[i].summary;

		if (first->run.evidence != other->run.evidence)
			return pb_fail(
				-EINVAL,
				"cannot show run %.8s beside run %.8s: their evidence is '%s' "
				"and '%s', and numbers of different classes are never shown "
				"together (draw a report of each)",
				first->run.uuid, other->run.uuid,
				pb_evidence_name(first->run.evidence),
				pb_evidence_name(other->run.evidence));
	}
	return 0;
}

static int section_load(struct section *section, const struct pb_report_run *run)
{
	int ret = pb_summary_load(run->store, run->run_id, &section->summary);

	section->store = run->store;
	if (!ret)
		ret = pb_view_init(&section->view, &section->summary);
	if (ret)
		return ret;
	section->view.store = run->store;
	section->title = pb_run_title(&section->summary);
	return section->title ? 0 : -ENOMEM;
}

static int section_draw(struct section *section, const char *dir, bool alone,
			const struct pb_report_options *options)
{
	int ret;

	/* Several runs have figures of the same names. */
	section->figures_dir = alone ? pb_format("%s/figures", dir)
				     : pb_format("%s/figures/%.8s", dir, section->summary.run.uuid);
	if (!section->figures_dir)
		return -ENOMEM;
	ret = pb_dir_make(section->figures_dir);
	if (!ret)
		ret = pb_figures_plan(&section->view, options->figures, &section->figures);
	return ret ? ret : pb_draw(&section->figures, section->figures_dir, options->png);
}

static int counts_write(FILE *out, const struct pb_summary *summary)
{
	_cleanup_free_ char *evidence = pb_run_evidence(summary);
	static const enum pb_cell_state states[] = { PB_CELL_MEASURED, PB_CELL_REFUSED,
						     PB_CELL_FAILED, PB_CELL_MISSING };
	size_t counts[PB_CELL_MISSING + 1] = { 0 };

	if (!evidence)
		return -ENOMEM;
	for (size_t i = 0; i < summary->nr_cells; i++)
		counts[summary->cells[i].state]++;
	pb_html_printf(out, "<p class=\"meta\">%zu cells", summary->nr_cells);
	for (size_t i = 0; i < PB_ARRAY_SIZE(states); i++)
		if (counts[states[i]])
			pb_html_printf(out, ", %zu %s", counts[states[i]],
				       pb_cell_state_name(states[i]));
	pb_html_printf(out, " \xC2\xB7 %s: %s \xC2\xB7 plan %s \xC2\xB7 run %s of %s</p>\n",
		       evidence, pb_evidence_words(summary->run.evidence), summary->run.plan,
		       summary->run.uuid, summary->run.created);
	return 0;
}

/* Above all numbers that come of it: of which caches, and what they say nothing about. */
static void simulated_write(FILE *out, const struct pb_summary *summary)
{
	static const struct {
		const char *key, *words;
	} rows[] = { { "model.claim", "How: " },
		     { "model.geometry", "Caches: " },
		     { "model.source", "Their source: " },
		     { "model.seed", "Seed of the interleavings: " } };

	if (!(pb_evidence_row(summary->run.evidence)->flags & PB_EVIDENCE_DRAWN))
		return;
	fputs("<p class=\"warn\">Nothing here was measured: these are no counts of a PMU, no cycles "
	      "and no time.",
	      out);
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		const char *fact = pb_summary_fact(summary, rows[i].key);

		if (fact)
			pb_html_printf(out, " %s%s.", rows[i].words, fact);
	}
	fputs("</p>\n", out);
}

static int intro_write(FILE *out, const struct section *section)
{
	const struct pb_summary *summary = &section->summary;
	_cleanup_free_ char *lead = pb_html_lead(&section->view);

	if (!lead)
		return -ENOMEM;
	pb_html_printf(out, "<p class=\"lead\">%s</p>\n", lead);
	if (summary->state != PB_RUN_STATE_COMPLETE)
		pb_html_printf(
			out,
			"<p class=\"warn\">This run is not complete (%s). What it measured is "
			"shown; what it did not is listed with the reason.</p>\n",
			pb_run_state_name(summary->state));
	if (summary->run.evidence == PB_EVIDENCE_FAKE)
		fputs("<p class=\"warn\">These numbers were invented by the tests' backend and measure "
		      "nothing.</p>\n",
		      out);
	simulated_write(out, summary);
	return counts_write(out, summary);
}

/* The figures from @from on and before @to. */
static int figures_write(FILE *out, struct page *page, const struct section *section, size_t from,
			 size_t to)
{
	fputs("<div class=\"figures\">\n", out);
	for (size_t i = from; i < to; i++) {
		const struct pb_figure *figure = &section->figures.items[i];
		int ret;

		fputs("<figure>\n", out);
		ret = pb_draw_inline(figure, section->figures_dir, page->serial++, out);
		if (ret)
			return ret;
		pb_html_printf(out, "<figcaption>%s.svg, %s.tsv</figcaption>\n</figure>\n",
			       figure->name, figure->name);
	}
	fputs("</div>\n", out);
	return 0;
}

static bool has_overview(const struct page *page)
{
	for (size_t i = 0; i < page->nr; i++)
		if (page->sections[i].figures.nr_overview)
			return true;
	return false;
}

static bool units_differ(const struct page *page)
{
	for (size_t i = 1; i < page->nr; i++)
		if (pb_view_units_differ(&page->sections[0].summary, &page->sections[i].summary))
			return true;
	return false;
}

/* Kernels side by side, where there are several and the evidence lets a step be one. */
static bool has_history(const struct page *page)
{
	return page->nr > 1 && pb_evidence_is_exact(page->sections[0].summary.run.evidence) &&
	       !units_differ(page);
}

/* What is of several settings, of each run, before anything is told from kernel to kernel. */
static int overview_write(FILE *out, struct page *page)
{
	int ret = 0;

	if (!has_overview(page))
		return 0;
	fputs("<h2 id=\"overview\">Overview</h2>\n", out);
	for (size_t i = 0; i < page->nr && !ret; i++) {
		const struct section *section = &page->sections[i];

		if (!section->figures.nr_overview)
			continue;
		if (page->nr > 1)
			pb_html_printf(out, "<h3>%s</h3>\n", section->title);
		ret = figures_write(out, page, section, 0, section->figures.nr_overview);
	}
	return ret;
}

/* Of single settings; where not all have figures, who has and how the others get theirs. */
static int settings_draw(FILE *out, struct page *page, const struct section *section)
{
	const struct pb_view *view = &section->view;
	size_t nr_drawn = 0;

	for (size_t i = 0; i < view->nr_settings; i++)
		nr_drawn += pb_setting_is_drawn(view, &view->settings[i], 0, page->options.figures);
	if (nr_drawn < view->nr_settings)
		pb_html_printf(
			out,
			"<p>%zu of %zu settings have figures of their own here: those in "
			"which nothing but the memory is out of the usual. The others are in "
			"the tables; <code>pinbench report --figures all</code> draws them, "
			"too.</p>\n",
			nr_drawn, view->nr_settings);
	return figures_write(out, page, section, section->figures.nr_overview, section->figures.nr);
}

/* Below a run's own heading, its parts are one level deeper. */
static void heading_write(FILE *out, bool alone, const char *id, size_t nr, const char *words)
{
	unsigned int level = alone ? 2 : 3;

	pb_html_printf(out, "<h%u id=\"%s%zu\">%s</h%u>\n", level, id, nr, words, level);
}

static int section_write(FILE *out, struct page *page, const struct section *section, size_t nr)
{
	bool alone = page->nr == 1;
	int ret = 0;

	if (!alone) {
		pb_html_printf(out,
			       "<section aria-labelledby=\"run%zu\">\n<h2 id=\"run%zu\">%s</h2>\n",
			       nr, nr, section->title);
		ret = intro_write(out, section);
	}
	heading_write(out, alone, "figures", nr, "Figures");
	if (!ret)
		ret = settings_draw(out, page, section);
	heading_write(out, alone, "numbers", nr, "Numbers");
	if (!ret)
		ret = pb_html_tables(out, &section->view);
	if (!ret)
		ret = pb_html_where(out, section->store, &section->view, alone ? 2 : 3);
	heading_write(out, alone, "absences", nr, "Not measured, and why");
	if (!ret)
		ret = pb_html_absences(out, &section->view);
	heading_write(out, alone, "fingerprint", nr, "Fingerprint");
	if (pb_view_is_large(&section->view))
		pb_html_printf(out,
			       "<details><summary>%zu facts about kernel, machine and "
			       "run</summary>\n",
			       section->summary.nr_facts);
	pb_html_fingerprint(out, &section->summary);
	if (pb_view_is_large(&section->view))
		fputs("</details>\n", out);
	if (!alone)
		fputs("</section>\n", out);
	return ret;
}

static void link_write(FILE *out, const char *id, size_t nr, const char *words)
{
	pb_html_printf(out, "<li><a href=\"#%s%zu\">%s</a></li>\n", id, nr, words);
}

static void parts_write(FILE *out, size_t nr)
{
	link_write(out, "figures", nr, "figures");
	link_write(out, "numbers", nr, "numbers");
	link_write(out, "absences", nr, "not measured");
	link_write(out, "fingerprint", nr, "fingerprint");
}

/* What the page has, in its order: a line of links for what is of all, and one for each run. */
static void contents_write(FILE *out, const struct page *page)
{
	fputs("<nav aria-label=\"Contents\"><ul>\n", out);
	if (has_overview(page))
		fputs("<li><a href=\"#overview\">overview</a></li>\n", out);
	if (has_history(page))
		fputs("<li><a href=\"#history\">from kernel to kernel</a></li>\n", out);
	if (page->nr == 1)
		parts_write(out, 0);
	fputs("<li><a href=\"#reading\">how to read a number</a></li>\n</ul>\n", out);
	for (size_t i = 0; page->nr > 1 && i < page->nr; i++) {
		fputs("<ul>\n", out);
		link_write(out, "run", i, page->sections[i].title);
		parts_write(out, i);
		fputs("</ul>\n", out);
	}
	fputs("</nav>\n", out);
}

static void head_write(FILE *out, const struct page *page)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>pinbench: ",
	      out);
	for (size_t i = 0; i < page->nr; i++)
		pb_html_printf(out, "%s%s", i ? ", " : "", page->sections[i].title);
	fputs("</title>\n<style>\n", out);
	pb_html_markup(out, pb_embedded_text("page.css"));
	fputs("</style>\n</head>\n<body>\n", out);
	fputs("<header>\n<p class=\"eyebrow\">pinbench: how the Linux kernel holds on to user pages</p>\n"
	      "<h1>What a page pin costs on ",
	      out);
	for (size_t i = 0; i < page->nr; i++)
		pb_html_printf(out, "%s%s",
			       !i                 ? ""
			       : i + 1 < page->nr ? ", "
						  : " and ",
			       page->sections[i].title);
	fputs("</h1>\n", out);
}

static int history_write(FILE *out, struct page *page)
{
	if (units_differ(page) && pb_evidence_is_exact(page->sections[0].summary.run.evidence))
		fputs("<p class=\"lead\">These runs count instructions of several architectures: "
		      "different units, so that nothing is held against anything across them.</p>\n",
		      out);
	if (!has_history(page))
		return 0;
	return pb_history_html(page->runs, page->nr, page->dir, &page->options, &page->serial, out);
}

static int page_write(FILE *out, void *data)
{
	struct page *page = data;
	int ret = 0;

	head_write(out, page);
	if (page->nr == 1)
		ret = intro_write(out, &page->sections[0]);
	contents_write(out, page);
	fputs("</header>\n<main>\n", out);
	if (!ret)
		ret = overview_write(out, page);
	if (!ret)
		ret = history_write(out, page);
	for (size_t i = 0; i < page->nr && !ret; i++)
		ret = section_write(out, page, &page->sections[i], i);
	if (!ret)
		ret = pb_html_held(out, page->sections[page->nr - 1].store,
				   &page->sections[page->nr - 1].summary);
	if (!ret)
		ret = pb_html_users(out, page->sections[page->nr - 1].store);
	fputs("<h2 id=\"reading\">How to read a number</h2>\n", out);
	pb_html_markup(out, pb_embedded_text("reading.html"));
	fputs("</main>\n", out);
	fputs("<footer><p>Drawn from raw samples. Figures and their data also lie in figures/, beside "
	      "this page.</p></footer>\n</body>\n</html>\n",
	      out);
	return ret;
}

static int page_draw(struct page *page)
{
	for (size_t i = 0; i < page->nr; i++) {
		int ret =
			section_draw(&page->sections[i], page->dir, page->nr == 1, &page->options);

		if (ret)
			return ret;
	}
	return 0;
}

int pb_report_write(const struct pb_report_run *runs, size_t nr_runs, const char *dir,
		    const struct pb_report_options *options, char **ret_index_path)
{
	pb_cleanup(page_done) struct page page = { 0 };
	pb_cleanup(pb_stage_done) struct pb_stage stage = { 0 };
	_cleanup_free_ char *index = pb_format("%s/index.html", dir), *path = NULL;
	int ret = 0;

	if (!nr_runs)
		return pb_fail(-EINVAL, "a report needs a run");
	page.sections = calloc(nr_runs, sizeof(*page.sections));
	page.runs = calloc(nr_runs, sizeof(*page.runs));
	if (!index || !page.sections || !page.runs)
		return pb_fail(-ENOMEM, "out of memory");
	page.nr = nr_runs;
	if (options)
		page.options = *options;
	for (size_t i = 0; i < nr_runs && !ret; i++) {
		page.runs[i] = (struct pb_history_run){ runs[i].store, runs[i].run_id };
		ret = section_load(&page.sections[i], &runs[i]);
	}
	if (!ret)
		ret = evidence_check(&page);
	if (!ret)
		ret = pb_stage_begin(&stage, dir);
	if (ret)
		return ret;
	page.dir = stage.aside;
	path = pb_format("%s/index.html", page.dir);
	ret = path ? page_draw(&page) : -ENOMEM;
	if (!ret)
		ret = pb_html_save(path, page_write, &page);
	if (!ret)
		ret = pb_stage_commit(&stage);
	if (ret)
		return ret;
	*ret_index_path = pb_steal(index);
	return 0;
}
