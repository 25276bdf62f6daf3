// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_units - instructions of two architectures are never held against each other.
 * Why: both are numbers called instructions, and nothing else would stop a reader.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/err.h"
#include "common/file.h"
#include "common/str.h"
#include "report/judge/comparison.h"
#include "report/judge/history/history.h"
#include "report/page/html.h"
#include "tests/report/fixture.h"

static const struct fixture_run older = { "11110000-0000-4000-8000-000000000001",
					  "2026-01-01T00:00:00Z", NULL, "6.1.0-49-cloud-amd64",
					  "debian:6.1" };
static const struct fixture_run newer = { "22220000-0000-4000-8000-000000000002",
					  "2026-01-02T00:00:00Z", NULL, "6.12.1-cloud-amd64",
					  "debian:6.12" };
static const struct fixture_run foreign = { "33330000-0000-4000-8000-000000000003",
					    "2026-01-03T00:00:00Z", NULL, "6.12.1-cloud-arm64",
					    "debian:6.12/cloud-arm64" };

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

static int64_t run_add(struct fixture *f, const struct fixture_run *run, const char *arch)
{
	int64_t id = fixture_begin(f->store, run);

	fixture_quick(f->store, id, 1, 3);
	if (arch)
		assert_int_equal(pb_store_fact_set(f->store, id, "kernel.arch", arch), 0);
	assert_int_equal(pb_store_run_end(f->store, id, PB_RUN_STATE_COMPLETE), 0);
	return id;
}

static void comparisons_are_refused(void **state)
{
	struct fixture *f = *state;
	struct pb_compare_options options = pb_compare_defaults;
	int64_t base = run_add(f, &newer, "x86_64"), head = run_add(f, &foreign, "aarch64");
	struct pb_comparison c;

	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'x86_64' and 'aarch64'"));
	/* The gate says it in its own way, and looks first. */
	options.any_units = true;
	assert_int_equal(pb_compare_by(f->store, base, f->store, head, &options, &c), 0);
	pb_comparison_done(&c);
}

static void who_does_not_say_is_believed(void **state)
{
	struct fixture *f = *state;
	int64_t base = run_add(f, &newer, "x86_64"), head = run_add(f, &foreign, NULL);
	struct pb_comparison c;

	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), 0);
	pb_comparison_done(&c);
}

/* Imported times are divided by pages, whose size is the kernel's. */
static void pages_of_other_sizes_are_refused(void **state)
{
	static const char key[] = "gup_test.page_bytes";
	struct fixture *f = *state;
	int64_t base = run_add(f, &newer, NULL), head = run_add(f, &foreign, NULL);
	struct pb_comparison c;

	assert_int_equal(pb_store_fact_set(f->store, base, key, "4096, assumed"), 0);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), 0);
	pb_comparison_done(&c);
	assert_int_equal(pb_store_fact_set(f->store, head, key, "65536"), 0);
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "pages of 4096 bytes"));
}

static void time_is_time(void **state)
{
	struct fixture_run timed[] = { newer, foreign };
	struct fixture *f = *state;
	struct pb_comparison c;
	int64_t base, head;

	timed[0].evidence = timed[1].evidence = "syscall";
	base = run_add(f, &timed[0], "x86_64");
	head = run_add(f, &timed[1], "aarch64");
	assert_int_equal(pb_compare(f->store, base, f->store, head, &c), 0);
	pb_comparison_done(&c);
}

static void histories_are_of_one(void **state)
{
	static const struct pb_history_filter all;
	struct fixture *f = *state;
	int64_t first = run_add(f, &older, "x86_64"), second = run_add(f, &newer, "x86_64");
	int64_t third = run_add(f, &foreign, "aarch64"), *chosen = NULL;
	const struct pb_history_run runs[] = { { f->store, first }, { f->store, third } };
	struct pb_history history;
	char *left_out = NULL;
	size_t nr = 0;

	assert_int_equal(pb_history_load(runs, 2, &all, &history), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "'aarch64'"));
	/* Of a database as a whole it is the architecture that most kernels share. */
	assert_int_equal(pb_history_runs(f->store, &chosen, &nr, &left_out), 0);
	assert_int_equal(nr, 2);
	assert_int_equal(chosen[0], first);
	assert_int_equal(chosen[1], second);
	assert_string_equal(left_out, foreign.release);
	free(chosen);
	free(left_out);
}

/* Runs of both on one page stand beside each other, and nothing is drawn across them. */
static void pages_say_so(void **state)
{
	struct fixture *f = *state;
	struct pb_report_run runs[] = { { f->store, run_add(f, &newer, "x86_64") },
					{ f->store, run_add(f, &foreign, "aarch64") } };
	_cleanup_free_ char *index = NULL, *page = NULL, *dir = pb_format("%s/page", f->dir);

	assert_non_null(dir);
	assert_int_equal(pb_report_write(runs, 2, dir, NULL, &index), 0);
	assert_int_equal(pb_file_read(index, &page, NULL), 0);
	assert_non_null(strstr(page, "several architectures"));
	assert_null(strstr(page, "From kernel to kernel"));
	assert_non_null(strstr(page, newer.release));
	assert_non_null(strstr(page, foreign.release));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(comparisons_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(who_does_not_say_is_believed, setup, teardown),
		cmocka_unit_test_setup_teardown(pages_of_other_sizes_are_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(time_is_time, setup, teardown),
		cmocka_unit_test_setup_teardown(histories_are_of_one, setup, teardown),
		cmocka_unit_test_setup_teardown(pages_say_so, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
