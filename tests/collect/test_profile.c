// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_profile - profiles in the store and in the record stream: they add up, or are refused.
 * Why: a profile that is shown has to be of the number beside it.
 */
#include <errno.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "collect/profile.h"
#include "collect/result.h"
#include "collect/store/profiles.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

/* fixture_cell()'s least samples. */
enum { ACQUIRE = 823, RELEASE = 423 };

static void profile_add(struct pb_cell_result *result, const char *phase, uint64_t inner,
			uint64_t outer)
{
	struct pb_profile profile = { 0 };

	snprintf(profile.phase, sizeof(profile.phase), "%s", phase);
	assert_int_equal(pb_profile_add(&profile, "loop [module]", NULL, outer, 0), 0);
	assert_int_equal(pb_profile_add(&profile, "inner", "loop [module]", inner, 8), 0);
	pb_profile_sort(&profile);
	assert_int_equal(pb_cell_result_profile(result, &profile), 0);
	assert_int_equal(profile.nr_functions, 0); /* it was handed over */
}

static void test_sorts_and_sums(void **state)
{
	struct pb_profile profile = { 0 };

	(void)state;
	assert_int_equal(pb_profile_add(&profile, "b", NULL, 5, 0), 0);
	assert_int_equal(pb_profile_add(&profile, "c", "b", 7, 1), 0);
	assert_int_equal(pb_profile_add(&profile, "a", "b", 5, 1), 0);
	pb_profile_sort(&profile);
	assert_string_equal(profile.functions[0].name, "c");
	assert_string_equal(profile.functions[1].name, "a");
	assert_string_equal(profile.functions[2].name, "b");
	assert_int_equal(pb_profile_sum(&profile), 17);
	pb_profile_done(&profile);
	assert_int_equal(pb_profile_sum(&profile), 0);
}

static void test_one_profile_a_phase(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 5);
	struct pb_profile second = { .phase = "acquire" };

	(void)state;
	profile_add(&result, "acquire", 800, 23);
	assert_int_equal(pb_profile_add(&second, "x", NULL, 823, 0), 0);
	assert_int_equal(pb_cell_result_profile(&result, &second), -EEXIST);
	assert_int_equal(result.nr_profiles, 1);
	pb_profile_done(&second);
	pb_cell_result_done(&result);
}

/* Stores the cell in a fresh database; returns what pb_store_cell_add() did. */
static int cell_store(void *const *state, const struct pb_cell_result *result)
{
	struct pb_run_record run = fixture_run(UUID_A);
	struct pb_store *store;
	int64_t run_id;
	int ret;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	ret = pb_store_cell_add(store, run_id, result);
	if (ret) {
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM cell"), 0);
		assert_int_equal(fixture_count(store, "SELECT count(*) FROM profile"), 0);
	} else {
		assert_int_equal(pb_store_run_end(store, run_id, PB_RUN_STATE_COMPLETE), 0);
	}
	pb_store_free(store);
	return ret;
}

static void test_kept_and_read_back(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 5), loaded = { 0 };
	const struct pb_profile_function *function;
	struct pb_store *store;

	profile_add(&result, "acquire", ACQUIRE - 23, 23);
	profile_add(&result, "release", 400, RELEASE - 400);
	assert_int_equal(cell_store(state, &result), 0);
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_READ, &store), 0);
	assert_int_equal(
		pb_profile_load(store, fixture_count(store, "SELECT id FROM cell"), &loaded), 0);
	assert_int_equal(loaded.nr_profiles, 2);
	assert_string_equal(loaded.profiles[0].phase, "acquire");
	assert_int_equal(loaded.profiles[0].nr_functions, 2);
	function = &loaded.profiles[0].functions[0];
	assert_string_equal(function->name, "inner");
	assert_string_equal(function->caller, "loop [module]");
	assert_int_equal(function->instructions, ACQUIRE - 23);
	assert_int_equal(function->entries, 8);
	assert_null(loaded.profiles[0].functions[1].caller);
	pb_cell_result_done(&loaded);
	pb_store_free(store);
	pb_cell_result_done(&result);
}

static void test_one_instruction_off_is_refused(void **state)
{
	for (int off = -1; off <= 1; off += 2) {
		struct pb_cell_result result = fixture_cell(0, 5);

		profile_add(&result, "release", 400, RELEASE - 400);
		profile_add(&result, "acquire", (uint64_t)ACQUIRE - 23 + (uint64_t)off, 23);
		assert_int_equal(cell_store(state, &result), -EBADMSG);
		assert_non_null(strstr(pb_fail_message(0), "where the clock read 823"));
		pb_cell_result_done(&result);
		assert_int_equal(unlink(fixture_path(state, 0, "a.db")), 0);
	}
}

static void test_profile_of_nothing_is_refused(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 5);

	profile_add(&result, "setup", 1, 1);
	assert_int_equal(cell_store(state, &result), -EBADMSG);
	assert_non_null(strstr(pb_fail_message(0), "which was not measured"));
	pb_cell_result_done(&result);
}

/* Exports run 1 of @from to @to. */
static void export_to(const char *from, const char *to)
{
	const int64_t run_id = 1;
	struct pb_store *store;
	FILE *out = fopen(to, "w");

	assert_non_null(out);
	assert_int_equal(pb_store_open(from, PB_STORE_READ, &store), 0);
	assert_int_equal(pb_export_jsonl(store, &run_id, 1, out), 0);
	assert_int_equal(fclose(out), 0);
	pb_store_free(store);
}

static void test_survives_export_and_import(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 5);
	struct pb_import_outcome outcome;
	struct pb_store *store;
	char *first, *second;
	FILE *in;

	profile_add(&result, "acquire", ACQUIRE - 23, 23);
	assert_int_equal(cell_store(state, &result), 0);
	export_to(fixture_path(state, 0, "a.db"), fixture_path(state, 1, "a.jsonl"));
	in = fopen(fixture_path(state, 1, "a.jsonl"), "r");
	assert_non_null(in);
	assert_int_equal(pb_store_open(fixture_path(state, 2, "b.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_import_jsonl(store, in, "a.jsonl", false, &outcome), 0);
	fclose(in);
	pb_store_free(store);
	export_to(fixture_path(state, 2, "b.db"), fixture_path(state, 3, "b.jsonl"));
	first = fixture_read(fixture_path(state, 1, "a.jsonl"), NULL);
	second = fixture_read(fixture_path(state, 3, "b.jsonl"), NULL);
	assert_non_null(strstr(first, "\"type\":\"profile\""));
	assert_string_equal(first, second);
	free(first);
	free(second);
	pb_cell_result_done(&result);
}

#define CELL                                                                                  \
	"{\"type\":\"cell\",\"cell\":0,\"strategy\":\"pin\",\"memory\":\"anon\",\"pages\":1," \
	"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":1,\"warmup\":1}\n"
#define HEAD "{\"type\":\"profile\",\"cell\":0,\"phase\":\"acquire\",\"functions\":"
#define GOOD "{\"function\":\"f\",\"instructions\":1,\"entries\":1}"

static const struct {
	const char *record;
	const char *says;
} wrong[] = {
	{ HEAD "[" GOOD "]}\n", "cell 0 has not begun" },
	{ CELL HEAD "7}\n", "\"functions\" is a number" },
	{ CELL HEAD "[]}\n", "1 to 4096 functions are valid" },
	{ CELL HEAD "[" GOOD "," GOOD "]}\n", "a function 'f' already" },
	{ CELL HEAD "[{\"function\":\"f\",\"entries\":1}]}\n", "\"instructions\" is missing" },
	{ CELL HEAD "[{\"function\":\"f\",\"instructions\":-1,\"entries\":1}]}\n",
	  "\"instructions\" is -1" },
	{ CELL HEAD "[{\"instructions\":1,\"entries\":1}]}\n", "\"function\" is missing" },
	{ CELL HEAD "[" GOOD "]}\n" HEAD "[" GOOD "]}\n", "a second profile" },
};

static void test_wrong_records_are_named(void **state)
{
	static const struct pb_record_sink deaf;

	(void)state;
	for (size_t i = 0; i < PB_ARRAY_SIZE(wrong); i++) {
		struct pb_record_reader *reader;

		assert_int_equal(pb_record_reader_new(&deaf, NULL, &reader), 0);
		assert_int_equal(
			pb_record_reader_feed(reader, wrong[i].record, strlen(wrong[i].record)),
			-EBADMSG);
		if (!strstr(pb_fail_message(0), wrong[i].says))
			fail_msg("record %zu: %s", i, pb_fail_message(0));
		pb_record_reader_free(reader);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorts_and_sums),
		cmocka_unit_test(test_one_profile_a_phase),
		cmocka_unit_test_setup_teardown(test_kept_and_read_back, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_one_instruction_off_is_refused, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_profile_of_nothing_is_refused, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(test_survives_export_and_import, fixture_setup,
						fixture_teardown),
		cmocka_unit_test(test_wrong_records_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
