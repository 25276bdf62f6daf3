// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_beside - the harness by two ways, events and slow calls: on the terminal, on the page, in
 * comparisons.
 * Why: a number without what it hangs on looks better than it is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/import.h"
#include "common/err.h"
#include "common/file.h"
#include "report/judge/comparison.h"
#include "report/page/html.h"
#include "report/runs/table.h"
#include "tests/report/fixture.h"

#define RUN(digit)                                                                            \
	"{\"type\":\"run\",\"format\":1,\"uuid\":\"aaaa0000-0000-4000-8000-00000000000" digit \
	"\",\"created\":\"2026-01-01T00:00:00Z\",\"backend\":\"vm\",\"evidence\":\"exact\","  \
	"\"plan\":\"p\",\"revision\":\"r\"}\n"
#define CELL(index, strategy)                                                             \
	"{\"type\":\"cell\",\"cell\":" index ",\"strategy\":\"" strategy                  \
	"\",\"memory\":\"anon\",\"pages\":8,\"threads\":2,\"sharing\":\"page\",\"load\":" \
	"\"fork:100\",\"intent\":\"write\",\"samples\":1,\"warmup\":1}\n"
#define SERIES(index, phase, metric, unit, values)                                             \
	"{\"type\":\"series\",\"cell\":" index ",\"phase\":\"" phase "\",\"metric\":\"" metric \
	"\",\"unit\":\"" unit "\",\"values\":[" values "]}\n"
#define COUNTS(index, phase, values) SERIES(index, phase, "instructions", "instructions", values)
#define DONE(index)                  "{\"type\":\"done\",\"cell\":" index ",\"state\":\"measured\"}\n"
#define END                          "{\"type\":\"end\",\"state\":\"complete\"}\n"

#define NOOP              \
	CELL("0", "noop") \
	COUNTS("0", "acquire", "44,46") COUNTS("0", "release", "44,46") COUNTS("0", "harness", "42")
#define PIN                                 \
	CELL("1", "pin")                    \
	COUNTS("1", "acquire", "1042,1050") \
	COUNTS("1", "release", "442,446") COUNTS("1", "harness", "42")

/* Twice 1042 is 40 more than 2044, and twice 442 is 41 more than 843. */
static const char full[] = RUN("1") NOOP COUNTS("0", "acquire-twice", "48,47") COUNTS(
	"0", "release-twice",
	"47,47") DONE("0") PIN COUNTS("1", "acquire-twice",
				      "2050,2044") COUNTS("1", "release-twice",
							  "843") SERIES("1", "events",
									"failed-EBUSY", "count",
									"3") SERIES("1", "events",
										    "partial",
										    "count", "0")
	SERIES("1", "events", "start-skew", "instructions", "120") SERIES(
		"1", "load", "rate",
		"1/s",
		"97.25") "{\"type\":\"histogram\",\"cell\":1,\"phase\":\"acquire\",\"metric\":\"instructions\",\"unit\":"
			 "\"instructions\",\"buckets\":[[1042,1,900],[1050,1,90],[2048,64,10]]}\n" DONE(
				 "1") END;
static const char plain[] = RUN("2") NOOP DONE("0") PIN DONE("1") END;

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

static int64_t run_take(struct fixture *f, const char *text)
{
	FILE *in = fmemopen((void *)text, strlen(text), "r");
	struct pb_import_outcome outcome;
	sqlite3_stmt *query = NULL;
	int64_t run_id;

	assert_non_null(in);
	if (pb_import_jsonl(f->store, in, "text", false, &outcome))
		fail_msg("%s", pb_fail_message(0));
	fclose(in);
	assert_int_equal(sqlite3_prepare_v2(pb_store_sqlite(f->store), "SELECT max(id) FROM run",
					    -1, &query, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	run_id = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return run_id;
}

static void on_the_terminal(void **state)
{
	struct fixture *f = *state;
	const struct pb_table_style style = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(pb_table_print_run(f->store, run_take(f, full), &style, out), 0);
	fclose(out);
	assert_string_equal(
		strstr(text, "\n\n"),
		"\n\nanon, 2 threads, page, under load fork:100, to write, instructions a page to "
		"acquire, to release, both; harness a call by window/by difference\n"
		"                               8 pages\n"
		"strategy     acq    rel   both harness\n"
		"noop         0.2    0.2    0.5   84/82\n"
		"pin        125.0   50.0  175.0   84/81\n"
		"  noop is 0.3 % of the cheapest, pin, with 8 pages; by difference 0.4 %\n"
		"  pin, 8 pages: failed-EBUSY 3, start-skew 120 instructions, load 97.2 of 100 a "
		"second\n"
		"  of all calls, instructions a page:\n"
		"  strategy  pages  phase    calls    p50    p90    p99  p99.9    max\n"
		"  pin           8  acquire   1000  125.0  125.0  126.0  258.6  258.6\n");
	free(text);
}

/* Counters that a hypervisor gives are no machine's own. */
static void a_virtual_machine_is_named(void **state)
{
	struct fixture *f = *state;
	const struct pb_table_style style = { 0 };
	const struct fixture_run hardware = { "bbbb0000-0000-4000-8000-000000000003",
					      "2026-01-01T00:00:00Z", "hardware", "6.1.0", NULL };
	int64_t run_id = fixture_begin(f->store, &hardware);
	char *text = NULL;
	size_t len;
	FILE *out;

	assert_int_equal(pb_store_fact_set(f->store, run_id, "machine.virtual", "kvm"), 0);
	out = open_memstream(&text, &len);
	assert_int_equal(pb_table_print_run(f->store, run_id, &style, out), 0);
	fclose(out);
	assert_non_null(strstr(text, "\nhardware (virtual): counters"));
	free(text);
}

static void on_the_page(void **state)
{
	static const char *const want[] = {
		"<th scope=\"col\" class=\"n\">harness</th>",
		"<td class=\"n\">84/81</td>",
		"noop is 0.3 % of the cheapest, pin, with 8 pages; by difference 0.4 %",
		"<li><strong>pin, 8 pages</strong>: failed-EBUSY 3, start-skew 120 instructions, "
		"load 97.2 of 100 a second</li>",
		"<th scope=\"col\" class=\"n\">p99.9</th>",
		"<td>acquire</td><td class=\"n\">1000</td><td class=\"n\">125.0</td>"
		"<td class=\"n\">125.0</td><td class=\"n\">126.0</td><td class=\"n\">258.6</td>",
	};
	struct fixture *f = *state;
	struct pb_report_run run = { f->store, run_take(f, full) };
	char *path = NULL, *text = NULL, dir[96];

	snprintf(dir, sizeof(dir), "%s/report", f->dir);
	if (pb_report_write(&run, 1, dir, NULL, &path) || pb_file_read(path, &text, NULL))
		fail_msg("%s", pb_fail_message(0));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		if (!strstr(text, want[i]))
			fail_msg("the page lacks '%s'", want[i]);
	free(path);
	free(text);
}

/* Where nothing stands beside, nothing is said of it. */
static void a_plain_run_stays_plain(void **state)
{
	struct fixture *f = *state;
	const struct pb_table_style style = { 0 };
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	run_take(f, full);
	assert_int_equal(pb_table_print_run(f->store, run_take(f, plain), &style, out), 0);
	fclose(out);
	assert_non_null(strstr(text, "pin        125.0   50.0  175.0\n"));
	assert_null(strstr(text, "harness"));
	assert_null(strstr(text, "calls"));
	free(text);
}

/* An older run has no windows of two operations: no difference in any strategy. */
static void no_difference_by_what_one_side_lacks(void **state)
{
	struct fixture *f = *state;
	int64_t head = run_take(f, full), base = run_take(f, plain);
	struct pb_comparison comparison = { 0 };

	if (pb_compare(f->store, base, f->store, head, &comparison))
		fail_msg("%s", pb_fail_message(0));
	assert_int_equal(comparison.nr_compared, 2);
	assert_int_equal(comparison.nr_differ, 0);
	for (size_t i = 0; i < comparison.nr_diffs; i++)
		assert_null(strstr(comparison.diffs[i].phase, "twice"));
	pb_comparison_done(&comparison);
}

int main(void)
{
#define test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		test(on_the_terminal),
		test(a_virtual_machine_is_named),
		test(on_the_page),
		test(a_plain_run_stays_plain),
		test(no_difference_by_what_one_side_lacks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
