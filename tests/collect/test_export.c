// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_export - CSV to the letter, and a stream that comes back the same.
 * Why: other programs read these bytes.
 */
#include <errno.h>
#include <string.h>

#include "collect/export.h"
#include "collect/histogram.h"
#include "collect/import.h"
#include "collect/result.h"
#include "common/err.h"
#include "tests/collect/fixture.h"

#define HEAD                                                                                 \
	"run,kernel,arch,evidence,backend,strategy,memory,pages,threads,sharing,load,phase," \
	"metric,unit,samples,min,median,max,residency,intent,hold,release,p90,p99,p99.9,again\n"
#define END(again) ",warm,read,0,plain,,,," again "\n"
#define ROW        UUID_A ",6.1.0-1,x86_64,fake,fake,pin,anon,8,1,private,none,"

static char *export_text(struct pb_store *store, int64_t run_id,
			 int (*export)(struct pb_store *, const int64_t *, size_t, FILE *))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(export(store, &run_id, 1, out), 0);
	fclose(out);
	return text;
}

static void test_csv(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	text = export_text(store, run_id, pb_export_csv);
	/* Four cells of the same words, each told apart by the last column. */
	assert_string_equal(text, HEAD ROW
			    "acquire,instructions,instructions/page,5,100,102,104" END("") ROW
			    "release,instructions,instructions/page,5,50,50,50" END("") ROW
			    "acquire,instructions,instructions/page,0,,," END("2") ROW
			    "release,instructions,instructions/page,0,,," END("2") ROW
			    "acquire,instructions,instructions/page,2,100,100.5,101" END("3") ROW
			    "release,instructions,instructions/page,2,50,50,50" END("3") ROW
			    "acquire,ns,ns/page,3,0.0125,125,1250000000000000000" END("3") ROW
			    "acquire,instructions,instructions/page,0,,," END("4") ROW
			    "release,instructions,instructions/page,0,,," END("4"));
}

/* Windows of two operations, a histogram and events: rows of their own behind the cell's others. */
static void test_csv_of_what_stands_beside(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_histogram histogram = { "acquire", "instructions", "instructions", 0, NULL };
	struct pb_cell_result cell = fixture_cell(0, 5);
	struct pb_run_record run = fixture_run(UUID_A);
	const double twice = 823 + 801, failed = 3, rate = 97.5;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	cell.cell.load = PB_LOAD_AT(fork, 100);
	cell.cell.intent = PB_INTENT_WRITE;
	assert_int_equal(pb_cell_result_add(&cell, "acquire-twice", "instructions", "instructions",
					    &twice, 1),
			 0);
	assert_int_equal(pb_cell_result_add(&cell, "events", "failed-EBUSY", "count", &failed, 1),
			 0);
	assert_int_equal(pb_cell_result_add(&cell, "load", "rate", "1/s", &rate, 1), 0);
	assert_int_equal(pb_histogram_add(&histogram, 823, 64, 990), 0);
	assert_int_equal(pb_histogram_add(&histogram, 1623, 1, 10), 0);
	assert_int_equal(pb_cell_result_histogram(&cell, &histogram), 0);
	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	assert_int_equal(pb_store_cell_add(store, run_id, &cell), 0);
	pb_cell_result_done(&cell);
	text = export_text(store, run_id, pb_export_csv);
#define BESIDE     UUID_A ",,,fake,fake,pin,anon,8,1,private,fork:100,"
#define BESIDE_END ",warm,write,0,plain,,,,\n"
	assert_string_equal(
		text, HEAD BESIDE
		"acquire,instructions,instructions/page,5,100,102,104" BESIDE_END BESIDE
		"acquire-own,instructions,instructions/page,5,100.125,," BESIDE_END BESIDE
		"acquire-overhead,instructions,instructions,5,22,," BESIDE_END BESIDE
		"acquire-window,instructions,instructions,5,23,," BESIDE_END BESIDE
		"release,instructions,instructions/page,5,50,50,50" BESIDE_END BESIDE
		"events,failed-EBUSY,count,1,3,3,3" BESIDE_END BESIDE
		"load,rate,1/s,1,97.5,97.5,97.5" BESIDE_END BESIDE
		"acquire-histogram,instructions,instructions/page,1000,,107.875,200,warm,write,0,"
		"plain,107.875,107.875,200,\n");
}

static void test_csv_quotes(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	assert_int_equal(pb_store_fact_set(store, run_id, "kernel.release", "6.1,\"mine\"\n"), 0);
	text = export_text(store, run_id, pb_export_csv);
	assert_non_null(strstr(text, UUID_A ",\"6.1,\"\"mine\"\"\\x0a\",x86_64,"));
}

static void test_stream_comes_back_the_same(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL, *other = NULL;
	_cleanup_free_ char *first = NULL, *second = NULL, *csv = NULL, *csv_second = NULL;
	struct pb_import_outcome outcome;
	int64_t run_id;
	FILE *in;

	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	first = export_text(store, run_id, pb_export_jsonl);
	csv = export_text(store, run_id, pb_export_csv);
	assert_int_equal(pb_store_open(fixture_path(state, 1, "b.db"), PB_STORE_WRITE, &other), 0);
	in = fmemopen(first, strlen(first), "r");
	assert_int_equal(pb_import_jsonl(other, in, "first", false, &outcome), 0);
	fclose(in);
	assert_int_equal(outcome.nr_runs, 1);
	assert_int_equal(outcome.nr_cells, 4);
	run_id = fixture_count(other, "SELECT id FROM run");
	second = export_text(other, run_id, pb_export_jsonl);
	csv_second = export_text(other, run_id, pb_export_csv);
	assert_string_equal(first, second);
	assert_string_equal(csv, csv_second);
}

static void test_run_that_has_not_ended(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	struct pb_run_record run = fixture_run(UUID_A);
	_cleanup_free_ char *text = NULL;
	int64_t run_id;

	assert_int_equal(pb_store_open(fixture_path(state, 0, "a.db"), PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, &run_id), 0);
	text = export_text(store, run_id, pb_export_jsonl);
	assert_non_null(strstr(text, "{\"type\":\"end\",\"state\":\"interrupted\"}\n"));
}

static void test_failures(void **state)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	int64_t run_id, none;
	FILE *full = fopen("/dev/full", "w");

	assert_non_null(full);
	store = fixture_store(fixture_path(state, 0, "a.db"), &run_id);
	none = run_id + 1;
	assert_int_equal(pb_export_csv(store, &none, 1, stderr), -ENOENT);
	assert_int_equal(pb_export_jsonl(store, &none, 1, stderr), -ENOENT);
	assert_int_equal(pb_export_csv(store, &run_id, 1, full), -ENOSPC);
	assert_int_equal(pb_export_jsonl(store, &run_id, 1, full), -ENOSPC);
	assert_non_null(strstr(pb_fail_message(0), "No space left"));
	fclose(full);
}

#define test(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(test_csv),
		test(test_csv_of_what_stands_beside),
		test(test_csv_quotes),
		test(test_stream_comes_back_the_same),
		test(test_run_that_has_not_ended),
		test(test_failures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
