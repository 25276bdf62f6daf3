// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_state - the file of what a run changed on a machine.
 * Why: root reads it to write elsewhere.
 */
#include "bench/control/state.h"
#include "tests/fuzz/fuzz.h"

/* Read, and told; nothing is put back. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pb_leftovers left = { 0 };

	fuzz_file("run/pinbench/lock", NULL, 0);
	fuzz_file("sys/kernel/mm/ksm/run", (const uint8_t *)"1\n", 2);
	fuzz_file("run/pinbench/state.json", data, size);
	if (!pb_state_left(fuzz_dir(), &left))
		pb_leftovers_done(&left);
	return 0;
}
