// SPDX-License-Identifier: GPL-2.0-only
/*
 * fixture - invented runs and a folder of their own for the tests of collect/.
 * Why: every test starts from the same few lines and leaves nothing behind.
 */
#include "tests/collect/fixture.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "collect/formats/formats.h"
#include "common/err.h"
#include "common/file.h"

int fixture_setup(void **state)
{
	char *dir = strdup("/tmp/pinbench-test-XXXXXX");

	*state = dir;
	pb_fail_clear();
	return dir && mkdtemp(dir) ? 0 : -1;
}

int fixture_teardown(void **state)
{
	int ret = pb_tree_remove(*state);

	free(*state);
	return ret;
}

const char *fixture_path(void *const *state, int slot, const char *name)
{
	static char paths[4][256];

	snprintf(paths[slot], sizeof(paths[slot]), "%s/%s", (const char *)*state, name);
	return paths[slot];
}

struct pb_run_record fixture_run(const char *uuid)
{
	struct pb_run_record run = {
		.created = "2026-01-01T00:00:00Z",
		.backend = "fake",
		.evidence = PB_EVIDENCE_FAKE,
		.plan = "quick",
		.revision = "0123456789ab",
	};

	snprintf(run.uuid, sizeof(run.uuid), "%s", uuid);
	return run;
}

struct pb_cell_result fixture_cell(uint32_t index, size_t nr_samples)
{
	struct pb_cell_result result = {
		.cell = { .index = index,
			  .strategy = "pin",
			  .memory = PB_MEMORY_anon,
			  .nr_pages = 8,
			  .nr_threads = 1,
			  .sharing = PB_SHARING_PRIVATE,
			  .load = PB_LOAD_none,
			  .nr_samples = (uint32_t)nr_samples,
			  .nr_warmup = 10 },
		.state = PB_CELL_MEASURED,
	};
	double *values = calloc(nr_samples + 1, sizeof(*values));
	const double empty[] = { 25, 23, 24 };

	assert_non_null(values);
	for (size_t i = 0; i < nr_samples; i++)
		values[i] = 823 + (double)(i % 5) * 8;
	assert_int_equal(pb_cell_result_add(&result, "acquire", "instructions", "instructions",
					    values, nr_samples),
			 0);
	for (size_t i = 0; i < nr_samples; i++)
		values[i] = 423;
	assert_int_equal(pb_cell_result_add(&result, "release", "instructions", "instructions",
					    values, nr_samples),
			 0);
	assert_int_equal(
		pb_cell_result_add(&result, "harness", "instructions", "instructions", empty, 3),
		0);
	result.symbol = strdup("pin_user_pages");
	free(values);
	return result;
}

struct pb_cell_result fixture_refused(uint32_t index)
{
	struct pb_cell_result result = fixture_cell(index, 1);
	struct pb_cell cell = result.cell;

	pb_cell_result_done(&result);
	result.cell = cell;
	result.state = PB_CELL_REFUSED;
	result.error = EOPNOTSUPP;
	result.reason = strdup("this kernel has no hmm_range_fault()");
	return result;
}

static void add(struct pb_store *store, int64_t run_id, struct pb_cell_result *result)
{
	assert_int_equal(pb_store_cell_add(store, run_id, result), 0);
	pb_cell_result_done(result);
}

struct pb_store *fixture_store(const char *path, int64_t *ret_run_id)
{
	struct pb_run_record run = fixture_run(UUID_A);
	const double gaps[] = { 1000, NAN, 0.1, 1e19 };
	struct pb_cell_result result;
	struct pb_store *store;

	assert_int_equal(pb_store_open(path, PB_STORE_WRITE, &store), 0);
	assert_int_equal(pb_store_run_begin(store, &run, ret_run_id), 0);
	assert_int_equal(pb_store_fact_set(store, *ret_run_id, "kernel.release", "6.1.0-1"), 0);
	assert_int_equal(pb_store_fact_set(store, *ret_run_id, "kernel.arch", "x86_64"), 0);
	result = fixture_cell(0, 5);
	add(store, *ret_run_id, &result);
	result = fixture_refused(1);
	add(store, *ret_run_id, &result);
	result = fixture_cell(2, 2);
	assert_int_equal(pb_cell_result_add(&result, "acquire", "ns", "ns", gaps, 4), 0);
	add(store, *ret_run_id, &result);
	result = fixture_cell(3, 4);
	result.state = PB_CELL_FAILED;
	result.error = 524; /* the kernel's own ENOTSUPP: the C library has no name for it */
	result.reason = strdup("a splat, \"quoted\"");
	result.detail = strdup("line one\n\x1b[31mline two\xff\n");
	add(store, *ret_run_id, &result);
	assert_int_equal(pb_store_run_end(store, *ret_run_id, PB_RUN_STATE_FAILED), 0);
	return store;
}

char *fixture_read(const char *path, size_t *ret_len)
{
	size_t len;
	char *text;

	assert_int_equal(pb_file_read(path, &text, &len), 0);
	if (ret_len)
		*ret_len = len;
	return text;
}

void fixture_write(const char *path, const void *data, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

int64_t fixture_count(struct pb_store *store, const char *sql)
{
	sqlite3_stmt *query = NULL;
	int64_t count;

	assert_int_equal(sqlite3_prepare_v2(pb_store_sqlite(store), sql, -1, &query, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(query), SQLITE_ROW);
	count = sqlite3_column_int64(query, 0);
	sqlite3_finalize(query);
	return count;
}

int fixture_export_try(struct pb_store *store, const char *name, const int64_t *ids, size_t nr,
		       char **ret_text)
{
	size_t len = 0;
	FILE *out = open_memstream(ret_text, &len);
	int ret;

	assert_non_null(out);
	ret = pb_format_find(name)->write(store, ids, nr, out);
	fclose(out);
	return ret;
}

char *fixture_export(struct pb_store *store, const char *name, int64_t run_id)
{
	char *text = NULL;

	if (fixture_export_try(store, name, &run_id, 1, &text))
		fail_msg("%s: %s", name, pb_fail_message(0));
	return text;
}
