// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_gup_log - a log of gup_test.
 * Why: it went through mail, consoles and other people's scripts.
 */
#include "collect/formats/gup/gup_test.h"
#include "tests/fuzz/fuzz.h"

/* The bytes up to a NUL are --args, if they begin with '-'. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pb_gup_options options = { .created = "2026-01-01T00:00:00Z" };
	_cleanup_free_ char *args = NULL;
	struct pb_import_outcome outcome;
	const uint8_t *rest;
	size_t rest_size, len;
	FILE *in;

	if (size && data[0] == '-') {
		len = fuzz_cut(data, size, &rest, &rest_size);
		args = fuzz_text(data, len);
		options.args = args;
		data = rest;
		size = rest_size;
	}
	options.one_run = size & 1;
	in = fuzz_stream(data, size);
	if (!pb_import_gup_test(fuzz_store(), in, "fuzz", &options, &outcome))
		fuzz_store_empty();
	fclose(in);
	return 0;
}
