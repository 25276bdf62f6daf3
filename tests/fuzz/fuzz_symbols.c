// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_symbols - a guest's symbols, and the trace that is laid over them.
 * Why: both come from a guest as text.
 */
#include "collect/tcg/symbols.h"
#include "collect/tcg/trace.h"
#include "tests/fuzz/fuzz.h"

/* The symbols up to a NUL, then the trace. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pb_cleanup(pb_symbols_freep) struct pb_symbols *symbols = NULL;
	pb_cleanup(pb_trace_freep) struct pb_trace *trace = NULL;
	struct pb_trace_run run = { 0 };
	const uint8_t *rest;
	size_t rest_size, len = fuzz_cut(data, size, &rest, &rest_size);
	_cleanup_free_ char *text = fuzz_text(data, len);

	if (pb_symbols_parse(text, &symbols))
		return 0;
	(void)!pb_symbols_find(symbols, UINT64_C(0xffffffff81000010));
	(void)!pb_symbols_find(symbols, 0);
	if (pb_trace_new(symbols, &trace) || pb_trace_feed(trace, (const char *)rest, rest_size))
		return 0;
	for (uint32_t cell = 0; cell < 3; cell++)
		if (!pb_trace_take(trace, cell, &run))
			pb_trace_run_done(&run);
	return 0;
}
