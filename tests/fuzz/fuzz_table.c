// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_table - a table of data/kernels, a kernel's name and its configuration.
 * Why: the table can be another pinbench's, the name is typed, the configuration is a tree's.
 */
#include <stdlib.h>

#include "bench/kernels/config.h"
#include "bench/kernels/name.h"
#include "bench/kernels/table.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *rest;
	size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);
	_cleanup_free_ char *text = fuzz_text(data, len), *more = fuzz_text(rest, rest_size);
	_cleanup_free_ char *wants = NULL, *value = pb_config_get(more, "LOCALVERSION");
	struct pb_kernel_name name = { 0 };
	struct pb_table table = { 0 };

	if (pb_table_parse(text, "fuzz", "", &table))
		return 0;
	(void)!pb_kernel_name_parse(&table, more, &name);
	(void)!pb_config_check(&table, more, "fuzz", &wants);
	(void)pb_table_find(&table, more);
	pb_kernel_name_done(&name);
	pb_table_done(&table);
	return 0;
}
