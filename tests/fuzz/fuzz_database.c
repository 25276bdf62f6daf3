// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_database - a database's file: opened, listed, summed up, exported.
 * Why: it may come by mail.
 */
#include <stdlib.h>
#include <string.h>

#include "collect/export.h"
#include "collect/import.h"
#include "collect/store.h"
#include "collect/summary.h"
#include "common/file.h"
#include "tests/fuzz/fuzz.h"

enum { PATCH_LEN = 8, MAX_RUNS = 8 };

static const char seed[] =
	"{\"type\":\"run\",\"format\":1,\"uuid\":\"6f1c2f0e-0000-4000-8000-00000000000a\",\"created\":"
	"\"2026-01-01T00:00:00Z\",\"backend\":\"fake\",\"evidence\":\"fake\",\"plan\":\"quick\","
	"\"revision\":\"0\"}\n"
	"{\"type\":\"fact\",\"key\":\"kernel.release\",\"value\":\"6.1.0\"}\n"
	"{\"type\":\"end\",\"state\":\"complete\"}\n";

static char *whole;
static size_t whole_len;

/* A good database, of which the input changes some bytes. */
static void whole_make(void)
{
	const char *path = fuzz_file("seed.db", NULL, 0);
	struct pb_import_outcome outcome;
	struct pb_store *store = NULL;
	FILE *in = fuzz_stream((const uint8_t *)seed, strlen(seed));

	unlink(path);
	if (pb_store_open(path, PB_STORE_WRITE, &store) ||
	    pb_import_jsonl(store, in, "seed", false, &outcome))
		abort();
	fclose(in);
	pb_store_free(store);
	if (pb_file_read(path, &whole, &whole_len))
		abort();
}

static void read_all(struct pb_store *store)
{
	_cleanup_free_ int64_t *ids = NULL;
	size_t nr = 0;

	if (pb_export_runs(store, &ids, &nr))
		return;
	for (size_t i = 0; i < nr && i < MAX_RUNS; i++) {
		struct pb_summary summary = { 0 };
		FILE *out = fopen("/dev/null", "we");

		if (!pb_summary_load(store, ids[i], &summary))
			pb_summary_done(&summary);
		(void)!pb_export_csv(store, &ids[i], 1, out);
		(void)!pb_export_jsonl(store, &ids[i], 1, out);
		fclose(out);
	}
}

/* Whole files as they are; else patches: four bytes of where, four of what. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	_cleanup_free_ char *bytes = NULL;
	const char *path;

	if (!whole)
		whole_make();
	if (size >= 16 && !memcmp(data, "SQLite format 3", 16)) {
		path = fuzz_file("fuzz.db", data, size);
	} else {
		bytes = malloc(whole_len);
		if (!bytes)
			abort();
		memcpy(bytes, whole, whole_len);
		for (; size >= PATCH_LEN; data += PATCH_LEN, size -= PATCH_LEN) {
			uint32_t at;

			memcpy(&at, data, sizeof(at));
			memcpy(bytes + at % (whole_len - 4), data + 4, 4);
		}
		path = fuzz_file("fuzz.db", (uint8_t *)bytes, whole_len);
	}
	if (!pb_store_open(path, PB_STORE_READ, &store))
		read_all(store);
	return 0;
}
