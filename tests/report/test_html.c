// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_html - the page: whole, self-contained, and safe from what a guest wrote into a run.
 * Why: a console's last words are hostile input that ends up in a browser.
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
#include "report/page/html.h"
#include "tests/report/fixture.h"

static const struct fixture_run first = { "aaaa0000-0000-4000-8000-000000000001",
					  "2026-01-01T00:00:00Z", NULL,
					  "6.1.0'<b>&\\\"_{/=9 x}`date`", "debian:6.1" };
static const struct fixture_run second = { "bbbb0000-0000-4000-8000-000000000002",
					   "2026-01-02T00:00:00Z", NULL, "6.12.0", "debian:6.12" };

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

/* The page as text, for the caller to free. */
static char *page_make(struct fixture *f, const int64_t *run_ids, size_t nr)
{
	struct pb_report_run runs[4];
	char *path = NULL, *text = NULL, dir[96];
	int ret;

	for (size_t i = 0; i < nr; i++)
		runs[i] = (struct pb_report_run){ f->store, run_ids[i] };
	snprintf(dir, sizeof(dir), "%s/report", f->dir);
	ret = pb_report_write(runs, nr, dir, NULL, &path);
	if (!ret)
		ret = pb_file_read(path, &text, NULL);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	free(path);
	return text;
}

static size_t count(const char *text, const char *what)
{
	size_t nr = 0;

	for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
		nr++;
	return nr;
}

static void assert_lacks(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	if (at)
		fail_msg("the page holds '%s': %.80s", what, at);
}

static void hostile_strings_stay_text(void **state)
{
	struct fixture *f = *state;
	int64_t run_id = fixture_begin(f->store, &first);
	struct fixture_cell evil = { .index = 1000,
				     .strategy = "</svg><script>",
				     .memory = "anon\"'><img src=x>",
				     .nr_pages = 8,
				     .acquire = 5,
				     .release = 5 };
	char *text;

	fixture_quick(f->store, run_id, 1, 3);
	fixture_measured(f->store, run_id, &evil);
	evil.index++;
	evil.nr_pages = 64;
	fixture_measured(f->store, run_id, &evil);
	text = page_make(f, &run_id, 1);
	assert_lacks(text, "<script");
	assert_lacks(text, "<img");
	assert_lacks(text, "<b>");
	assert_lacks(text, "\033");
	assert_non_null(strstr(text, "&lt;script&gt;"));
	assert_non_null(strstr(text, "6.1.0&#39;&lt;b&gt;&amp;\\&quot;_{/=9 x}`date`"));
	assert_int_equal(count(text, "<svg"), count(text, "</svg>"));
	free(text);
}

/* What a picture uses is in it, and what none uses is left out. */
static void assert_shapes_are_used(const char *text)
{
	static const char href[] = "href='#", shape[] = "gpPt6'";
	size_t nr_used = 0;

	for (const char *at = text; (at = strstr(at, href)); at++, nr_used++) {
		char id[80];

		snprintf(id, sizeof(id), " id='%.*s'", (int)strcspn(at + strlen(href), "'"),
			 at + strlen(href));
		if (count(text, id) != 1)
			fail_msg("%zu times: %s", count(text, id), id);
	}
	assert_true(nr_used > 0);
	/* Of the four figures of a setting only `pages` has points. */
	assert_true(count(text, shape) > 0);
	assert_int_equal(count(text, "gpDot'"), count(text, "<svg") / 4);
	assert_int_equal(count(text, "font-family=\"Inter"), count(text, "<svg"));
}

static void needs_nothing_else(void **state)
{
	struct fixture *f = *state;
	int64_t run_id = fixture_begin(f->store, &second);
	char *text;

	fixture_quick(f->store, run_id, 1, 3);
	text = page_make(f, &run_id, 1);
	assert_lacks(text, " src=");
	assert_lacks(text, "@import");
	assert_lacks(text, "url(http");
	assert_lacks(text, "<link");
	/* The only addresses are the names of SVG's two namespaces. */
	assert_int_equal(count(text, "http"), count(text, "http://www.w3.org/"));
	/* Two memories, four figures each, wide and narrow; each has its title. */
	assert_int_equal(count(text, "<svg"), 16);
	assert_int_equal(count(text, "role=\"img\""), 16);
	assert_int_equal(count(text, "</title>"), 17);
	assert_shapes_are_used(text);
	assert_int_equal(count(text, "refused EOPNOTSUPP"), 4);
	assert_int_equal(count(text, "this kernel has no longterm-fast for &lt;thp&gt;"), 1);
	assert_non_null(
		strstr(text, "on thp, 1, 8, 64 and 512 pages a call: refused with EOPNOTSUPP"));
	assert_non_null(strstr(text,
			       "pin-fast costs 266 instructions a page on anon, 512 pages a call "
			       "(181 to acquire, 85.0 to release), 2.1 times get-fast&#39;s 124"));
	free(text);
}

/* No id twice: pictures must not borrow each other's parts. */
static void assert_ids_unique(const char *text)
{
	for (const char *at = text; (at = strstr(at, " id=")); at++) {
		char *id = strndup(at, strcspn(at + 5, "'\"") + 6);

		if (count(text, id) != 1)
			fail_msg("%zu times: %s", count(text, id), id);
		free(id);
	}
}

static void several_runs(void **state)
{
	struct fixture *f = *state;
	int64_t run_ids[] = { fixture_begin(f->store, &first), fixture_begin(f->store, &second) };
	char *text, path[160];

	fixture_quick(f->store, run_ids[0], 1, 3);
	fixture_quick(f->store, run_ids[1], 2, 3);
	text = page_make(f, run_ids, 2);
	assert_int_equal(count(text, "aria-labelledby=\"run0\""), 1);
	assert_int_equal(count(text, "aria-labelledby=\"run1\""), 1);
	assert_true(count(text, "<svg") >= 32);
	assert_ids_unique(text);
	snprintf(path, sizeof(path), "%s/report/figures/bbbb0000/cost-thp-512.svg", f->dir);
	assert_true(pb_file_exists(path));
	free(text);
}

static void evidence_is_never_mixed(void **state)
{
	struct fixture *f = *state;
	struct fixture_run model = second;
	struct pb_report_run runs[2];
	char *path = NULL, dir[96];

	model.evidence = "model";
	runs[0] = (struct pb_report_run){ f->store, fixture_begin(f->store, &first) };
	runs[1] = (struct pb_report_run){ f->store, fixture_begin(f->store, &model) };
	snprintf(dir, sizeof(dir), "%s/report", f->dir);
	assert_int_equal(pb_report_write(runs, 2, dir, NULL, &path), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'exact' and 'model'"));
	assert_false(pb_file_exists(dir));
	assert_int_equal(pb_report_write(runs, 0, dir, NULL, &path), -EINVAL);
}

/* A run that died before its first cell still has a page that says so. */
static void empty_run(void **state)
{
	struct fixture *f = *state;
	int64_t run_id = fixture_begin(f->store, &second);
	char *text = page_make(f, &run_id, 1);

	assert_non_null(strstr(text, "nothing was measured"));
	assert_non_null(strstr(text, "not complete (running)"));
	assert_int_equal(count(text, "<svg"), 0);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hostile_strings_stay_text, setup, teardown),
		cmocka_unit_test_setup_teardown(needs_nothing_else, setup, teardown),
		cmocka_unit_test_setup_teardown(several_runs, setup, teardown),
		cmocka_unit_test_setup_teardown(evidence_is_never_mixed, setup, teardown),
		cmocka_unit_test_setup_teardown(empty_run, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
