// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_database - a database's file: opened, listed, summed up, exported.
 * Why: it may come by mail.
 */
#include <stdlib.h>
#include <string.h>

#include "collect/export.h"
#include "collect/store/store.h"
#include "collect/summary.h"
#include "tests/fuzz/database_seed.h"
#include "tests/fuzz/fuzz.h"

enum { PATCH_LEN = 8, EDIT_LEN = 4, MAX_RUNS = 8 };

static void read_all(struct pb_store *store)
{
	_cleanup_free_ int64_t *ids = NULL;
	static FILE *out;
	size_t nr = 0;

	if (!out && !(out = fopen("/dev/null", "we")))
		abort();
	if (pb_export_runs(store, &ids, &nr))
		return;
	for (size_t i = 0; i < nr && i < MAX_RUNS; i++) {
		struct pb_summary summary = { 0 };

		if (!pb_summary_load(store, ids[i], &summary))
			pb_summary_done(&summary);
		(void)!pb_export_csv(store, &ids[i], 1, out);
		(void)!pb_export_jsonl(store, &ids[i], 1, out);
	}
}

/* Bytes of the file: four of where, four of what. */
static void patches_apply(const uint8_t *data, size_t size, uint8_t *bytes, size_t len)
{
	for (; size >= PATCH_LEN; data += PATCH_LEN, size -= PATCH_LEN) {
		uint32_t at;

		memcpy(&at, data, sizeof(at));
		memcpy(bytes + at % (len - 4), data + 4, 4);
	}
}

/* Values of its rows, which reach further than bytes: column, row, kind, length, and the value. */
static void edits_apply(const uint8_t *data, size_t size, struct seed_copy *copy)
{
	while (size >= EDIT_LEN) {
		const uint8_t *value = data + EDIT_LEN;
		size_t len = data[3];

		if (len > size - EDIT_LEN)
			len = size - EDIT_LEN;
		seed_copy_edit(copy, data[0], data[1], data[2], value, len);
		data = value + len;
		size -= EDIT_LEN + len;
	}
}

/* A whole file as it is; else the seed, changed: 'p' and patches, or 'e' and edits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	pb_cleanup(seed_copy_done) struct seed_copy copy = { 0 };
	const char *path;

	if (size >= 16 && !memcmp(data, "SQLite format 3", 16)) {
		path = fuzz_file("fuzz.db", data, size);
	} else if (size && data[0] == 'p') {
		seed_copy_bytes(&copy);
		patches_apply(data + 1, size - 1, copy.bytes, copy.len);
		path = fuzz_file("fuzz.db", copy.bytes, copy.len);
	} else {
		seed_copy_open(&copy);
		if (size)
			edits_apply(data + 1, size - 1, &copy);
		seed_copy_close(&copy);
		path = fuzz_file("fuzz.db", copy.bytes, copy.len);
	}
	if (!pb_store_open(path, PB_STORE_READ, &store))
		read_all(store);
	/* The copy without an edit is a good database, or the edits would reach nothing. */
	else if (size == 1 && data[0] == 'e')
		abort();
	return 0;
}
