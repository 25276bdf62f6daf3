// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_traffic - what cache lines did, in the store, in the record stream, and shown by c2c.
 * Why: rows go through four encodings, and each of them has to give back what it was given.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "collect/model/traffic.h"
#include "collect/model/traffic_check.h"
#include "collect/store/read.h"
#include "common/err.h"
#include "common/str.h"
#include "report/runs/c2c.h"
#include "tests/collect/fixture.h"

static const double page_values[PB_TRAFFIC_NR_VALUES] = { 3, 2, 1, 0.5, 0, 1.25, 0.75, 2.5, 0.125 };
static const double stack_values[PB_TRAFFIC_NR_VALUES] = { 40, 30, 11 };

static int64_t run_store(struct pb_store *store, enum pb_evidence evidence)
{
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_cell_result result = fixture_cell(0, 5);
	int64_t run_id;

	run.evidence = evidence;
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	assert_int_equal(pb_traffic_add(&result.traffic, "page", "_refcount", "try\tgrab \"x\"",
					page_values),
			 0);
	assert_int_equal(pb_traffic_add(&result.traffic, "stack", "-", "f", stack_values), 0);
	assert_int_equal(pb_traffic_add(&result.traffic, "stack", "-", "f", stack_values), -EEXIST);
	assert_int_equal(pb_store_cell_add(store, run_id, &result), 0);
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);
	pb_cell_result_done(&result);
	return run_id;
}

static int traffic_look(void *data, int64_t cell_id, const struct pb_cell_result *result,
			const int64_t *series_ids)
{
	(void)data;
	(void)cell_id;
	(void)series_ids;
	assert_int_equal(result->traffic.nr, 2);
	assert_string_equal(result->traffic.rows[0].object, "page"); /* most transfers first */
	assert_string_equal(result->traffic.rows[0].function, "try\tgrab \"x\"");
	for (size_t i = 0; i < PB_TRAFFIC_NR_VALUES; i++) {
		assert_true(result->traffic.rows[0].values[i] == page_values[i]);
		assert_true(result->traffic.rows[1].values[i] == stack_values[i]);
	}
	return 0;
}

static int run_look(void *data, const struct pb_run_record *run, enum pb_run_state state)
{
	(void)data;
	(void)state;
	assert_int_equal(run->evidence, PB_EVIDENCE_MODEL);
	return 0;
}

static int fact_look(void *data, const char *key, const char *value)
{
	(void)data;
	(void)key;
	(void)value;
	return 0;
}

static const struct pb_store_visitor looker = { run_look, fact_look, traffic_look };

static void test_goes_round(void **state)
{
	const char *path = fixture_path(state, 0, "a.db"), *copy = fixture_path(state, 1, "b.db");
	const char *stream = fixture_path(state, 2, "a.jsonl");
	struct pb_store *store;
	struct pb_import_outcome outcome;
	int64_t run_id;
	FILE *out;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	run_id = run_store(store, PB_EVIDENCE_MODEL);
	assert_int_equal(pb_store_replay(store, run_id, &looker, NULL), 0);
	out = fopen(stream, "w");
	assert_non_null(out);
	assert_int_equal(pb_export_jsonl(store, &run_id, 1, out), 0);
	fclose(out);
	pb_store_free(store);
	assert_int_equal(pb_store_open(copy, PB_STORE_WRITE, &store), 0);
	out = fopen(stream, "r");
	assert_int_equal(pb_import_jsonl(store, out, stream, false, &outcome), 0);
	fclose(out);
	assert_int_equal(pb_store_replay(store, 1, &looker, NULL), 0);
	pb_store_free(store);
}

static char *c2c_text(struct pb_store *store, int64_t run_id, const char *format, bool all)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	int ret = pb_c2c_print(store, run_id, format, all, out);

	fclose(out);
	assert_int_equal(ret, 0);
	return text;
}

static void test_is_shown(void **state)
{
	struct pb_store *store;
	int64_t run_id;
	char *text;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	run_id = run_store(store, PB_EVIDENCE_MODEL);
	text = c2c_text(store, run_id, "tsv", false);
	assert_non_null(strstr(text, "kernel\tstrategy\tmemory\tpages\tsharing\tthreads\tobject\t"
				     "field\tfunction\ttransfers\n"));
	assert_non_null(strstr(text, "\tpage\t_refcount\t"));
	assert_non_null(strstr(text, "\t1.25\n"));
	assert_null(strstr(text, "stack")); /* it stays where it is */
	assert_null(strstr(text, "try\tgrab"));
	free(text);
	text = c2c_text(store, run_id, "tsv", true);
	assert_non_null(strstr(text, "\tstack\t-\tf\t0\n"));
	free(text);
	text = c2c_text(store, run_id, "json", false);
	assert_non_null(strstr(text, "\"false-sharing\": 0.125"));
	free(text);
	text = c2c_text(store, run_id, "text", false);
	assert_non_null(strstr(text, "simulated"));
	assert_non_null(strstr(text, "page._refcount"));
	free(text);
	assert_int_equal(pb_c2c_print(store, run_id, "xml", false, stdout), -EINVAL);
	pb_store_free(store);
}

static void test_only_what_was_simulated(void **state)
{
	struct pb_store *store;
	int64_t run_id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	run_id = run_store(store, PB_EVIDENCE_EXACT);
	assert_int_equal(pb_c2c_print(store, run_id, "text", false, stdout), -EINVAL);
	assert_non_null(strstr(pb_fail_message(-EINVAL), "was not simulated"));
	pb_store_free(store);
}

static void test_nonsense_is_refused(void **state)
{
	static const char *const records[] = {
		"{}",
		"{\"rows\":[]}",
		"{\"rows\":[{\"object\":\"a\",\"field\":\"b\"}]}",
		"{\"rows\":[{\"object\":\"a\",\"field\":\"b\",\"function\":\"c\",\"loads\":-1}]}",
		"{\"rows\":[{\"object\":\"a\",\"field\":\"b\",\"function\":\"c\",\"loads\":\"1\"}]}",
		"{\"rows\":[{\"object\":1,\"field\":\"b\",\"function\":\"c\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		struct pb_traffic_list list = { 0 };
		json_t *record = json_loads(records[i], 0, NULL);

		assert_non_null(record);
		assert_int_equal(pb_traffic_check(record, &list), -EBADMSG);
		json_decref(record);
		pb_traffic_done(&list);
	}
}

/* A recording may have as many places, and a database's file as many rows, as its maker likes. */
static void test_many_rows_take_no_longer_each(void **state)
{
	struct pb_traffic_list list = { 0 };
	char field[32];

	(void)state;
	for (int i = 0; i < 300000; i++) {
		snprintf(field, sizeof(field), "f%d", i);
		assert_int_equal(pb_traffic_add(&list, "page", field, "g", page_values), 0);
	}
	assert_int_equal(pb_traffic_add(&list, "page", "f0", "g", page_values), -EEXIST);
	assert_int_equal(pb_traffic_add(&list, "page", "f299999", "g", page_values), -EEXIST);
	assert_int_equal(pb_traffic_add(&list, "pagef", "0", "g", page_values), 0);
	assert_int_equal(list.nr, 300001);
	assert_string_equal(list.rows[299999].field, "f299999");
	pb_traffic_done(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_goes_round, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_is_shown, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(test_only_what_was_simulated, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(test_nonsense_is_refused),
		cmocka_unit_test(test_many_rows_take_no_longer_each),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
