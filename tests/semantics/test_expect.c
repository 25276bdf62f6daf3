// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_expect - expectations: what is read, what is refused, and what deviates.
 * Why: an expectation that is silently not read passes everything, and one without a source is
 * somebody's memory.
 */
#include "report/semantics/expect.h"

#include <errno.h>
#include <string.h>

#include "bench/semantics/cases.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

#define HEAD "kernels\tstrategy\tintent\tmemory\tevent\tresult\tdata\tframe\tsource\n"

static const struct {
	const char *text, *why;
} refused[] = {
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\t\n", "no source" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\t - \n", "no source" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\n", "8 fields" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\tmore\n", "10 fields" },
	{ HEAD "6.5-\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "no range" },
	{ HEAD "6\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "no range" },
	{ HEAD "..\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "no range" },
	{ HEAD "*\tpinn\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "'pinn'" },
	{ HEAD "*\tpin\tboth\tanon\tmunmap\tok\tlost\tkept\tf()\n", "'both'" },
	{ HEAD "*\tpin\twrite\tanon\tunmap\tok\tlost\tkept\tf()\n", "'unmap'" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tcoherent,stail\tkept\tf()\n", "'stail'" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\tok\tlost\tgone\tf()\n", "'gone'" },
	{ HEAD "*\tpin,\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "empty word" },
	{ HEAD "*\tpin\twrite\tanon\tmunmap\t\tlost\tkept\tf()\n", "empty word" },
	{ "*\tpin\twrite\tanon\tmunmap\tok\tlost\tkept\tf()\n", "names the columns" },
	{ HEAD "# nothing else\n", "holds no expectation" },
	{ "", "holds no expectation" },
};

static const char *folder(void *const *state)
{
	return *state;
}

static void rows_write(void **state, const char *text)
{
	fixture_write(fixture_path(state, 0, "a.tsv"), text, strlen(text));
}

static void test_refused(void **state)
{
	struct pb_expectations all;

	pb_cases_events_tell();
	for (size_t i = 0; i < PB_ARRAY_SIZE(refused); i++) {
		int ret;

		rows_write(state, refused[i].text);
		ret = pb_expectations_load(folder(state), &all);
		if (!ret || !strstr(pb_fail_message(ret), refused[i].why))
			fail_msg("%s: %s", refused[i].text,
				 ret ? pb_fail_message(ret) : "was taken");
	}
	assert_int_equal(pb_expectations_load("/nonexistent", &all), -ENOENT);
}

static void test_ranges(void **state)
{
	static const struct {
		const char *range, *release;
		bool in;
	} ranges[] = {
		{ "*", "6.1.0-57-cloud-amd64", true },
		{ "6.1", "6.1.0-57-cloud-amd64", true },
		{ "6.1", "6.12.117+deb12-cloud-amd64", false },
		{ "6.5..", "6.12.117+deb12-cloud-amd64", true },
		{ "6.5..", "6.1.0-57-cloud-amd64", false },
		{ "6.5..", "7.2.12", true },
		{ "..6.4", "5.10.0-46", true },
		{ "..6.4", "6.4.1", true },
		{ "..6.4", "6.5.0", false },
		{ "5.10..6.1", "5.9.1", false },
		{ "5.10..6.1", "6.1.170", true },
		{ "6.1", "a tree", false },
		{ "*", "a tree", true },
	};

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(ranges); i++)
		if (pb_expect_in_range(ranges[i].range, ranges[i].release) != ranges[i].in)
			fail_msg("%s, %s", ranges[i].range, ranges[i].release);
}

static struct pb_semantics_row row_of(const char *strategy, const char *data, const char *frame)
{
	struct pb_semantics_row row = { .kernel = "debian:6.1", .release = "6.1.0-57" };
	struct pb_cell *cell = &row.result.cell;

	snprintf(cell->strategy, sizeof(cell->strategy), "%s", strategy);
	cell->intent = PB_INTENT_WRITE;
	cell->memory = PB_MEMORY_anon;
	snprintf(cell->event, sizeof(cell->event), "dontneed");
	snprintf(row.verdict.result, sizeof(row.verdict.result), "ok");
	snprintf(row.verdict.data, sizeof(row.verdict.data), "%s", data);
	snprintf(row.verdict.frame, sizeof(row.verdict.frame), "%s", frame);
	return row;
}

static void test_judged(void **state)
{
	struct pb_semantics_row rows[] = {
		row_of("pin", "stale", "kept"),
		row_of("get", "coherent", "kept"),
		row_of("ref", "stale", "kept"),
		/* An event that does nothing: what ignores it is right all the same. */
		row_of("odp-ignored", "coherent", "stayed"),
	};
	struct pb_semantics semantics = { PB_ARRAY_SIZE(rows), rows };
	struct pb_expectations all;
	size_t nr = 0;

	pb_cases_events_tell();
	rows_write(state, HEAD "# a comment\n\n"
			       "*\tpin,get\twrite\tanon,thp\tdontneed\tok\tstale\t*\tf(), 5.9\n"
			       "6.5..\tref\t*\t*\tdontneed\tok\tlost\tkept\tf(), 6.5\n"
			       "*\todp-ignored\twrite\tanon\tdontneed\tok\tstale\tfreed\tg()\n");
	assert_int_equal(pb_expectations_load(folder(state), &all), 0);
	assert_int_equal(all.nr, 3);
	assert_int_equal(pb_expectations_judge(&all, &semantics, &nr), 0);
	assert_int_equal(nr, 2);
	assert_int_equal(rows[0].expected, PB_EXPECTED_SO);
	assert_int_equal(rows[1].expected, PB_EXPECTED_OTHER);
	assert_non_null(strstr(rows[1].deviation, "data stale"));
	assert_non_null(strstr(rows[1].deviation, "f(), 5.9"));
	assert_non_null(strstr(rows[1].deviation, "a.tsv:4"));
	assert_int_equal(rows[2].expected, PB_EXPECTED_NOTHING); /* another kernel's */
	assert_int_equal(rows[3].expected, PB_EXPECTED_OTHER);
	free(rows[1].deviation);
	free(rows[3].deviation);
	pb_expectations_done(&all);
}

/* What comes with pinbench: every row is taken, and so has its source. */
static void test_shipped(void **state)
{
	struct pb_expectations all;
	int ret;

	(void)state;
	pb_cases_events_tell();
	ret = pb_expectations_load(SHIPPED, &all);
	if (ret)
		fail_msg("%s", pb_fail_message(ret));
	assert_true(all.nr >= 20);
	pb_expectations_done(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_refused, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test_setup_teardown(test_judged, fixture_setup, fixture_teardown),
		cmocka_unit_test(test_shipped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
