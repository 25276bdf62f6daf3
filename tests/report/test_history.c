// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_history - order of kernels, choice of runs, steps over gaps, what is said and drawn.
 * Why: a step at the wrong kernel would send somebody bisecting in the wrong place.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/baseline.h"
#include "common/err.h"
#include "common/file.h"
#include "common/grid/forms.h"
#include "common/str.h"
#include "report/draw/figure.h"
#include "report/draw/history_figures.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"
#include "report/page/history_html.h"
#include "tests/report/fixture.h"

#define UUID(c) c c c c c c c c "-0000-4000-8000-000000000000"

static const struct pb_history_filter all;
static const struct fixture_run newest = { UUID("c"), "2026-01-01T00:00:00Z", NULL,
					   "6.12.1-1-cloud-amd64", "debian:6.12" };
static const struct fixture_run middle = { UUID("b"), "2026-01-02T00:00:00Z", NULL,
					   "6.1.0-49-cloud-amd64", "debian:6.1" };
static const struct fixture_run oldest = { UUID("a"), "2026-01-03T00:00:00Z", NULL,
					   "5.10.0-9-cloud-amd64", "debian:5.10" };

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture_init(fixture);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	fixture_done(*state);
	free(*state);
	return 0;
}

static int64_t run_end(struct pb_store *store, int64_t run_id, enum pb_run_state state)
{
	assert_int_equal(pb_store_run_end(store, run_id, state), 0);
	return run_id;
}

/* A run whose cells cost @acquire a page on anon, where NAN is a refusal; pin, 1 and 8 pages. */
static int64_t run_add(struct pb_store *store, const struct fixture_run *run, double acquire)
{
	int64_t run_id = fixture_begin(store, run);
	static const uint64_t pages[] = { 1, 8 };

	for (uint32_t i = 0; i < 2; i++) {
		struct fixture_cell cell = { .index = i,
					     .strategy = "pin",
					     .memory = "anon",
					     .nr_pages = pages[i],
					     .acquire = acquire * (double)pages[i],
					     .release = 5 * (double)pages[i] };

		if (isnan(acquire))
			fixture_refused(store, run_id, &cell, EOPNOTSUPP, "not on this one", NULL);
		else
			fixture_measured(store, run_id, &cell);
	}
	return run_end(store, run_id, PB_RUN_STATE_COMPLETE);
}

static void load(struct pb_store *store, const int64_t *ids, size_t nr,
		 const struct pb_history_filter *filter, struct pb_history *history)
{
	struct pb_history_run runs[8];

	for (size_t i = 0; i < nr; i++)
		runs[i] = (struct pb_history_run){ store, ids[i] };
	if (pb_history_load(runs, nr, filter, history))
		fail_msg("%s", pb_fail_message(-EINVAL));
}

static char *said(const struct pb_history *history, double least_share, size_t max_steps)
{
	struct pb_history_style style = { .least_share = least_share, .max_steps = max_steps };
	struct pb_document document = { .command = "history" };
	const struct pb_document_style wide = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(pb_history_document(history, &style, &document), 0);
	/* As wide as it wants, so that no sentence is broken. */
	assert_int_equal(pb_document_formats[0].write(&document, &wide, out), 0);
	pb_document_done(&document);
	fclose(out);
	return text;
}

static void assert_has(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("lacks '%s':\n%s", part, text);
}

static void releases_in_order(void **state)
{
	static const char *const releases[] = { "5.4.300",    "5.10.0-9", "5.10.0-46",
						"6.1.0-49",   "6.2",      "6.12-rc1",
						"6.12~rc2",   "6.12",     "6.12.0-rc3",
						"6.12.0",     "6.12.9",   "6.12.107+deb13-cloud",
						"7.2.3+deb14" };

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(releases); i++)
		for (size_t j = 0; j < PB_ARRAY_SIZE(releases); j++) {
			int order = pb_release_compare(releases[i], releases[j]);

			/* Both spellings of a candidate count alike but for their number. */
			if ((order < 0) != (i < j) || (order == 0) != (i == j))
				fail_msg("%s and %s: %d", releases[i], releases[j], order);
		}
}

static void steps_go_over_gaps(void **state)
{
	struct fixture *f = *state;
	const int64_t ids[] = { run_add(f->store, &newest, 30), run_add(f->store, &middle, NAN),
				run_add(f->store, &oldest, 40) };
	struct pb_history history;
	const struct pb_history_step *step;

	load(f->store, ids, 3, &all, &history);
	assert_string_equal(history.kernels[0].label, "5.10");
	assert_string_equal(history.kernels[2].label, "6.12");
	assert_string_equal(history.kernels[1].name, "debian:6.1");
	assert_int_equal(history.nr_cells, 2);
	/* Release has not changed; acquire has in both cells, the one with more pages first. */
	assert_int_equal(history.nr_steps, 2);
	step = &history.steps[0];
	assert_int_equal(step->cell->cell->nr_pages, 8);
	assert_string_equal(step->phase, "acquire");
	assert_int_equal(step->from, 0);
	assert_int_equal(step->to, 2);
	assert_true(step->before == 40 && step->after == 30 && step->change == -10);
	assert_true(pb_history_share(step) == 0.25);
	assert_true(isnan(pb_history_value(&history, step->cell, 1, "acquire")));
	pb_history_done(&history);
}

static void says_steps_and_absences(void **state)
{
	struct fixture *f = *state;
	const int64_t ids[] = { run_add(f->store, &newest, 30), run_add(f->store, &middle, NAN),
				run_add(f->store, &oldest, 40) };
	struct pb_history history;
	char *text, *quote;

	load(f->store, ids, 3, &all, &history);
	text = said(&history, 0.01, 20);
	assert_has(text, "anon, 8 pages a call: instructions a page");
	assert_has(text, "EOPNOTSUPP[1]");
	assert_has(text, "\n[1] not on this one\n");
	assert_has(text, "pin       anon    acquire  5.10  6.12    40.0   30.0");
	assert_has(text, "  pinbench compare debian:5.10 debian:6.12 -w -s pin -m anon -n 8\n");
	free(text);
	text = said(&history, 0.3, 20);
	assert_has(text, "  1 step of less than 30 % (--all shows them)\n");
	free(text);
	quote = pb_history_quote(&history);
	assert_string_equal(quote, "2 steps over 3 kernels; the biggest: pin on anon, 8 pages, "
				   "acquire: 40.0 \xE2\x86\x92 30.0 instructions a page "
				   "(\xE2\x88\x92"
				   "25 %) from 5.10 to 6.12");
	free(quote);
	pb_history_done(&history);
}

/* pin on top of get: 30 and 10 to begin with, then pin alone grows by 7. */
static void adds_to_its_floor(void **state)
{
	struct fixture *f = *state;
	const struct fixture_run *runs[] = { &middle, &newest };
	struct pb_history history;
	int64_t ids[2];
	char *text;

	for (uint32_t i = 0; i < 2; i++) {
		struct fixture_cell get = { .index = 0,
					    .strategy = "get",
					    .memory = "thp",
					    .nr_pages = 1,
					    .acquire = 10,
					    .release = 1 };
		struct fixture_cell pin = { .index = 1,
					    .strategy = "pin",
					    .memory = "thp",
					    .nr_pages = 1,
					    .acquire = 30 + 7 * i,
					    .release = 2 };

		ids[i] = fixture_begin(f->store, runs[i]);
		fixture_measured(f->store, ids[i], &get);
		fixture_measured(f->store, ids[i], &pin);
		run_end(f->store, ids[i], PB_RUN_STATE_COMPLETE);
	}
	load(f->store, ids, 2, &all, &history);
	assert_null(pb_history_floor(&history, &history.cells[0]));
	assert_ptr_equal(pb_history_floor(&history, &history.cells[1]), &history.cells[0]);
	text = said(&history, 0.01, 20);
	assert_has(text, "  pin over get  thp         1  +21.0  +28.0\n");
	free(text);
	pb_history_done(&history);
}

static void nothing_changed(void **state)
{
	struct fixture *f = *state;
	const int64_t ids[] = { run_add(f->store, &newest, 30), run_add(f->store, &middle, 30) };
	struct pb_history history;
	char *quote;

	load(f->store, ids, 2, &all, &history);
	assert_int_equal(history.nr_steps, 0);
	quote = pb_history_quote(&history);
	assert_string_equal(quote, "no step: 2 cells cost the same on 2 kernels");
	free(quote);
	pb_history_done(&history);
}

static void cells_are_chosen(void **state)
{
	struct fixture *f = *state;
	char *one[] = { (char *)"pin,anon,8" }, *wrong[] = { (char *)"pin,thp" };
	struct pb_history_filter filter = { .cells = one, .nr_cells = 1 };
	const int64_t ids[] = { run_add(f->store, &newest, 30) };
	const struct pb_history_run run = { f->store, ids[0] };
	struct pb_history history;

	load(f->store, ids, 1, &filter, &history);
	assert_int_equal(history.nr_cells, 1);
	assert_int_equal(history.cells[0].cell->nr_pages, 8);
	pb_history_done(&history);
	filter.cells = wrong;
	assert_int_equal(pb_history_load(&run, 1, &filter, &history), -EINVAL);
	assert_has(pb_fail_message(-EINVAL),
		   "'pin,thp' (strategies: pin; memory: anon; pages: 1 8)");
}

/* The set of cells that most releases share; of each release the newest that is complete. */
static void runs_are_chosen(void **state)
{
	struct fixture *f = *state;
	struct fixture_run again = newest, small = oldest, only = middle;
	struct fixture_cell cell = { .strategy = "pin", .memory = "anon", .nr_pages = 8 };
	int64_t want[2], id, *ids = NULL;
	char *left_out = NULL;
	size_t nr = 0;

	run_add(f->store, &newest, 30);
	again.uuid = UUID("d");
	again.created = "2026-01-05T00:00:00Z";
	want[1] = run_add(f->store, &again, 31);
	/* Newer still, but it did not get to its end. */
	again.uuid = UUID("e");
	again.created = "2026-01-06T00:00:00Z";
	run_end(f->store, run_add(f->store, &again, 99), PB_RUN_STATE_FAILED);
	want[0] = run_add(f->store, &oldest, 40);
	small.uuid = UUID("f");
	small.created = "2026-01-07T00:00:00Z";
	id = fixture_begin(f->store, &small);
	fixture_measured(f->store, id, &cell);
	run_end(f->store, id, PB_RUN_STATE_COMPLETE);
	id = fixture_begin(f->store, &only);
	fixture_measured(f->store, id, &cell);
	run_end(f->store, id, PB_RUN_STATE_COMPLETE);

	assert_int_equal(pb_history_runs(f->store, &ids, &nr, &left_out), 0);
	/* Both kinds have two releases; that with more cells wins. */
	assert_int_equal(nr, 2);
	assert_int_equal(ids[0], want[0]);
	assert_int_equal(ids[1], want[1]);
	assert_string_equal(left_out, "6.1.0-49-cloud-amd64");
	free(ids);
	free(left_out);
}

static void no_runs(void **state)
{
	struct fixture *f = *state;
	char *left_out = NULL;
	int64_t *ids = NULL;
	size_t nr = 0;

	assert_int_equal(pb_history_runs(f->store, &ids, &nr, &left_out), -ENOENT);
	assert_has(pb_fail_message(-ENOENT), "holds no run");
}

static void evidence_is_not_mixed(void **state)
{
	struct fixture *f = *state;
	struct fixture_run fake = middle, noisy = oldest;
	struct pb_history_run runs[2] = { { f->store, run_add(f->store, &newest, 30) } };
	struct pb_history history;

	fake.evidence = "fake";
	noisy.evidence = "hardware";
	runs[1] = (struct pb_history_run){ f->store, run_add(f->store, &fake, 30) };
	assert_int_equal(pb_history_load(runs, 2, &all, &history), -EINVAL);
	assert_has(pb_fail_message(-EINVAL), "'exact'");
	runs[1].run_id = run_add(f->store, &noisy, 30);
	assert_int_equal(pb_history_load(runs, 2, &all, &history), -EINVAL);
	assert_int_equal(pb_history_load(&runs[1], 1, &all, &history), 0);
	assert_true(history.noisy);
	pb_history_done(&history);
}

static void names_that_a_shell_would_run(void **state)
{
	struct fixture *f = *state;
	struct fixture_run evil = middle;
	struct pb_history history;
	int64_t ids[2];

	evil.name = "$(reboot)";
	evil.release = "6.1;reboot";
	ids[0] = run_add(f->store, &evil, 30);
	ids[1] = run_add(f->store, &newest, 60);
	load(f->store, ids, 2, &all, &history);
	assert_string_equal(history.kernels[0].name, "bbbbbbbb");
	pb_history_done(&history);
}

static void figures_have_all_kernels(void **state)
{
	struct fixture *f = *state;
	const int64_t ids[] = { run_add(f->store, &newest, 30), run_add(f->store, &middle, NAN),
				run_add(f->store, &oldest, 40) };
	struct pb_history history;
	struct pb_figures figures;
	const struct pb_figure *figure;
	char *data = NULL;
	size_t len;
	FILE *out = open_memstream(&data, &len);

	load(f->store, ids, 3, &all, &history);
	assert_int_equal(pb_history_figures(&history, PB_FIGURES_OVERVIEW, &figures), 0);
	assert_int_equal(figures.nr, 1);
	figure = &figures.items[0];
	assert_string_equal(figure->name, "history-pin");
	assert_int_equal(figure->nr_panels, 2);
	assert_string_equal(figure->panels[0], "anon, 8 pages a call");
	assert_int_equal(figure->nr_places, 3);
	assert_int_equal(figure->nr_marks, 2);
	assert_string_equal(figure->marks[0].text, "refused (EOPNOTSUPP)");
	assert_true(figure->marks[0].x == 1);
	figure->kind->data(figure, out);
	fclose(out);
	assert_has(data,
		   "\n0\t5.10\t40\t45\t0\t0\n1\t6.1\tnan\tnan\t0\t0\n2\t6.12\t30\t35\t1\t1\n");
	free(data);
	pb_figures_done(&figures);
	pb_history_done(&history);
}

static void pages_of_two_kernels(void **state)
{
	struct fixture *f = *state;
	struct fixture_run evil = middle;
	struct pb_history history;
	int64_t ids[3] = { run_add(f->store, &newest, 30), 0, run_add(f->store, &oldest, 40) };
	char path[128], *links = NULL, *page = NULL;
	size_t len;
	FILE *out = open_memstream(&links, &len);

	evil.release = "6.1<script>";
	ids[1] = run_add(f->store, &evil, 35);
	load(f->store, ids, 3, &all, &history);
	assert_int_equal(pb_history_pairs(&history, f->dir, out), 0);
	fclose(out);
	assert_has(links, "<a href=\"5-10-to-6-1.html\">5.10 to 6.1</a>");
	assert_has(links, "<a href=\"6-1-to-6-12.html\">6.1 to 6.12</a>");
	snprintf(path, sizeof(path), "%s/6-1-to-6-12.html", f->dir);
	assert_int_equal(pb_file_read(path, &page, NULL), 0);
	assert_has(page, "6.1&lt;script&gt;");
	assert_null(strstr(page, "<script"));
	assert_has(page, "2 of 2 cells differ, 2 better");
	assert_has(page, "profile");
	free(page);
	free(links);
	pb_history_done(&history);
}

/* A baseline keeps the least sample of each series: that the others differ is no finding. */
static void baseline_compares_as_its_run(void **state)
{
	struct fixture *f = *state;
	struct fixture_cell cell = { .strategy = "pin",
				     .memory = "anon",
				     .nr_pages = 8,
				     .acquire = 800,
				     .release = 80,
				     .last_sample_more = 4000 };
	int64_t id = fixture_begin(f->store, &newest);
	struct pb_comparison comparison;
	struct pb_store *baseline;
	char path[128], *quote;
	FILE *out;

	fixture_measured(f->store, id, &cell);
	run_end(f->store, id, PB_RUN_STATE_COMPLETE);
	snprintf(path, sizeof(path), "%s/baseline.tsv", f->dir);
	out = fopen(path, "w");
	assert_int_equal(pb_baseline_export(f->store, &id, 1, out), 0);
	fclose(out);
	assert_int_equal(pb_baseline_load(path, &baseline), 0);
	assert_int_equal(pb_compare(baseline, 1, f->store, id, &comparison), 0);
	assert_int_equal(comparison.verdict, PB_VERDICT_SAME);
	assert_int_equal(comparison.nr_diffs, 0);
	assert_int_equal(comparison.nr_cells_resample, 0);
	quote = pb_compare_quote(&comparison);
	assert_string_equal(quote, "no difference: the least samples of 1 cell are identical");
	free(quote);
	pb_comparison_done(&comparison);
	pb_store_free(baseline);
}

/* What is said of the runs themselves outlives the call that compared them. */
static void revisions_that_differ(void **state)
{
	struct fixture *f = *state;
	const int64_t base = run_add(f->store, &middle, 30), head = run_add(f->store, &newest, 30);
	struct pb_comparison comparison;
	bool named = false;

	sqlite3_exec(pb_store_sqlite(f->store),
		     "UPDATE run SET revision = 'fedcba987654' WHERE id = 2", NULL, NULL, NULL);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &comparison), 0);
	for (size_t i = 0; i < comparison.nr_facts; i++) {
		if (!pb_streq(comparison.facts[i].key, "pinbench revision"))
			continue;
		assert_string_equal(comparison.facts[i].base, "0123456789ab");
		assert_string_equal(comparison.facts[i].head, "fedcba987654");
		named = true;
	}
	assert_true(named);
	pb_comparison_done(&comparison);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(releases_in_order),
		cmocka_unit_test_setup_teardown(steps_go_over_gaps, setup, teardown),
		cmocka_unit_test_setup_teardown(says_steps_and_absences, setup, teardown),
		cmocka_unit_test_setup_teardown(adds_to_its_floor, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_changed, setup, teardown),
		cmocka_unit_test_setup_teardown(cells_are_chosen, setup, teardown),
		cmocka_unit_test_setup_teardown(runs_are_chosen, setup, teardown),
		cmocka_unit_test_setup_teardown(no_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_is_not_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(names_that_a_shell_would_run, setup, teardown),
		cmocka_unit_test_setup_teardown(figures_have_all_kernels, setup, teardown),
		cmocka_unit_test_setup_teardown(pages_of_two_kernels, setup, teardown),
		cmocka_unit_test_setup_teardown(baseline_compares_as_its_run, setup, teardown),
		cmocka_unit_test_setup_teardown(revisions_that_differ, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
