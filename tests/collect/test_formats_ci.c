// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_formats_ci - what CI and databases of time series are told, to the letter.
 * Why: they were read once by their own readers (docs/lab.md); what these took is kept here.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "collect/formats/formats.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

#define CELL "pin.anon.8.1.private.none"

static void has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("'%s' lacks '%s'", text, words);
}

/* Cell 0 is measured, 1 refused, 2 has a gap, 3 failed, and so did the run: see fixture_store(). */
static void test_junit(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = fixture_export(store, "junit", run_id);
	has(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pinbench\" "
		  "tests=\"5\" failures=\"1\" errors=\"1\" skipped=\"1\">\n");
	has(text, "timestamp=\"2026-01-01T00:00:00\" tests=\"5\"");
	has(text, "    <testcase classname=\"pinbench.pin.anon\" name=\"" CELL "\">\n"
		  "      <system-out>acquire.instructions 100 instructions/page\n"
		  "release.instructions 50 instructions/page\n"
		  "</system-out>\n    </testcase>\n");
	has(text, "      <skipped message=\"EOPNOTSUPP this kernel has no hmm_range_fault()\"/>\n");
	has(text, "      <error type=\"failed\" message=\"");
	has(text, "<testcase classname=\"pinbench\" name=\"pinbench.run\">\n      <failure "
		  "message=\"the run failed\"/>\n");
	has(text, "</testsuites>\n");
}

static void test_openmetrics(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	const char *family;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = fixture_export(store, "openmetrics", run_id);
	has(text, "# TYPE pinbench_acquire_instructions_per_page gauge\n");
	has(text,
	    ",kernel_release=\"6.1.0-1\",arch=\"x86_64\",cell=\"" CELL "\",strategy=\"pin\",");
	/* 2026-01-01 in seconds; a number that has none has no sample, and is counted. */
	has(text, "release=\"plain\"} 100 1767225600\n");
	has(text, "state=\"measured\"} 2 1767225600\n");
	has(text, "state=\"refused\"} 1 1767225600\n");
	has(text, "state=\"failed\"} 1 1767225600\n");
	has(text, "pinbench_complete{");
	assert_null(strstr(text, "nan"));
	assert_string_equal(text + strlen(text) - strlen("# EOF\n"), "# EOF\n");
	/* A family's samples stand together, so that its name is declared once. */
	family = strstr(text, "# TYPE pinbench_acquire_instructions_per_page ");
	assert_null(strstr(family + 1, "# TYPE pinbench_acquire_instructions_per_page "));
}

static void test_influx(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_fact_set(store, run_id, "kernel.name", "my kernel,a=1\\"), 0);
	text = fixture_export(store, "influx", run_id);
	has(text, "pinbench,run=");
	has(text, ",kernel=my\\ kernel\\,a\\=1/,kernel_release=6.1.0-1,");
	has(text, ",release=plain acquire.instructions=100,release.instructions=50 "
		  "1767225600000000000\n");
	has(text, " measured=2i,refused=1i,failed=1i,missing=0i,complete=false "
		  "1767225600000000000\n");
}

static void test_github(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL, *none = NULL;
	const char *name = NULL, *unit = NULL, *range = NULL;
	int64_t run_id, ids[2];
	double value = 0;
	json_t *root;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = fixture_export(store, "github", run_id);
	root = json_loads(text, 0, NULL);
	assert_int_equal(json_unpack(json_array_get(root, 0), "{s:s, s:s, s:F, s:s}", "name", &name,
				     "unit", &unit, "value", &value, "range", &range),
			 0);
	assert_string_equal(name, CELL ".acquire.instructions");
	assert_string_equal(unit, "instructions/page");
	assert_string_equal(range, "100 to 104");
	assert_float_equal(value, 100, 0);
	json_decref(root);
	ids[0] = ids[1] = run_id;
	assert_int_equal(fixture_export_try(store, "github", ids, 2, &none), -EINVAL);
	has(pb_fail_message(0), "takes one run a commit");
}

/* A guest's words are nobody's labels, tags, elements. */
static void test_words_do_not_speak(void **state)
{
	static const char *const evil = "a\"} 1 1\n# EOF\n<failure/> ]]> b\x1b[31m \\";
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_fact_set(store, run_id, "kernel.name", evil), 0);
	for (size_t i = 0; i < 3; i++) {
		static const char *const names[] = { "junit", "openmetrics", "influx" };
		_cleanup_free_ char *text = fixture_export(store, names[i], run_id);

		assert_null(strstr(text, "\x1b"));
		assert_null(strstr(text, "# EOF\n<"));
		assert_true(i || !strstr(text, "<failure/>")); /* XML's own; no word elsewhere */
		assert_null(strstr(text, "a\"} 1 1"));
	}
}

static void test_no_date_is_no_place(void **state)
{
	static const char *const dates[] = { "yesterday", "", "2026-01-01T00:00:00",
					     "2026-01-01T00:00:00Zx" };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_cell_result cell = fixture_cell(0, 3);

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(dates); i++) {
		_cleanup_free_ char *a = NULL, *b = NULL;
		int64_t run_id;

		run.uuid[0] = (char)('0' + i);
		snprintf(run.created, sizeof(run.created), "%s", dates[i]);
		assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
		assert_int_equal(fixture_export_try(store, "openmetrics", &run_id, 1, &a), -EINVAL);
		has(pb_fail_message(0), "is no date");
		assert_int_equal(fixture_export_try(store, "influx", &run_id, 1, &b), -EINVAL);
	}
	pb_cell_result_done(&cell);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_junit),  test(test_openmetrics),        test(test_influx),
		test(test_github), test(test_words_do_not_speak), test(test_no_date_is_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
