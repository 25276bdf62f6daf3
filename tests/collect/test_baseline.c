// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_baseline - a run as text and back, what cannot be one, and texts that are none.
 * Why: a baseline is edited, merged and reviewed by hand; a slip must not become a number.
 */
#include "tests/collect/fixture.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "collect/axes.h"
#include "collect/baseline.h"
#include "collect/summary.h"
#include "common/err.h"
#include "common/file.h"
#include "common/str.h"

static void add(struct pb_store *store, int64_t run_id, struct pb_cell_result *result)
{
	assert_int_equal(pb_store_cell_add(store, run_id, result), 0);
	pb_cell_result_done(result);
}

/* Measured on 8 pages, refused on 64, and odp, which counts events and what a cell costs once. */
static struct pb_store *run_make(const char *path, int64_t *ret_run_id)
{
	struct pb_run_record run = fixture_run(UUID_A);
	const double none[] = { NAN }, two[] = { 2 };
	struct pb_cell_result result;
	struct pb_store *store;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, ret_run_id), 0);
	assert_int_equal(pb_store_fact_set(store, *ret_run_id, "kernel.release", "6.1.0-1"), 0);
	assert_int_equal(pb_store_fact_set(store, *ret_run_id, "host.cpu", "some host's"), 0);
	assert_int_equal(pb_store_fact_set(store, *ret_run_id, "pinbench.inject", "0"), 0);
	result = fixture_cell(0, 5);
	add(store, *ret_run_id, &result);
	result = fixture_refused(1);
	result.cell.nr_pages = 64;
	result.cell.nr_samples = 5;
	add(store, *ret_run_id, &result);
	result = fixture_cell(2, 5);
	snprintf(result.cell.strategy, sizeof(result.cell.strategy), "odp");
	assert_int_equal(pb_cell_result_add(&result, "events", "retries", "count", two, 1), 0);
	assert_int_equal(
		pb_cell_result_add(&result, "setup", "instructions", "instructions", none, 1), 0);
	add(store, *ret_run_id, &result);
	assert_int_equal(pb_store_run_end(store, *ret_run_id, PB_RUN_STATE_COMPLETE), 0);
	return store;
}

static char *text_of(struct pb_store *store, int64_t run_id)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	if (pb_baseline_export(store, &run_id, 1, out))
		fail_msg("%s", pb_fail_message(-EINVAL));
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The text of run_make()'s run, also in a file. */
static char *baseline_make(void **state, const char *path)
{
	int64_t run_id;
	struct pb_store *store = run_make(fixture_path(state, 3, "runs.db"), &run_id);
	char *text = text_of(store, run_id);

	pb_store_free(store);
	fixture_write(path, text, strlen(text));
	return text;
}

static void assert_has(const char *text, const char *part)
{
	assert_non_null(text);
	if (!strstr(text, part))
		fail_msg("lacks '%s':\n%s", part, text);
}

static void text_says_what_is_needed_and_no_more(void **state)
{
	char *text = baseline_make(state, fixture_path(state, 0, "b.tsv"));

	assert_int_equal(strncmp(text, "# pinbench-baseline\t1\n", 22), 0);
	assert_has(text, "\n# plan.samples\t5\n");
	assert_has(text, "\n# kernel.release\t6.1.0-1\n");
	/* The least of 823, 831, ... without the least window of 23. */
	assert_has(text, "\npin\tanon\t8\tacquire\t800\tpin_user_pages\n");
	assert_has(text, "\npin\tanon\t8\trelease\t400\tpin_user_pages\n");
	assert_has(text, "\npin\tanon\t8\tharness\t23\tpin_user_pages\n");
	assert_has(text, "\npin\tanon\t64\trefused\tEOPNOTSUPP\tthis kernel has no "
			 "hmm_range_fault()\n");
	assert_has(text, "\nodp\tanon\t8\tevents:retries:count\t2\tpin_user_pages\n");
	assert_has(text, "\nodp\tanon\t8\tsetup\t-\tpin_user_pages\n");
	assert_null(strstr(text, UUID_A));
	assert_null(strstr(text, "host.cpu"));
	free(text);
}

static void loaded_it_is_the_run(void **state)
{
	const char *path = fixture_path(state, 0, "b.tsv");
	char *text = baseline_make(state, path), *again;
	struct pb_summary summary;
	struct pb_store *store;

	assert_true(pb_baseline_is(path));
	assert_int_equal(pb_baseline_load(path, &store), 0);
	assert_string_equal(pb_store_path(store), path);
	assert_int_equal(pb_summary_load(store, 1, &summary), 0);
	assert_int_equal(summary.state, PB_RUN_STATE_COMPLETE);
	assert_string_equal(pb_summary_fact(&summary, "kernel.release"), "6.1.0-1");
	assert_int_equal(summary.nr_cells, 3);
	assert_int_equal(summary.cells[0].cell.nr_samples, 5);
	assert_int_equal(summary.cells[0].cell.nr_warmup, 10);
	assert_true(pb_summary_find(&summary.cells[0], "acquire", "instructions")->min == 100);
	assert_true(pb_summary_find(&summary.cells[0], "release", "instructions")->min == 50);
	assert_true(pb_summary_find(&summary.cells[0], "acquire", "instructions")->empty == 23);
	assert_int_equal(summary.cells[1].state, PB_CELL_REFUSED);
	assert_int_equal(summary.cells[1].error, EOPNOTSUPP);
	assert_string_equal(summary.cells[1].reason, "this kernel has no hmm_range_fault()");
	assert_true(pb_summary_find(&summary.cells[2], "events", "retries")->min == 2);
	assert_int_equal(pb_summary_find(&summary.cells[2], "setup", "instructions")->nr, 0);
	again = text_of(store, 1);
	assert_string_equal(again, text);
	pb_summary_done(&summary);
	pb_store_free(store);
	free(again);
	free(text);
}

/* A run that was imported may have a cell twice; the text says so, and comes back the same. */
static void equal_cells_are_told_apart(void **state)
{
	static const char *const wrong[] = { "again=3", "again=1", "again=", "again", "again=2x" };
	const char *path = fixture_path(state, 0, "b.tsv");
	int64_t run_id;
	struct pb_store *store = run_make(fixture_path(state, 3, "runs.db"), &run_id), *loaded;
	struct pb_cell_result result = fixture_cell(3, 5);
	struct pb_summary summary;
	char *text, *same;

	add(store, run_id, &result);
	result = fixture_refused(4);
	result.cell.nr_samples = 5;
	add(store, run_id, &result);
	text = text_of(store, run_id);
	pb_store_free(store);
	assert_has(text, "\npin\tanon,again=2\t8\tacquire\t800\tpin_user_pages\n");
	assert_has(text, "\npin\tanon,again=3\t8\trefused\tEOPNOTSUPP\t");
	fixture_write(path, text, strlen(text));
	if (pb_baseline_load(path, &loaded))
		fail_msg("%s", pb_fail_message(-EBADMSG));
	assert_int_equal(pb_summary_load(loaded, 1, &summary), 0);
	assert_int_equal(summary.nr_cells, 5);
	assert_int_equal(summary.cells[3].cell.again, 2);
	assert_int_equal(summary.cells[4].cell.again, 3);
	same = text_of(loaded, 1);
	assert_string_equal(same, text);
	pb_summary_done(&summary);
	pb_store_free(loaded);
	free(same);
	for (size_t i = 0; i < PB_ARRAY_SIZE(wrong); i++) {
		char *slip = pb_format("%s"
				       "pin\tanon,%s\t4096\tacquire\t1\t-\n",
				       text, wrong[i]);

		assert_non_null(slip);
		fixture_write(path, slip, strlen(slip));
		assert_int_equal(pb_baseline_load(path, &loaded), -EBADMSG);
		free(slip);
	}
	/* One that was pasted behind the others without its mark. */
	same = pb_format("%s"
			 "odp\tanon\t8\tacquire\t1\t-\npin\tanon\t8\tacquire\t1\t-\n",
			 text);
	assert_non_null(same);
	fixture_write(path, same, strlen(same));
	assert_int_equal(pb_baseline_load(path, &loaded), -EBADMSG);
	assert_has(pb_fail_message(-EBADMSG), "valid is MEMORY,again=");
	free(same);
	free(text);
}

static void uuid_of(const char *path, char uuid[37])
{
	struct pb_summary summary;
	struct pb_store *store;

	assert_int_equal(pb_baseline_load(path, &store), 0);
	assert_int_equal(pb_summary_load(store, 1, &summary), 0);
	memcpy(uuid, summary.run.uuid, 37);
	pb_summary_done(&summary);
	pb_store_free(store);
}

static void the_text_names_itself(void **state)
{
	const char *path = fixture_path(state, 0, "b.tsv");
	char *text = baseline_make(state, path), one[37], same[37], other[37];

	uuid_of(path, one);
	uuid_of(path, same);
	assert_string_equal(one, same);
	strstr(text, "\t800\t")[1] = '9';
	fixture_write(path, text, strlen(text));
	uuid_of(path, other);
	assert_string_not_equal(one, other);
	free(text);
}

static void assert_no_baseline(struct pb_store *store, int64_t run_id, const char *says)
{
	FILE *out = tmpfile();

	assert_int_equal(pb_baseline_export(store, &run_id, 1, out), -EINVAL);
	assert_has(pb_fail_message(-EINVAL), says);
	assert_int_equal(ftell(out), 0);
	fclose(out);
}

static void what_cannot_be_one(void **state)
{
	int64_t run_id;
	struct pb_store *store = run_make(fixture_path(state, 0, "runs.db"), &run_id);
	int64_t twice[] = { run_id, run_id };
	sqlite3 *db = pb_store_sqlite(store);

	assert_int_equal(pb_baseline_export(store, twice, 2, stdout), -EINVAL);
	assert_int_equal(pb_store_fact_set(store, run_id, "pinbench.inject", "37"), 0);
	assert_no_baseline(store, run_id, "37 instructions were injected");
	assert_int_equal(pb_store_fact_set(store, run_id, "pinbench.inject", "0"), 0);
	sqlite3_exec(db, "UPDATE cell SET samples = 6 WHERE position = 2", NULL, NULL, NULL);
	assert_no_baseline(store, run_id, "differ in samples");
	sqlite3_exec(db, "UPDATE cell SET samples = 5", NULL, NULL, NULL);
	sqlite3_exec(db, "UPDATE run SET evidence = 'hardware'", NULL, NULL, NULL);
	assert_no_baseline(store, run_id, "'hardware' evidence has noise");
	sqlite3_exec(db, "UPDATE run SET evidence = 'exact', state = 'interrupted'", NULL, NULL,
		     NULL);
	assert_no_baseline(store, run_id, "interrupted");
	pb_store_free(store);
}

/* Cells that are not as the first one say so, and are that again when they are read. */
static void cells_of_several_settings(void **state)
{
	static const char change[] =
		"UPDATE cell SET load = 'fork:100', hold = 'all' WHERE position = 0;"
		"UPDATE cell SET intent = 'write', threads = 2, load = 'none' WHERE position = 2";
	const char *path = fixture_path(state, 0, "b.tsv");
	int64_t run_id;
	struct pb_store *store = run_make(fixture_path(state, 1, "runs.db"), &run_id);
	pb_cleanup(pb_summary_done) struct pb_summary before = { 0 }, after = { 0 };
	char *text, *again;

	sqlite3_exec(pb_store_sqlite(store), change, NULL, NULL, NULL);
	assert_int_equal(pb_summary_load(store, run_id, &before), 0);
	text = text_of(store, run_id);
	pb_store_free(store);
	assert_has(text, "\n# plan.load\tfork:100\n");
	assert_has(text, "\n# plan.hold\tall\n");
	assert_null(strstr(text, "# plan.intent"));
	assert_has(text, "\npin\tanon\t8\tacquire\t800\t");
	assert_has(text, "\npin\tanon,load=none,hold=0\t64\trefused\t");
	assert_has(text, "\nodp\tanon,threads=2,load=none,intent=write,hold=0\t8\tacquire\t800\t");
	fixture_write(path, text, strlen(text));
	assert_int_equal(pb_baseline_load(path, &store), 0);
	assert_int_equal(pb_summary_load(store, 1, &after), 0);
	assert_int_equal(after.nr_cells, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(pb_cell_same(&before.cells[i].cell, &after.cells[i].cell));
	again = text_of(store, 1);
	/* But for the revision and the like that a store in memory has no more of. */
	assert_string_equal(strstr(again, "# plan.samples"), strstr(text, "# plan.samples"));
	pb_store_free(store);
	free(text);
	free(again);
}

static void assert_bad(const char *path, const char *text, const char *says)
{
	struct pb_store *store = NULL;

	fixture_write(path, text, strlen(text));
	assert_int_equal(pb_baseline_load(path, &store), -EBADMSG);
	assert_null(store);
	assert_has(pb_fail_message(-EBADMSG), says);
}

#define HEAD                                                                           \
	"# pinbench-baseline\t1\n# measured\t2026-01-01\n# run.evidence\texact\n"      \
	"# run.backend\tvm\n# run.plan\tquick\n# run.revision\tx\n# plan.samples\t5\n" \
	"# plan.warmup\t1\n# plan.threads\t1\n# plan.sharing\tprivate\n# plan.load\tnone\n"
#define COLUMNS "# columns\tstrategy\n"

static void texts_that_are_none(void **state)
{
	static const struct {
		const char *text;
		const char *says;
	} rows[] = {
		{ "", "is no baseline" },
		{ "SQLite format 3", "is no baseline" },
		{ "# pinbench-baseline\t2\n", "newer than this pinbench" },
		{ "# pinbench-baseline\tx\n", "line 1" },
		{ "# pinbench-baseline\t1\n# columns\tx\n", "line 2: the header ends too early" },
		{ "# pinbench-baseline\t1\npin\tanon\t8\tacquire\t1\t-\n", "before the header" },
		{ "# pinbench-baseline\t1\n# measured\tyesterday\n", "2026-01-31" },
		{ HEAD, "ends in its header" },
		{ HEAD COLUMNS, "no row" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\t1\n", "line 13: a row has six columns" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\t1\t-\t\n", "six columns" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\t1x\t-\n", "the value is no number" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\tinf\t-\n", "the value is no number" },
		{ HEAD COLUMNS "pin\tanon\t0\tacquire\t1\t-\n", "'0' is no number" },
		{ HEAD COLUMNS "pin\tanon,write\t8\tacquire\t1\t-\n", "stands no axis" },
		{ HEAD COLUMNS "pin\tanon,colour=red\t8\tacquire\t1\t-\n", "stands no axis" },
		{ HEAD COLUMNS "pin\tanon,intent=\t8\tacquire\t1\t-\n", "line 13: intent" },
		{ HEAD COLUMNS "pin\tanon,threads=0\t8\tacquire\t1\t-\n", "'0' is no number" },
		{ HEAD COLUMNS "p n\tanon\t8\tacquire\t1\t-\n", "the strategy" },
		{ HEAD COLUMNS "pin\tanon\t8\tevents:\t1\t-\n", "the phase is incomplete" },
		{ HEAD COLUMNS "pin\tanon\t8\trefused\tEWHAT\tno\n", "an unknown error" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\t1\t-\npin\tanon\t8\tacquire\t1\t-\n",
		  "line 14: the phase came before" },
		{ HEAD COLUMNS "pin\tanon\t8\tacquire\t1\t-\npin\tanon\t8\trefused\t-\tno\n",
		  "both measured and absent" },
		{ HEAD COLUMNS "pin\tanon\t8\trefused\t-\tno\npin\tanon\t8\tacquire\t1\t-\n",
		  "both measured and absent" },
	};
	const char *path = fixture_path(state, 0, "bad.tsv");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_bad(path, rows[i].text, rows[i].says);
}

/* Cut or changed anywhere: loaded or refused with a message, never anything else. */
static void broken_anywhere(void **state)
{
	const char *path = fixture_path(state, 0, "b.tsv");
	char *text = baseline_make(state, path);
	size_t len = strlen(text);

	for (size_t i = 0; i < len; i += 3) {
		struct pb_store *store = NULL;
		char kept = text[i];
		int ret;

		text[i] = "\t\n0\xFF:#"[i % 6];
		fixture_write(path, text, i % 2 ? len : i + 1);
		ret = pb_baseline_load(path, &store);
		if (ret && ret != -EBADMSG)
			fail_msg("at %zu: %d, %s", i, ret, pb_fail_message(ret));
		assert_true(ret || store);
		pb_store_free(store);
		text[i] = kept;
	}
	free(text);
}

static void found_by_the_kernels_name(void **state)
{
	char *path = NULL, *root = strdup(fixture_path(state, 0, ""));
	char dir[256], file[300];

	assert_int_equal(setenv("PINBENCH_DATA", root, 1), 0);
	snprintf(dir, sizeof(dir), "%s/data/baselines/arch/quick", root);
	assert_int_equal(pb_dir_make(dir), 0);
	snprintf(file, sizeof(file), "%s/toy-1.0.tsv", dir);
	fixture_write(file, "x", 1);
	assert_int_equal(pb_baseline_find("toy:1.0", &path), 0);
	assert_has(path, "/data/baselines/arch/quick/toy-1.0.tsv");
	free(path);
	snprintf(file, sizeof(file), "%s/toy-1.0-cloud-arm64.tsv", dir);
	fixture_write(file, "x", 1);
	assert_int_equal(pb_baseline_find("toy:1.0/cloud-arm64", &path), 0);
	assert_has(path, "/quick/toy-1.0-cloud-arm64.tsv");
	free(path);
	assert_int_equal(pb_baseline_find("arch/quick/toy:1.0/cloud-arm64", &path), 0);
	free(path);
	assert_int_equal(pb_baseline_find("toy:1", &path), -ENOENT);
	assert_has(pb_fail_message(-ENOENT), "valid: arch/quick/toy-1.0");
	assert_int_equal(pb_baseline_find("../../toy", &path), -ENOENT);
	assert_int_equal(pb_baseline_find("*", &path), -ENOENT);
	snprintf(dir, sizeof(dir), "%s/data/baselines/arch/full", root);
	assert_int_equal(pb_dir_make(dir), 0);
	snprintf(file, sizeof(file), "%s/toy-1.0.tsv", dir);
	fixture_write(file, "x", 1);
	assert_int_equal(pb_baseline_find("toy:1.0", &path), -EINVAL);
	assert_has(pb_fail_message(-EINVAL), "baseline:arch/full/toy-1.0");
	assert_int_equal(pb_baseline_find("arch/full/toy:1.0", &path), 0);
	free(path);
	unsetenv("PINBENCH_DATA");
	free(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(text_says_what_is_needed_and_no_more, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(loaded_it_is_the_run, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(equal_cells_are_told_apart, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(the_text_names_itself, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_one, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(cells_of_several_settings, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(texts_that_are_none, fixture_setup,
						fixture_teardown),
		cmocka_unit_test_setup_teardown(broken_anywhere, fixture_setup, fixture_teardown),
		cmocka_unit_test_setup_teardown(found_by_the_kernels_name, fixture_setup,
						fixture_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
