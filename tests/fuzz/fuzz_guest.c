// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_guest - what a guest leaves: records and a console.
 * Why: a kernel that panics writes where and what it likes.
 */
#include <stdlib.h>
#include <string.h>

#include "bench/backends/vm/watch.h"
#include "collect/axes.h"
#include "tests/fuzz/fuzz.h"

/* The console up to a NUL, QEMU's words up to the next, then the records. QEMU has ended. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pb_cell cells[2] = { { .index = 0 }, { .index = 1 } };
	struct pb_backend_request request = { .cells = cells, .nr_cells = 2 };
	struct pb_machine machine = { 0 };
	const uint8_t *rest;
	size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);
	bool intact;

	for (size_t i = 0; i < 2; i++) {
		strcpy(cells[i].strategy, "noop");
		cells[i].memory = PB_MEMORY_anon;
		cells[i].nr_pages = cells[i].nr_threads = cells[i].nr_samples = 1;
	}
	machine.dir.path = strdup(fuzz_dir());
	machine.console = strdup(fuzz_file("console", data, len));
	len = fuzz_cut(rest, rest_size, &data, &size);
	machine.log = strdup(fuzz_file("log", rest, len));
	machine.records = strdup(fuzz_file("records", data, size));
	(void)!pb_vm_watch(&machine, &request, 1, &fuzz_sink, NULL, &intact);
	free(machine.dir.path);
	free(machine.console);
	free(machine.log);
	free(machine.records);
	return 0;
}
