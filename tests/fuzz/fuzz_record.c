// SPDX-License-Identifier: GPL-2.0-only
/*
 * fuzz_record - the record stream, in two pieces.
 * Why: it comes from guests that panic, and by mail.
 */
#include "collect/record.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	pb_cleanup(pb_record_reader_freep) struct pb_record_reader *reader = NULL;
	size_t first = size / 2;

	if (pb_record_reader_new(&fuzz_sink, NULL, &reader))
		return 0;
	if (!pb_record_reader_feed(reader, (const char *)data, first) &&
	    !pb_record_reader_feed(reader, (const char *)data + first, size - first))
		(void)!pb_record_reader_finish(reader);
	(void)pb_record_reader_open_cell(reader);
	return 0;
}
