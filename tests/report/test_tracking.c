// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_tracking - the page of verdicts: every run on it, the worst first to be seen, nothing
 * hidden. Why: a run that could not be judged must not look like one that passed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "report/page/tracking.h"
#include "tests/report/fixture.h"

static const struct fixture_run base_run = { "aaaa0000-0000-4000-8000-000000000001",
					     "2026-01-01T00:00:00Z", NULL, "6.1.0", "debian:6.1" };
static const struct fixture_run same_run = { "bbbb0000-0000-4000-8000-000000000002",
					     "2026-01-02T00:00:00Z", NULL, "6.2.0", "same" };
static const struct fixture_run worse_run = { "cccc0000-0000-4000-8000-000000000003",
					      "2026-01-03T00:00:00Z", NULL, "6.3.0",
					      "worse<script>" };
static const struct fixture_run other_run = { "dddd0000-0000-4000-8000-000000000004",
					      "2026-01-04T00:00:00Z", "model", "6.4.0", "other" };

static void cell_add(struct fixture *f, int64_t run_id, uint32_t index, const char *strategy,
		     double acquire)
{
	struct fixture_cell cell = { .index = index,
				     .strategy = strategy,
				     .memory = "anon",
				     .nr_pages = 8,
				     .acquire = acquire,
				     .release = 400 };

	fixture_measured(f->store, run_id, &cell);
}

static int64_t run_add(struct fixture *f, const struct fixture_run *run, double pin)
{
	int64_t run_id = fixture_begin(f->store, run);

	cell_add(f, run_id, 0, "noop", 8);
	cell_add(f, run_id, 1, "pin", pin);
	assert_int_equal(pb_store_run_end(f->store, run_id, PB_RUN_STATE_COMPLETE), 0);
	return run_id;
}

static char *page_make(struct fixture *f, int64_t base, const int64_t *heads, size_t nr)
{
	struct pb_report_run base_side = { f->store, base }, sides[4];
	struct pb_gate_options options = { .seed = 1 };
	char *path = NULL, *text = NULL;
	int ret;

	for (size_t i = 0; i < nr; i++)
		sides[i] = (struct pb_report_run){ f->store, heads[i] };
	ret = pb_tracking_write(&base_side, sides, nr, &options, f->dir, &path);
	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	free(path);
	return text;
}

static const char *after(const char *text, const char *words)
{
	const char *at = text ? strstr(text, words) : NULL;

	if (!at)
		fail_msg("the page lacks '%s' where it is due", words);
	return at + strlen(words);
}

static void test_verdicts_then_cells(void **state)
{
	struct fixture f;
	int64_t base, heads[4];
	const char *at;
	char *text;

	(void)state;
	fixture_init(&f);
	base = run_add(&f, &base_run, 800);
	heads[0] = run_add(&f, &same_run, 800);
	heads[1] = run_add(&f, &worse_run, 880);
	heads[2] = run_add(&f, &other_run, 800);
	heads[3] = base;
	text = page_make(&f, base, heads, 4);
	/* The table of verdicts: in the order given, each with its word. */
	at = after(text, "<h2>Verdicts</h2>");
	at = after(at, "<td class=\"verdict same\">same</td>");
	at = after(at, "<td class=\"verdict worse\">worse</td>");
	at = after(at, "<td class=\"verdict unknown\">cannot tell</td>");
	at = after(at, "not compared");
	at = after(at, "evidence");
	at = after(at, "<td class=\"verdict unknown\">cannot tell</td>");
	at = after(at, "the same run");
	/* Then the cells: what decided stands open, what passed is folded. */
	at = after(at, "<h2 id=\"run0\">");
	at = after(at, "<details><summary>4 that pass</summary>");
	at = after(at, "<h2 id=\"run1\">");
	at = after(at, "<td class=\"verdict worse\">worse</td><th>pin</th>");
	at = after(at, "+10 %");
	at = after(at, "<details><summary>3 that pass</summary>");
	after(at, "<h2 id=\"run3\">");
	/* One file, and a kernel's name is text. */
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "http://"));
	assert_null(strstr(text, "https://"));
	free(text);
	fixture_done(&f);
}

/* A cell that the head lacks is no pass, whatever the others say. */
static void test_lost_cell_is_open(void **state)
{
	struct fixture_cell refused = {
		.index = 2, .strategy = "odp", .memory = "anon", .nr_pages = 8
	};
	struct fixture f;
	int64_t base, head;
	char *text;

	(void)state;
	fixture_init(&f);
	base = run_add(&f, &base_run, 800);
	cell_add(&f, base, 2, "odp", 900);
	head = run_add(&f, &same_run, 800);
	fixture_refused(f.store, head, &refused, EOPNOTSUPP, "no <b>hmm</b>", NULL);
	text = page_make(&f, base, &head, 1);
	assert_null(strstr(text, "<td class=\"verdict same\">same</td><th><a"));
	after(after(text, "<h2 id=\"run0\">"), "no &lt;b&gt;hmm&lt;/b&gt;");
	free(text);
	fixture_done(&f);
}

static void test_errors(void **state)
{
	struct pb_gate_options options = { .seed = 1 };
	struct pb_report_run base, none;
	struct fixture f;
	char *path = NULL;

	(void)state;
	fixture_init(&f);
	base = (struct pb_report_run){ f.store, run_add(&f, &base_run, 800) };
	none = (struct pb_report_run){ f.store, 4711 };
	assert_int_equal(pb_tracking_write(&base, &base, 0, &options, f.dir, &path), -EINVAL);
	assert_int_equal(pb_tracking_write(&base, &none, 1, &options, f.dir, &path), -ENOENT);
	assert_int_equal(pb_tracking_write(&none, &base, 1, &options, f.dir, &path), -ENOENT);
	assert_null(path);
	fixture_done(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_verdicts_then_cells),
		cmocka_unit_test(test_lost_cell_is_open),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
