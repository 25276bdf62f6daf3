// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_choice - of a run with many settings: what is drawn, what is folded, what says so.
 * Why: a page that leaves something out must leave out the right thing, and say where it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/draw/history_figures.h"
#include "report/draw/kinds.h"
#include "report/judge/history/history.h"
#include "report/page/html.h"
#include "report/runs/figure_selection.h"
#include "report/runs/notes.h"
#include "report/runs/reasons.h"
#include "report/runs/table.h"
#include "tests/report/cells.h"

/* A cell of this memory, with these words, of @cost a page. */
static void cell_add(struct run *run, const char *memory, const char *intent, const char *release,
		     double cost)
{
	struct pb_cell_result result = cell_begin(run, "pin");

	must(pb_memory_take(memory, &result.cell.memory));
	must(pb_cell_axis_take(&result.cell, PB_AXIS_INTENT, intent));
	must(pb_cell_axis_take(&result.cell, PB_AXIS_RELEASE, release));
	if (cost > 0) {
		costs_add(run, &result, cost);
	} else {
		result.state = PB_CELL_REFUSED;
		result.error = EOPNOTSUPP;
		result.reason = pb_format("memory '%s' has no such release on this kernel", memory);
	}
	cell_end(run, &result);
}

static const char *const memories[] = { "anon", "thp", "shmem", "memfd", "devdax" };

/* Five plain settings, of which devdax was refused; five that write; two refused for one reason. */
static void many_add(struct run *run)
{
	for (size_t i = 0; i < PB_ARRAY_SIZE(memories); i++) {
		bool refused = pb_streq(memories[i], "devdax");

		cell_add(run, memories[i], "read", "plain", refused ? 0 : 100 + (double)i);
		cell_add(run, memories[i], "write", "plain", 200 + (double)i);
	}
	cell_add(run, "anon", "write", "folio", 0);
	cell_add(run, "thp", "write", "folio", 0);
}

static size_t figures_count(const struct run *run, const char *begin)
{
	size_t nr = 0;

	for (size_t i = 0; i < run->figures.nr; i++)
		nr += !strncmp(run->figures.items[i].name, begin, strlen(begin));
	return nr;
}

/* The page of the run's first run, or of both. */
static char *page_make(struct run *run, const int64_t *ids, size_t nr,
		       enum pb_figures_wanted wanted)
{
	const struct pb_report_options options = { .figures = wanted };
	struct pb_report_run runs[2] = { { 0 } };
	_cleanup_free_ char *path = NULL;
	char *text = NULL, dir[96];

	for (size_t i = 0; i < nr; i++)
		runs[i] = (struct pb_report_run){ run->fixture.store, ids[i] };
	snprintf(dir, sizeof(dir), "%s/report", run->fixture.dir);
	must(pb_report_write(runs, nr, dir, &options, &path));
	must(pb_file_read(path, &text, NULL));
	return text;
}

static void plain_settings_are_drawn(void **state)
{
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	many_add(&run);
	run_plan(&run);
	assert_int_equal(run.view.nr_settings, 12);
	assert_true(pb_view_is_large(&run.view));
	/* Maps of both intents, the plain one first; a map of refusals alone is none. */
	assert_int_equal(run.figures.nr_overview, 2);
	assert_string_equal(run.figures.items[0].name, "heat-memory-4");
	assert_int_equal(figures_count(&run, "heat"), 2);
	/* devdax is plain, too, but has nothing to draw. */
	assert_int_equal(figures_count(&run, "cost"), 4);
	assert_null(figure_of(&run, "cost-devdax"));
	pb_figures_done(&run.figures);
	must(pb_figures_plan(&run.view, PB_FIGURES_ALL, &run.figures));
	assert_int_equal(figures_count(&run, "cost"), 12);
	run_done(&run);
}

/* Of few settings each is shown, whatever it is. */
static void few_settings_are_all_drawn(void **state)
{
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	for (size_t i = 0; i < 4; i++) {
		cell_add(&run, memories[i], "write", "dirty", 100);
		cell_add(&run, memories[i], "write", "folio", 0);
	}
	run_plan(&run);
	assert_int_equal(run.view.nr_settings, PB_SETTINGS_FEW);
	assert_false(pb_view_is_large(&run.view));
	assert_int_equal(figures_count(&run, "cost"), PB_SETTINGS_FEW);
	for (size_t i = 0; i < run.view.nr_settings; i++)
		assert_false(pb_setting_is_folded(&run.view, &run.view.settings[i]));
	run_done(&run);
}

/* Tails are drawn of the plain settings and of those under load. */
static void tails_of_loads_are_drawn(void **state)
{
	struct run run;

	(void)state;
	run_begin(&run, "hardware");
	for (size_t i = 0; i < 3 * 4; i++) {
		struct pb_cell_result result = cell_begin(&run, "pin");

		must(pb_memory_take(memories[i / 4], &result.cell.memory));
		result.cell.load = i % 2 ? PB_LOAD_AT(fork, 100) : PB_LOAD_none;
		result.cell.hold = i / 2 % 2 ? PB_HOLDING_ALL : PB_HOLDING_CALL;
		costs_add(&run, &result, 100);
		cell_end(&run, &result);
	}
	run_plan(&run);
	assert_int_equal(run.view.nr_settings, 12);
	assert_int_equal(figures_count(&run, "distribution"), 6);
	assert_int_equal(figures_count(&run, "cost"), 3);
	run_done(&run);
}

static void many_settings_make_a_page(void **state)
{
	_cleanup_free_ char *text = NULL, *all = NULL;
	const char *overview, *figures;
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	many_add(&run);
	run_plan(&run);
	text = page_make(&run, &run.id, 1, PB_FIGURES_OVERVIEW);
	assert_says(text, "<a href=\"#overview\">overview</a>");
	assert_says(text, "4 of 12 settings have figures of their own here");
	assert_says(text, "<code>pinbench report --figures all</code>");
	assert_says(text, "<details><summary>anon: 1 measured</summary>");
	assert_says(text, "<details><summary>thp, to write: 1 measured</summary>");
	/* What was refused wholly is a line, not a table, and once in the list. */
	assert_says(text, "<p>refused: EOPNOTSUPP: memory &#39;devdax&#39;, &#39;anon&#39; or "
			  "&#39;thp&#39; has no such release on this kernel (3 settings, 3 cells: "
			  "devdax; anon, to write, release folio; thp, to write, release folio)");
	assert_null(strstr(text, "Numbers for devdax\""));
	assert_says(text, "3 cells were refused, for 1 reason:");
	assert_says(text, "<strong>pin</strong> on thp, to write, release folio, 4 pages a call");
	overview = strstr(text, "<h2 id=\"overview\">");
	figures = strstr(text, "<h2 id=\"figures0\">");
	assert_true(overview && figures && overview < figures);
	all = page_make(&run, &run.id, 1, PB_FIGURES_ALL);
	assert_null(strstr(all, "have figures of their own here"));
	assert_true(strlen(all) > strlen(text));
	run_done(&run);
}

static void many_settings_make_a_table(void **state)
{
	static const struct pb_table_style style = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	struct run run;
	FILE *out;

	(void)state;
	run_begin(&run, "exact");
	many_add(&run);
	run_plan(&run);
	out = open_memstream(&text, &len);
	must(pb_table_print(&run.summary, &style, out));
	fclose(out);
	assert_says(text, "refused: EOPNOTSUPP: memory 'devdax', 'anon' or 'thp' has no such "
			  "release on this kernel (3 settings, 3 cells: devdax;");
	assert_says(text, "\ndevdax, to write, instructions a page");
	assert_null(strstr(text, "\ndevdax, instructions a page"));
	assert_null(strstr(text, "release folio, instructions a page"));
	run_done(&run);
}

/* 18 cells, the nth n times @percent_each dearer than 1000 a page, and two refusals. */
static void kernel_add(struct run *run, int percent_each)
{
	for (int i = 0; i < 20; i++) {
		struct pb_cell_result result = cell_begin(run, "pin");

		result.cell.nr_threads = (uint32_t)i + 1;
		if (i < 18) {
			costs_add(run, &result, 1000 + 10 * percent_each * i);
		} else {
			result.state = PB_CELL_REFUSED;
			result.error = EOPNOTSUPP;
			result.reason = strdup("so many threads are not there");
		}
		cell_end(run, &result);
	}
	must(pb_store_run_end(run->fixture.store, run->id, PB_RUN_STATE_COMPLETE));
}

/* A second run in the same store. */
static int64_t second_begin(struct run *run)
{
	static const struct fixture_run row = { .uuid = "bbbb0000-0000-4000-8000-000000000002",
						.created = "2026-01-02T00:00:00Z",
						.release = "7.0.0" };

	run->nr_cells = 0;
	run->id = fixture_begin(run->fixture.store, &row);
	return run->id;
}

static void history_shows_the_biggest_steps(void **state)
{
	static const struct pb_history_filter filter;
	struct pb_figures figures = { 0 };
	struct pb_history history = { 0 };
	_cleanup_free_ char *page = NULL;
	const char *overview, *steps, *first;
	struct pb_history_run runs[2];
	int64_t ids[2];
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	ids[0] = run.id;
	kernel_add(&run, 0);
	ids[1] = second_begin(&run);
	kernel_add(&run, 1);
	for (size_t i = 0; i < 2; i++)
		runs[i] = (struct pb_history_run){ run.fixture.store, ids[i] };
	must(pb_history_load(runs, 2, &filter, &history));
	must(pb_history_figures(&history, PB_FIGURES_OVERVIEW, &figures));
	assert_int_equal(figures.nr, 1);
	assert_int_equal(figures.items[0].nr_panels, PB_HISTORY_PANELS);
	/* 17 % on 18 threads, then 16 %; the first cell has no step at all. */
	assert_says(figures.items[0].panels[0], "18 threads");
	assert_says(figures.items[0].panels[1], "17 threads");
	assert_says(figures.items[0].note, "12 of 20 cells, the biggest steps first; 5 more have "
					   "smaller steps; 1 does not differ by 1 %; 2 measured on "
					   "no kernel");
	pb_figures_done(&figures);
	must(pb_history_figures(&history, PB_FIGURES_ALL, &figures));
	assert_int_equal(figures.items[0].nr_panels, 18);
	assert_says(figures.items[0].note, "2 cells measured on no kernel");
	pb_figures_done(&figures);
	pb_history_done(&history);
	/* The page: steps as a table before they are drawn. */
	page = page_make(&run, ids, 2, PB_FIGURES_OVERVIEW);
	overview = strstr(page, "<h2 id=\"history\">");
	steps = strstr(page, "<caption>Steps of 1 %");
	first = strstr(page, "kernel by kernel: pin");
	assert_true(overview && steps && first && overview < steps && steps < first);
	assert_says(page, "<td>anon, 18 threads</td>");
	run_done(&run);
}

static void no_step_leaves_no_figure(void **state)
{
	static const struct pb_history_filter filter;
	struct pb_history history = { 0 };
	struct pb_figures figures = { 0 };
	struct pb_history_run runs[2];
	struct run run;

	(void)state;
	run_begin(&run, "exact");
	runs[0] = (struct pb_history_run){ run.fixture.store, run.id };
	kernel_add(&run, 0);
	runs[1] = (struct pb_history_run){ run.fixture.store, second_begin(&run) };
	kernel_add(&run, 0);
	must(pb_history_load(runs, 2, &filter, &history));
	must(pb_history_figures(&history, PB_FIGURES_OVERVIEW, &figures));
	assert_int_equal(figures.nr, 0);
	pb_figures_done(&figures);
	pb_history_done(&history);
	run_done(&run);
}

static void reasons_group(void **state)
{
	static const char *const sentences[] = {
		"the kernel answered 'pin' on memory 'fsdax', 1 pages: no",
		"the kernel answered 'pin' on memory 'fsdax', 512 pages: no",
		"the kernel answered 'pin' on memory 'devdax', 512 pages: no", /* two words */
		"no such thing",
		"no such strategy", /* short: one word is all of it */
		"the kernel answered 'pin' on memory 'fsdax', 1 pages: no",
		"the kernel answered 'pin' on memory 'fsdax', 8 pages: no",
		"the kernel answered 'get' on memory 'fsdax', 1 pages: no", /* another word */
		"the kernel answered 'pin' on memory 'shmem', 512 pages: no",
	};
	pb_cleanup(pb_reasons_done) struct pb_reasons reasons = { 0 };

	(void)state;
	must(pb_reasons_group(sentences, PB_ARRAY_SIZE(sentences), &reasons));
	assert_int_equal(reasons.nr, 5);
	assert_string_equal(reasons.items[0].text,
			    "the kernel answered 'pin' on memory 'fsdax', 1, 512 or 8 pages: no");
	assert_int_equal(reasons.items[0].nr, 4);
	assert_int_equal(reasons.items[0].members[2], 5);
	assert_string_equal(reasons.items[1].text, "the kernel answered 'pin' on memory 'devdax' "
						   "or 'shmem', 512 pages: no");
	assert_string_equal(reasons.items[2].text, "no such thing");
	assert_string_equal(reasons.items[3].text, "no such strategy");
	assert_string_equal(reasons.items[4].text, sentences[7]);
}

static void many_notes_share_lines(void **state)
{
	pb_cleanup(pb_notes_done) struct pb_notes notes = { 0 };
	_cleanup_free_ char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	for (int i = 1; i <= 9; i++) {
		_cleanup_free_ char *reason =
			pb_format("the kernel answered 'pin', %d pages: no", i);

		assert_int_equal(pb_notes_add(&notes, reason), i);
		if (i == 8)
			must(pb_notes_print(&notes, out));
	}
	fflush(out);
	assert_says(text, "\n[1] the kernel answered 'pin', 1 pages: no\n[2] the");
	must(pb_notes_print(&notes, out));
	fclose(out);
	assert_says(text,
		    "\n[1] [2] [3] [4] [5] [6] [7] [8] [9] the kernel answered 'pin', 1, 2, 3, "
		    "4, 5, 6, 7, 8 or 9 pages: no\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_settings_are_drawn),
		cmocka_unit_test(few_settings_are_all_drawn),
		cmocka_unit_test(tails_of_loads_are_drawn),
		cmocka_unit_test(many_settings_make_a_page),
		cmocka_unit_test(many_settings_make_a_table),
		cmocka_unit_test(history_shows_the_biggest_steps),
		cmocka_unit_test(no_step_leaves_no_figure),
		cmocka_unit_test(reasons_group),
		cmocka_unit_test(many_notes_share_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
