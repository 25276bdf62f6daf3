// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_select - what a word for a run means.
 * Why: comparing the wrong run looks exactly like a finding.
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
#include "report/runs/select.h"
#include "tests/report/fixture.h"

static const struct fixture_run runs[] = {
	{ "aaaa1111-0000-4000-8000-000000000001", "2026-01-01T00:00:00Z", NULL,
	  "6.1.0-49-cloud-amd64", "debian:6.1" },
	{ "aaaa2222-0000-4000-8000-000000000002", "2026-01-02T00:00:00Z", NULL,
	  "6.12.1-1-cloud-amd64", "debian:6.12" },
	/* The same second: the later row is the newer run. */
	{ "bbbb3333-0000-4000-8000-000000000003", "2026-01-02T00:00:00Z", NULL,
	  "6.12.2-1-cloud-amd64", "debian:6.12" },
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	fixture_init(fixture);
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		fixture_begin(fixture->store, &runs[i]);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	fixture_done(*state);
	free(*state);
	return 0;
}

static void assert_run(struct pb_store *store, const char *word, size_t want)
{
	struct pb_selected selected;
	int ret = pb_select_run(store, word, &selected);

	if (ret)
		fail_msg("%s: %s", word, pb_fail_message(ret));
	assert_string_equal(selected.uuid, runs[want].uuid);
	pb_selected_done(&selected);
}

static void assert_no_run(struct pb_store *store, const char *word, int want, const char *says)
{
	struct pb_selected selected;

	assert_int_equal(pb_select_run(store, word, &selected), want);
	if (!strstr(pb_fail_message(want), says))
		fail_msg("'%s' lacks '%s'", pb_fail_message(want), says);
}

static void by_age(void **state)
{
	struct fixture *f = *state;

	assert_run(f->store, "latest", 2);
	assert_run(f->store, "latest~0", 2);
	assert_run(f->store, "latest~1", 1);
	assert_run(f->store, "latest~2", 0);
	assert_no_run(f->store, "latest~3", -ENOENT, "no run that old");
	assert_no_run(f->store, "latest~x", -EINVAL, "not a whole number");
	assert_no_run(f->store, "latest~", -EINVAL, "not a whole number");
}

static void by_uuid(void **state)
{
	struct fixture *f = *state;

	assert_run(f->store, "bbbb", 2);
	assert_run(f->store, "AAAA1", 0);
	assert_run(f->store, runs[1].uuid, 1);
	assert_no_run(f->store, "aaaa", -EINVAL, runs[0].uuid);
	assert_no_run(f->store, "aaaa", -EINVAL, runs[1].uuid);
	assert_no_run(f->store, "bbb", -ENOENT, "valid: ");
	assert_no_run(f->store, "%%%%", -ENOENT, "valid: ");
}

static void by_kernel(void **state)
{
	struct fixture *f = *state;

	assert_run(f->store, "debian:6.1", 0);
	assert_run(f->store, "debian:6.12", 2);
	assert_run(f->store, "6.12.1-1-cloud-amd64", 1);
	assert_run(f->store, "6.1", 0);
	assert_run(f->store, "6.12.2", 2);
	assert_no_run(f->store, "6.12", -EINVAL, "6.12.1-1-cloud-amd64");
	assert_no_run(f->store, "debian:6.12/arm64", -ENOENT, "no run 'debian:6.12/arm64'");
	assert_no_run(f->store, "dir/debian:6.12", -ENOENT, "no such file");
	assert_no_run(f->store, "6.2", -ENOENT, "no run '6.2'");
}

/*
 * The newest run of the kernel is a self-test: the one before it is meant, but `latest` is latest.
 */
static void by_kernel_without_self_tests(void **state)
{
	static const struct fixture_run injected = { "cccc4444-0000-4000-8000-000000000004",
						     "2026-01-03T00:00:00Z", NULL,
						     "6.12.2-1-cloud-amd64", "debian:6.12" };
	struct fixture *f = *state;
	struct pb_selected selected;
	int64_t run_id = fixture_begin(f->store, &injected);

	assert_int_equal(pb_store_fact_set(f->store, run_id, "pinbench.inject", "1"), 0);
	assert_run(f->store, "debian:6.12", 2);
	assert_run(f->store, "6.12.2", 2);
	assert_int_equal(pb_select_run(f->store, "latest", &selected), 0);
	assert_string_equal(selected.uuid, injected.uuid);
	pb_selected_done(&selected);
	assert_int_equal(pb_store_fact_set(f->store, run_id, "pinbench.inject", "0"), 0);
	assert_int_equal(pb_select_run(f->store, "debian:6.12", &selected), 0);
	assert_string_equal(selected.uuid, injected.uuid);
	pb_selected_done(&selected);
}

/* A clock that was ahead, or behind, makes no run newer or older than it is. */
static void by_order_of_arrival(void **state)
{
	static const struct fixture_run late = { "cccc4444-0000-4000-8000-000000000004",
						 "2039-01-01T00:00:00Z", NULL,
						 "6.12.2-1-cloud-amd64", "debian:6.12" };
	static const struct fixture_run last = { "dddd5555-0000-4000-8000-000000000005",
						 "1970-01-01T00:00:00Z", NULL,
						 "6.12.2-1-cloud-amd64", "debian:6.12" };
	static const char *const words[] = { "latest", "debian:6.12", "6.12.2" };
	struct fixture *f = *state;
	struct pb_selected selected;

	fixture_begin(f->store, &late);
	fixture_begin(f->store, &last);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		assert_int_equal(pb_select_run(f->store, words[i], &selected), 0);
		assert_string_equal(selected.uuid, last.uuid);
		pb_selected_done(&selected);
	}
	assert_int_equal(pb_select_run(f->store, "latest~1", &selected), 0);
	assert_string_equal(selected.uuid, late.uuid);
	pb_selected_done(&selected);
}

/* A flavour behind the slash is part of a name, and no folder. */
static void by_flavour(void **state)
{
	static const struct fixture_run arm64 = { "dddd5555-0000-4000-8000-000000000005",
						  "2026-01-01T00:00:00Z", NULL, "6.12.2-1-arm64",
						  "debian:6.12/arm64" };
	struct fixture *f = *state;
	struct pb_selected selected;

	fixture_begin(f->store, &arm64);
	assert_int_equal(pb_select_run(f->store, "debian:6.12/arm64", &selected), 0);
	assert_string_equal(selected.uuid, arm64.uuid);
	pb_selected_done(&selected);
	assert_run(f->store, "debian:6.12", 2);
}

static void by_path(void **state)
{
	struct fixture *f = *state;
	char word[160];

	assert_run(NULL, f->path, 2);
	snprintf(word, sizeof(word), "%s:latest~2", f->path);
	assert_run(NULL, word, 0);
	snprintf(word, sizeof(word), "%s:debian:6.1", f->path);
	assert_run(NULL, word, 0);
	snprintf(word, sizeof(word), "%s/none.db", f->dir);
	assert_no_run(f->store, word, -ENOENT, "no such file");
	assert_no_run(NULL, "latest", -ENOENT, "no database");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(by_age, setup, teardown),
		cmocka_unit_test_setup_teardown(by_uuid, setup, teardown),
		cmocka_unit_test_setup_teardown(by_kernel, setup, teardown),
		cmocka_unit_test_setup_teardown(by_kernel_without_self_tests, setup, teardown),
		cmocka_unit_test_setup_teardown(by_order_of_arrival, setup, teardown),
		cmocka_unit_test_setup_teardown(by_flavour, setup, teardown),
		cmocka_unit_test_setup_teardown(by_path, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
