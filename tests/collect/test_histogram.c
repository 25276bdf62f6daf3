// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_histogram - histograms: quantiles, and the way through store, stream and merge.
 * Why: the rare slow call is all that a histogram is for, and it is the easiest one to lose.
 */
#include "collect/histogram.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "collect/result.h"
#include "collect/store/histograms.h"
#include "collect/store/merge.h"
#include "common/err.h"
#include "common/str.h"
#include "tests/collect/fixture.h"

static void test_quantiles(void **state)
{
	struct pb_histogram h = { 0 };

	(void)state;
	assert_true(isnan(pb_histogram_quantile(&h, 0.5)));
	assert_int_equal(pb_histogram_add(&h, 10, 1, 50), 0);
	assert_int_equal(pb_histogram_add(&h, 11, 1, 40), 0);
	assert_int_equal(pb_histogram_add(&h, 64, 2, 9), 0);
	assert_int_equal(pb_histogram_add(&h, 1024, 32, 1), 0);
	assert_int_equal(pb_histogram_count(&h), 100);
	assert_true(pb_histogram_quantile(&h, 0) == 10);
	assert_true(pb_histogram_quantile(&h, 0.5) == 10);
	assert_true(pb_histogram_quantile(&h, 0.51) == 11);
	assert_true(pb_histogram_quantile(&h, 0.9) == 11);
	assert_true(pb_histogram_quantile(&h, 0.99) == 65);
	assert_true(pb_histogram_quantile(&h, 0.999) == 1055);
	assert_true(pb_histogram_quantile(&h, 1) == 1055);
	pb_histogram_done(&h);
	assert_int_equal(pb_histogram_count(&h), 0);
}

static void test_buckets_rise(void **state)
{
	static const uint64_t wrong[][3] = {
		{ 11, 1, 1 }, { 0, 1, 1 }, { 12, 0, 1 }, { 12, 1, 0 }, { 12, UINT64_MAX, 1 }
	};
	struct pb_histogram h = { 0 };

	(void)state;
	assert_int_equal(pb_histogram_add(&h, 10, 2, 1), 0);
	for (size_t i = 0; i < PB_ARRAY_SIZE(wrong); i++)
		assert_int_equal(pb_histogram_add(&h, wrong[i][0], wrong[i][1], wrong[i][2]),
				 -EBADMSG);
	assert_non_null(strstr(pb_fail_message(0), "rise from 12 on"));
	assert_int_equal(h.nr_buckets, 1);
	pb_histogram_done(&h);
}

/* fixture_cell(): acquire samples from 823 to 855, release 423. */
static void histogram_give(struct pb_cell_result *result, const char *phase, uint64_t low,
			   uint64_t width, uint64_t count)
{
	struct pb_histogram h = { .metric = "instructions", .unit = "instructions" };

	snprintf(h.phase, sizeof(h.phase), "%s", phase);
	assert_int_equal(pb_histogram_add(&h, low, width, count), 0);
	assert_int_equal(pb_histogram_add(&h, 9000, 64, 1), 0);
	assert_int_equal(pb_cell_result_histogram(result, &h), 0);
	assert_int_equal(h.nr_buckets, 0); /* it was handed over */
}

static int64_t run_begin(struct pb_store *store)
{
	struct pb_run_record run = fixture_run(UUID_A);
	int64_t run_id;

	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	return run_id;
}

static void test_holds_its_samples(void **state)
{
	static const struct {
		const char *phase;
		uint64_t low, width, count;
		const char *says;
	} rows[] = {
		{ "acquire", 823, 64, 3, "counts 4 calls where 5 samples were taken" },
		{ "acquire", 824, 64, 5, "reaches from 824 to 9063 and a sample is 823" },
		{ "setup", 823, 64, 5, "which was not measured" },
		{ "acquire", 823, 64, 4, NULL },
	};
	struct pb_store *store;
	int64_t run_id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	run_id = run_begin(store);
	for (size_t i = 0; i < PB_ARRAY_SIZE(rows); i++) {
		struct pb_cell_result result = fixture_cell(0, 5);

		histogram_give(&result, rows[i].phase, rows[i].low, rows[i].width, rows[i].count);
		assert_int_equal(pb_store_cell_add(store, run_id, &result),
				 rows[i].says ? -EBADMSG : 0);
		if (rows[i].says && !strstr(pb_fail_message(0), rows[i].says))
			fail_msg("row %zu: %s", i, pb_fail_message(0));
		pb_cell_result_done(&result);
	}
	assert_int_equal(fixture_count(store, "SELECT count(*) FROM histogram"), 1);
	assert_int_equal(fixture_count(store, "SELECT sum(count) FROM histogram_bucket"), 5);
	pb_store_free(store);
}

static char *stream_of(struct pb_store *store)
{
	const int64_t run_id = 1;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(pb_export_jsonl(store, &run_id, 1, out), 0);
	fclose(out);
	return text;
}

static void test_goes_everywhere(void **state)
{
	struct pb_cell_result result = fixture_cell(0, 5), loaded = { 0 };
	struct pb_store *stores[3];
	struct pb_import_outcome imported;
	struct pb_merge_outcome merged;
	char *streams[3];
	int64_t run_id;
	FILE *in;

	histogram_give(&result, "acquire", 800, 64, 1000000);
	histogram_give(&result, "release", 423, 1, 999999);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
			pb_store_open(
				fixture_path(state, i, (const char *const[]){ "a", "b", "c" }[i]),
				PB_STORE_WRITE, &stores[i]),
			0);
	run_id = run_begin(stores[0]);
	assert_int_equal(pb_store_cell_add(stores[0], run_id, &result), 0);
	assert_int_equal(pb_store_run_end(stores[0], run_id, PB_RUN_STATE_COMPLETE), 0);
	streams[0] = stream_of(stores[0]);
	assert_non_null(strstr(streams[0], "\"buckets\":[[800,64,1000000],[9000,64,1]]"));
	in = fmemopen(streams[0], strlen(streams[0]), "r");
	assert_non_null(in);
	assert_int_equal(pb_import_jsonl(stores[1], in, "a", false, &imported), 0);
	fclose(in);
	streams[1] = stream_of(stores[1]);
	assert_int_equal(pb_merge(stores[2], fixture_path(state, 0, "a"), &merged), 0);
	streams[2] = stream_of(stores[2]);
	assert_string_equal(streams[0], streams[1]);
	assert_string_equal(streams[0], streams[2]);
	assert_int_equal(pb_histogram_load(stores[2], 1, &loaded), 0);
	assert_int_equal(loaded.nr_histograms, 2);
	assert_int_equal(pb_histogram_count(&loaded.histograms[0]), 1000001);
	assert_true(pb_histogram_quantile(&loaded.histograms[1], 1) == 9063);
	for (int i = 0; i < 3; i++) {
		free(streams[i]);
		pb_store_free(stores[i]);
	}
	pb_cell_result_done(&loaded);
	pb_cell_result_done(&result);
}

#define CELL                                                                                  \
	"{\"type\":\"cell\",\"cell\":0,\"strategy\":\"pin\",\"memory\":\"anon\",\"pages\":1," \
	"\"threads\":1,\"sharing\":\"private\",\"load\":\"none\",\"samples\":1,\"warmup\":1}\n"
#define HEAD                                                                          \
	"{\"type\":\"histogram\",\"cell\":0,\"phase\":\"acquire\",\"metric\":\"ns\"," \
	"\"unit\":\"ns\",\"buckets\":"

static const struct {
	const char *record;
	const char *says;
} wrong[] = {
	{ HEAD "[[1,1,1]]}\n", "cell 0 has not begun" },
	{ CELL HEAD "7}\n", "\"buckets\" is a number" },
	{ CELL HEAD "[]}\n", "1 to 65536 buckets are valid" },
	{ CELL HEAD "[[1,1]]}\n", "\"buckets\" has an array at 0" },
	{ CELL HEAD "[7]}\n", "\"buckets\" has a number at 0" },
	{ CELL HEAD "[[1,1,-1]]}\n", "\"buckets\" has an array at 0" },
	{ CELL HEAD "[[1,1,1.5]]}\n", "\"buckets\" has an array at 0" },
	{ CELL HEAD "[[1,1,9007199254740993]]}\n", "up to 2^53" },
	{ CELL HEAD "[[5,1,1],[4,1,1]]}\n", "rise from 6 on" },
	{ CELL HEAD "[[1,1,1]]}\n" HEAD "[[1,1,1]]}\n", "a second histogram" },
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
#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)
	const struct CMUnitTest tests[] = {
		test(test_quantiles),
		test(test_buckets_rise),
		test(test_holds_its_samples),
		test(test_goes_everywhere),
		test(test_wrong_records_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
