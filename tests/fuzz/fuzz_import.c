// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_import - a record stream into a database, and out of it again.
 * Why: what was taken must be fit to be given.
 */
#include <stdlib.h>

#include "collect/export.h"
#include "collect/import.h"
#include "common/err.h"
#include "tests/fuzz/fuzz.h"

/* An export of what was imported has to be one that can be imported. */
static void back_and_forth(struct pb_store *store)
{
	pb_cleanup(pb_store_freep) struct pb_store *copy = NULL;
	_cleanup_free_ int64_t *ids = NULL;
	_cleanup_free_ char *text = NULL;
	struct pb_import_outcome outcome;
	size_t nr = 0, len = 0;
	FILE *out, *in;

	if (pb_export_runs(store, &ids, &nr) || !nr)
		return;
	out = open_memstream(&text, &len);
	if (!out || pb_export_jsonl(store, ids, nr, out))
		abort();
	fclose(out);
	in = fuzz_stream((const uint8_t *)text, len);
	if (pb_store_open_memory("copy", &copy) ||
	    pb_import_jsonl(copy, in, "copy", false, &outcome)) {
		fprintf(stderr, "%s\n%s\n", pb_fail_message(0), text);
		abort();
	}
	fclose(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pb_import_outcome outcome;
	FILE *in = fuzz_stream(data, size);
	bool salvage = size && data[size - 1] & 1;

	if (!pb_import_jsonl(fuzz_store(), in, "fuzz", salvage, &outcome)) {
		back_and_forth(fuzz_store());
		fuzz_store_empty();
	}
	fclose(in);
	return 0;
}
