// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_observed - parts of an observation through the store, the record stream, and back.
 * Why: what was seen on a kernel that is gone cannot be seen again.
 */
#include "collect/observed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bench/semantics/cases.h"
#include "collect/export.h"
#include "collect/import.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/select.h"
#include "report/semantics/render.h"
#include "tests/collect/fixture.h"

static struct pb_cell_result cell_of(uint32_t index, const char *strategy, const char *d2c)
{
	struct pb_cell_result result = fixture_refused(index);
	struct pb_cell *cell = &result.cell;

	free(pb_steal(result.reason));
	free(pb_steal(result.detail));
	result.state = PB_CELL_MEASURED;
	result.error = 0;
	snprintf(cell->strategy, sizeof(cell->strategy), "%s", strategy);
	cell->memory = PB_MEMORY_anon;
	cell->intent = PB_INTENT_WRITE;
	snprintf(cell->event, sizeof(cell->event), "mlock");
	assert_int_equal(pb_observed_add(&result, "hold", "ok"), 0);
	assert_int_equal(pb_observed_add(&result, "event", "ok"), 0);
	assert_int_equal(pb_observed_add(&result, "frame.held", "7"), 0);
	assert_int_equal(pb_observed_add(&result, "frame.after", "7"), 0);
	assert_int_equal(pb_observed_add(&result, "frame.touched", "7"), 0);
	assert_int_equal(pb_observed_add(&result, "page.after.is", "same anon"), 0);
	assert_int_equal(pb_observed_add(&result, "view", "yes"), 0);
	assert_int_equal(pb_observed_add(&result, "c2d", "yes"), 0);
	assert_int_equal(pb_observed_add(&result, "d2c", d2c), 0);
	return result;
}

static int64_t run_add_on(struct pb_store *store, const char *uuid, const char *d2c,
			  const char *kernel)
{
	struct pb_run_record run = fixture_run(uuid);
	struct pb_cell_result result = cell_of(0, "pin", d2c);
	int64_t id;

	run.evidence = PB_EVIDENCE_OBSERVED;
	assert_int_equal(pb_store_run_begin(store, &run, &id), 0);
	assert_int_equal(pb_store_fact_set(store, id, "kernel.name", kernel), 0);
	assert_int_equal(pb_store_fact_set(store, id, "kernel.release", "6.1.0-57"), 0);
	assert_int_equal(pb_store_cell_add(store, id, &result), 0);
	assert_int_equal(pb_store_run_end(store, id, PB_RUN_STATE_COMPLETE), 0);
	pb_cell_result_done(&result);
	return id;
}

static int64_t run_add(struct pb_store *store, const char *uuid, const char *d2c)
{
	return run_add_on(store, uuid, d2c, "debian:6.1");
}

static char *stream_of(struct pb_store *store, int64_t id)
{
	size_t len;
	char *text = NULL;
	FILE *out = open_memstream(&text, &len);

	assert_int_equal(pb_export_jsonl(store, &id, 1, out), 0);
	fclose(out);
	return text;
}

static int import_of(struct pb_store *store, const char *text)
{
	struct pb_import_outcome outcome;
	FILE *in = fmemopen((void *)text, strlen(text), "r");
	int ret = pb_import_jsonl(store, in, "test", false, &outcome);

	fclose(in);
	return ret;
}

static void test_round_trip(void **state)
{
	struct pb_store *store, *copy;
	_cleanup_free_ char *first = NULL, *second = NULL;
	int64_t id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &copy), 0);
	id = run_add(store, UUID_A, "yes");
	first = stream_of(store, id);
	assert_non_null(strstr(first, "\"event\":\"mlock\""));
	assert_non_null(strstr(first, "\"page.after.is\":\"same anon\""));
	assert_int_equal(import_of(copy, first), 0);
	second = stream_of(copy, 1);
	assert_string_equal(first, second);
	assert_int_equal(fixture_count(copy, "SELECT count(*) FROM observation"), 9);
	pb_store_free(store);
	pb_store_free(copy);
}

static void test_streams_refused(void **state)
{
	static const struct {
		const char *from, *to, *why;
	} changes[] = {
		{ ",\"event\":\"mlock\"", "", "no event" },
		{ "\"parts\":{", "\"parts\":[", "" },
		{ "\"hold\":\"ok\"", "\"hold\":1", "hold" },
		{ "\"hold\":\"ok\"", "\"ho ld\":\"ok\"", "valid are letters" },
		{ "\"hold\":\"ok\"", "\"a.part.whose.name.is.longer.than.any\":\"ok\"", "31" },
	};
	struct pb_store *store, *copy;
	_cleanup_free_ char *text = NULL;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &copy), 0);
	text = stream_of(store, run_add(store, UUID_A, "yes"));
	for (size_t i = 0; i < PB_ARRAY_SIZE(changes); i++) {
		char *at = strstr(text, changes[i].from);
		_cleanup_free_ char *bad = NULL;
		int ret;

		assert_non_null(at);
		bad = pb_format("%.*s%s%s", (int)(at - text), text, changes[i].to,
				at + strlen(changes[i].from));
		ret = import_of(copy, bad);
		if (ret != -EBADMSG || !strstr(pb_fail_message(ret), changes[i].why))
			fail_msg("change %zu: %d, %s", i, ret, ret ? pb_fail_message(ret) : "");
	}
	assert_int_equal(fixture_count(copy, "SELECT count(*) FROM run"), 0);
	pb_store_free(store);
	pb_store_free(copy);
}

/* The newest observation of a case counts; a run that saw nothing of it does not hide it. */
static void test_newest(void **state)
{
	static const struct pb_semantics_filter all;
	pb_cleanup(pb_semantics_done) struct pb_semantics semantics = { 0 };
	struct pb_selected selected = { 0 };
	struct pb_store *store;
	_cleanup_free_ char *line = NULL;

	pb_cases_events_tell();
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_semantics_load(store, &all, &semantics), -ENOENT);
	run_add(store, UUID_A, "yes");
	run_add(store, UUID_B, "no");
	assert_int_equal(pb_semantics_load(store, &all, &semantics), 0);
	assert_int_equal(semantics.nr, 1);
	assert_string_equal(semantics.rows[0].kernel, "debian:6.1");
	assert_string_equal(semantics.rows[0].verdict.data, "one-way:c2d");
	line = pb_semantics_line(semantics.rows, 1);
	assert_string_equal(line, "pin: one-way:c2d/stayed");
	/* No number: what compares numbers does not meet it unless it is asked for by its uuid. */
	assert_int_equal(pb_select_run(store, "latest", &selected), -ENOENT);
	assert_int_equal(pb_select_run(store, "6.1.0-57", &selected), -ENOENT);
	assert_int_equal(pb_select_run(store, UUID_B, &selected), 0);
	pb_selected_done(&selected);
	pb_store_free(store);
}

/* What is the same on all kernels goes; what differs stays, on each of them. */
static void test_changed(void **state)
{
	static const struct pb_semantics_filter all;
	static const char *const d2c[] = { "yes", "no" };
	struct pb_store *store;

	pb_cases_events_tell();
	for (int i = 0; i < 2; i++) {
		pb_cleanup(pb_semantics_done) struct pb_semantics semantics = { 0 };
		size_t nr = 99;

		assert_int_equal(pb_store_open(fixture_path(state, i, i ? "b.db" : "a.db"),
					       PB_STORE_WRITE, &store),
				 0);
		run_add_on(store, UUID_A, "yes", "debian:6.1");
		run_add_on(store, UUID_B, d2c[i], "debian:6.12");
		assert_int_equal(pb_semantics_load(store, &all, &semantics), 0);
		assert_int_equal(semantics.nr, 2);
		assert_int_equal(pb_semantics_changed(&semantics, &nr), 0);
		assert_int_equal(nr, i);
		assert_int_equal(semantics.nr, 2 * i);
		pb_store_free(store);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_round_trip, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_streams_refused, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_newest, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_changed, fixture_setup, fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
