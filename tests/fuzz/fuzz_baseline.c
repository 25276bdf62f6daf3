// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_baseline - a baseline's file.
 * Why: they are compared against, and come from anywhere.
 */
#include "collect/baseline.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pb_cleanup(pb_store_freep) struct pb_store *store = NULL;
	const char *path = fuzz_file("baseline", data, size);

	(void)pb_baseline_is(path);
	(void)!pb_baseline_load(path, &store);
	return 0;
}
