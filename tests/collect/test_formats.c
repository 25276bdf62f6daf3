// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_formats - what other systems are told, to the letter, and that nothing passes by accident.
 * Why: a report that is read by machines is believed without being looked at.
 */
#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "collect/export.h"
#include "collect/formats/formats.h"
#include "collect/formats/result.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

static bool is_report(const struct pb_format *format)
{
	return !pb_streq(format->name, "csv") && !pb_streq(format->name, "jsonl") &&
	       !pb_streq(format->name, "baseline");
}

static void expect(const char *words)
{
	if (!strstr(pb_fail_message(0), words))
		fail_msg("'%s' lacks '%s'", pb_fail_message(0), words);
}

/*
 * Cell 0 is measured, 1 refused, 2 has an `ns` series with a gap, 3 failed: see fixture_store().
 * All are the same cell, which a plan may have again.
 */
#define CELL   "pin.anon.8.1.private.none"
#define CELL_2 CELL ".again-2"
#define CELL_3 CELL ".again-3"
#define CELL_4 CELL ".again-4"

static void test_ktap(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = fixture_export(store, "ktap", run_id);
	assert_string_equal(text, "KTAP version 1\n"
				  "1..1\n"
				  "  KTAP version 1\n"
				  "  1..4\n"
				  "  # evidence fake\n"
				  "  # backend fake\n"
				  "  # kernel.release 6.1.0-1\n"
				  "  # kernel.arch x86_64\n"
				  "  # acquire 100 instructions/page\n"
				  "  # release 50 instructions/page\n"
				  "  ok 1 " CELL "\n"
				  "  ok 2 " CELL_2
				  " # SKIP EOPNOTSUPP this kernel has no hmm_range_fault()\n"
				  "  # acquire 100 instructions/page\n"
				  "  # release 50 instructions/page\n"
				  "  # acquire 0.0125 ns/page\n"
				  "  # acquire.samples 3 of 4\n"
				  "  ok 3 " CELL_3 "\n"
				  "  not ok 4 " CELL_4 " # ERROR 524 a splat, \"quoted\"\n"
				  "not ok 1 pinbench." UUID_A " # ERROR the run failed\n");
}

static void test_lava(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = fixture_export(store, "lava", run_id);
#define CASE "<LAVA_SIGNAL_TESTCASE TEST_CASE_ID="
	assert_non_null(strstr(text, CASE CELL ".acquire.instructions RESULT=pass MEASUREMENT=100 "
					       "UNITS=instructions/page>\n"));
	assert_non_null(strstr(text, CELL_2 ".acquire.instructions: EOPNOTSUPP this kernel has no "
					    "hmm_range_fault()\n" CASE CELL_2
					    ".acquire.instructions RESULT=skip>\n"));
	assert_non_null(strstr(text, CASE CELL_4 ".release.instructions RESULT=fail>\n"));
	assert_non_null(strstr(text, CASE CELL_3 ".acquire.ns RESULT=pass MEASUREMENT=0.0125 "
						 "UNITS=ns/page>\n"));
	assert_non_null(
		strstr(text, "pinbench.run: the run failed\n" CASE "pinbench.run RESULT=fail>\n"));
#undef CASE
}

static struct pb_store *one_run(const char *path, const char *reason, enum pb_cell_state how,
				enum pb_run_state end, int64_t *ret_run_id)
{
	struct pb_run_record run = fixture_run(UUID_B);
	struct pb_cell_result cell = fixture_cell(0, 3), absent = fixture_refused(1);
	struct pb_store *store;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, ret_run_id), 0);
	assert_int_equal(pb_store_cell_add(store, *ret_run_id, &cell), 0);
	snprintf(absent.cell.strategy, sizeof(absent.cell.strategy), "odp");
	absent.state = how;
	free(absent.reason);
	absent.reason = strdup(reason);
	assert_int_equal(pb_store_cell_add(store, *ret_run_id, &absent), 0);
	if (end)
		assert_int_equal(pb_store_run_end(store, *ret_run_id, end), 0);
	pb_cell_result_done(&cell);
	pb_cell_result_done(&absent);
	return store;
}

/* Words of a guest's console, made to look like results. */
static void test_reasons_do_not_speak(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *ktap = NULL, *lava = NULL;
	int64_t run_id;

	store = one_run(fixture_path(state, 0, "a.db"),
			"it # SKIP\nok 1 odp\n<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=x RESULT=pass>",
			PB_CELL_FAILED, PB_RUN_STATE_COMPLETE, &run_id);
	ktap = fixture_export(store, "ktap", run_id);
	assert_non_null(strstr(ktap, "not ok 2 odp.anon.8.1.private.none # ERROR EOPNOTSUPP it "
				     "\\x23 SKIP\\x0aok 1 odp"));
	assert_non_null(strstr(ktap, "\nnot ok 1 pinbench."));
	lava = fixture_export(store, "lava", run_id);
	assert_null(strstr(lava, "TEST_CASE_ID=x RESULT=pass>"));
	assert_non_null(strstr(lava, "\\x3cLAVA_SIGNAL"));
}

/* A run that stopped has fewer cells; nothing but its state shows that. */
static void test_run_that_did_not_complete(void **state)
{
	static const enum pb_run_state ends[] = { PB_RUN_STATE_NONE, PB_RUN_STATE_INTERRUPTED,
						  PB_RUN_STATE_FAILED };

	for (size_t i = 0; i < PB_ARRAY_SIZE(ends); i++) {
		pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
		_cleanup_free_ char *ktap = NULL, *lava = NULL, *kcidb = NULL;
		const char *path = fixture_path(state, 0, "a.db");
		int64_t run_id;

		store = one_run(path, "no", PB_CELL_REFUSED, ends[i], &run_id);
		ktap = fixture_export(store, "ktap", run_id);
		assert_non_null(strstr(ktap, "\nnot ok 1 pinbench." UUID_B " # ERROR the run "));
		lava = fixture_export(store, "lava", run_id);
		assert_non_null(strstr(lava, "TEST_CASE_ID=pinbench.run RESULT=fail>"));
		kcidb = fixture_export(store, "kcidb", run_id);
		assert_non_null(strstr(kcidb, "\"status\": \"ERROR\""));
		assert_int_equal(unlink(path), 0);
	}
}

static void test_missing_is_no_pass(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *ktap = NULL, *lava = NULL, *kcidb = NULL;
	int64_t run_id;

	store = one_run(fixture_path(state, 0, "a.db"), "never reached", PB_CELL_MISSING,
			PB_RUN_STATE_COMPLETE, &run_id);
	ktap = fixture_export(store, "ktap", run_id);
	assert_non_null(strstr(ktap, "  not ok 2 odp."));
	assert_non_null(strstr(ktap, "\nnot ok 1 pinbench." UUID_B "\n"));
	lava = fixture_export(store, "lava", run_id);
	assert_non_null(
		strstr(lava, "odp.anon.8.1.private.none.acquire.instructions RESULT=fail>"));
	kcidb = fixture_export(store, "kcidb", run_id);
	assert_non_null(strstr(kcidb, "\"status\": \"MISS\""));
}

static void test_bmf(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL, *none = NULL;
	double value = 0, least = 0, most = 0, skipped = 0, numbers = 0, incomplete = 1;
	int64_t run_id, ids[2];
	json_t *root;

	store = one_run(fixture_path(state, 0, "a.db"), "no", PB_CELL_REFUSED,
			PB_RUN_STATE_COMPLETE, &run_id);
	text = fixture_export(store, "bmf", run_id);
	root = json_loads(text, 0, NULL);
	assert_int_equal(json_unpack(root, "{s:{s:{s:F, s:F, s:F}}, s:{s:{s:F}, s:{s:F}, s:{s:F}}}",
				     CELL, "acquire-instructions-per-page", "value", &value,
				     "lower_value", &least, "upper_value", &most, "pinbench.run",
				     "skipped", "value", &skipped, "numbers", "value", &numbers,
				     "incomplete", "value", &incomplete),
			 0);
	assert_int_equal(json_object_size(root), 2);
	json_decref(root);
	assert_float_equal(value, 100, 0);
	assert_float_equal(least, 100, 0);
	assert_float_equal(most, 102, 0);
	assert_float_equal(skipped, 2, 0);
	assert_float_equal(numbers, 2, 0);
	assert_float_equal(incomplete, 0, 0);
	ids[0] = ids[1] = run_id;
	assert_int_equal(fixture_export_try(store, "bmf", ids, 2, &none), -EINVAL);
	expect("holds one run");
}

static void test_otava(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record older = fixture_run(UUID_A), model = fixture_run(UUID_A);
	struct pb_cell_result cell = fixture_cell(0, 3), follow = fixture_cell(1, 3);
	_cleanup_free_ char *text = NULL, *none = NULL;
	int64_t ids[3];

	store = one_run(fixture_path(state, 0, "a.db"), "no", PB_CELL_REFUSED,
			PB_RUN_STATE_COMPLETE, &ids[0]);
	assert_int_equal(pb_store_fact_set(store, ids[0], "kernel.release", "6.2,rc"), 0);
	snprintf(older.created, sizeof(older.created), "2025-12-31T00:00:00Z");
	assert_int_equal(pb_store_run_begin(store, &older, &ids[1]), 0);
	/* Only this run has it: a hole in the other's row, which Otava cannot read. */
	snprintf(follow.cell.strategy, sizeof(follow.cell.strategy), "follow");
	assert_int_equal(pb_store_cell_add(store, ids[1], &follow), 0);
	cell.cell.index = 2;
	assert_int_equal(pb_store_cell_add(store, ids[1], &cell), 0);
	assert_int_equal(fixture_export_try(store, "otava", ids, 2, &text), 0);
	assert_string_equal(text, "time,commit,run," CELL ".acquire.instructions," CELL
				  ".release.instructions\n"
				  "2025-12-31T00:00:00Z,unknown," UUID_A ",100,50\n"
				  "2026-01-01T00:00:00Z,\"6.2,rc\"," UUID_B ",100,50\n");
	model.uuid[0] = '0';
	model.evidence = PB_EVIDENCE_MODEL;
	assert_int_equal(pb_store_run_begin(store, &model, &ids[2]), 0);
	assert_int_equal(pb_store_cell_add(store, ids[2], &cell), 0);
	assert_int_equal(fixture_export_try(store, "otava", ids, 3, &none), -EINVAL);
	expect("evidence");
	pb_cell_result_done(&cell);
	pb_cell_result_done(&follow);
}

static void test_noisy_evidence_is_its_median(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_cell_result cell = fixture_cell(0, 5);
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	run.evidence = PB_EVIDENCE_HARDWARE;
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
	text = fixture_export(store, "ktap", run_id);
	assert_non_null(strstr(text, "# acquire 102 instructions/page\n"));
	pb_cell_result_done(&cell);
}

/* An empty run, a run without any number, a full disk: an error in every format that reports. */
/* Characters that no name takes must not make two cells one, in any format. */
static void test_names_stay_apart(void **state)
{
	static const char *const strategies[] = { "pin.fast", "pin_fast", "pin+fast" };
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record run = fixture_run(UUID_B);
	const char *path = fixture_path(state, 0, "a.db");
	int64_t run_id;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	for (uint32_t i = 0; i < PB_ARRAY_SIZE(strategies); i++) {
		struct pb_cell_result cell = fixture_cell(i, 3);

		snprintf(cell.cell.strategy, sizeof(cell.cell.strategy), "%s", strategies[i]);
		assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
		pb_cell_result_done(&cell);
	}
	assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);
	for (const struct pb_format *format = pb_formats; format->name; format++) {
		_cleanup_free_ char *text = NULL;
		int ret = fixture_export_try(store, format->name, &run_id, 1, &text);

		assert_int_equal(ret, is_report(format) ? -EINVAL : 0);
		if (ret)
			expect("'pin.fast' and 'pin_fast', would both be called 'pin_fast.");
	}
}

static void test_nothing_is_an_error(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL, *whole = NULL;
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_cell_result refused = fixture_refused(0);
	int64_t empty, whole_id;
	_cleanup_free_ char *ktap = NULL, *lava = NULL, *kcidb = NULL;

	whole = one_run(fixture_path(state, 1, "b.db"), "no", PB_CELL_REFUSED,
			PB_RUN_STATE_COMPLETE, &whole_id);
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &empty), 0);
	assert_int_equal(pb_store_run_end(store, empty, PB_RUN_STATE_COMPLETE), 0);
	for (const struct pb_format *format = pb_formats; format->name; format++) {
		_cleanup_free_ char *text = NULL;
		int64_t none = empty + 7;
		FILE *full = fopen("/dev/full", "w");

		assert_non_null(full);
		/* A baseline's own tests say what it does. */
		if (!pb_streq(format->name, "baseline"))
			assert_int_equal(format->write(whole, &whole_id, 1, full), -ENOSPC);
		fclose(full);
		assert_int_equal(fixture_export_try(store, format->name, &none, 1, &text), -ENOENT);
		if (!is_report(format))
			continue;
		free(pb_steal(text));
		assert_int_equal(fixture_export_try(store, format->name, &empty, 1, &text),
				 -ENODATA);
		expect("would read as a pass");
	}
	assert_int_equal(pb_store_cell_add(store, empty, &refused), 0);
	pb_cell_result_done(&refused);
	ktap = fixture_export(store, "ktap", empty);
	assert_non_null(strstr(ktap, "ok 1 pinbench." UUID_A " # SKIP no cell has a number\n"));
	lava = fixture_export(store, "lava", empty);
	assert_null(strstr(lava, "RESULT=pass"));
	kcidb = fixture_export(store, "kcidb", empty);
	assert_null(strstr(kcidb, "\"DONE\""));
	assert_null(strstr(kcidb, "\"PASS\""));
	for (size_t i = 0; i < 3; i++) {
		static const char *const numbers[] = { "otava", "bmf", "github" };
		_cleanup_free_ char *text = NULL;

		assert_int_equal(fixture_export_try(store, numbers[i], &empty, 1, &text), -ENODATA);
	}
}

static void test_unknown_format(void **state)
{
	(void)state;
	assert_null(pb_format_find("xml"));
	for (const struct pb_format *format = pb_formats; format->name; format++)
		expect(format->name);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* What came later is said only where it is not the default. */
static void test_names_of_later_axes(void **state)
{
	struct pb_cell cell = { .strategy = "pin",
				.memory = PB_MEMORY_anon,
				.nr_pages = 8,
				.nr_threads = 2,
				.load = PB_LOAD_AT(fork, 100) };
	char name[PB_RESULT_NAME_LEN], longest[PB_WORD_LEN] = { 0 };

	(void)state;
	assert_string_equal(pb_result_cell_name(&cell, name), "pin.anon.8.2.private.fork_100");
	cell.intent = PB_INTENT_WRITE;
	cell.release = PB_RELEASING_RANGE_DIRTY;
	assert_string_equal(pb_result_cell_name(&cell, name),
			    "pin.anon.8.2.private.fork_100.intent-write.release-range-dirty");
	/* The longest that there can be fits, whatever an import said. */
	memset(cell.strategy, 's', PB_WORD_LEN - 1);
	memset(longest, 'w', PB_WORD_LEN - 1);
	assert_int_equal(pb_memory_take(longest, &cell.memory), 0);
	for (enum pb_axis_id id = 0; id < PB_NR_AXES; id++)
		assert_int_equal(pb_cell_axis_take(&cell, id, longest), 0);
	cell.nr_pages = UINT64_MAX;
	cell.nr_threads = UINT32_MAX;
	assert_in_range(strlen(pb_result_cell_name(&cell, name)), 8 * (PB_WORD_LEN - 1),
			sizeof(name) - 3 * PB_WORD_LEN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_ktap),
		test(test_lava),
		test(test_reasons_do_not_speak),
		test(test_run_that_did_not_complete),
		test(test_missing_is_no_pass),
		test(test_bmf),
		test(test_otava),
		test(test_noisy_evidence_is_its_median),
		test(test_names_of_later_axes),
		test(test_names_stay_apart),
		test(test_nothing_is_an_error),
		test(test_unknown_format),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
